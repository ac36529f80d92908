# Admins' pages.

admin-title = Admin
admin-back = Back to the queue
admin-to-employers = Employers and their mail domains

admin-mail = Mail
admin-mail-well = Mail goes well.
admin-mail-slow = Mail is slow: the mail server takes its time, or puts mails off. Codes come late.
admin-mail-failing = Mail has been failing since { $time }.
admin-mail-unknown = It is not known how mail goes: nobody has looked at the mail server in the last half hour.
admin-mail-refused = Mail to mailboxes at { $domain } is refused.
admin-mail-answer = { $words } ({ $phase } was answered { $answer }.)
admin-mail-phase = { $words } ({ $phase }.)
mail-phase-resolve = DNS lookup
mail-phase-connect = TCP connection
mail-phase-tls = TLS handshake
mail-phase-banner = banner
admin-mail-turns = Looked at every ten minutes. Nothing here moves when somebody asks for a code.

mail-why-later = The mail server asks to try again later.
mail-why-mailbox = The mailboxes themselves are refused.
mail-why-login = The mail server refuses user name or password.
mail-why-name = The mail server refuses the name that this server gives itself (SMTP_HELO).
mail-why-sender = The mail server refuses the sender (MAIL_FROM).
mail-why-relaying = The mail server refuses to pass on mail from this server.
mail-why-content = The mail server refuses the mail itself, or this server as its sender.
mail-why-server = The mail server refuses this server.
mail-why-timeout = The mail server does not answer in time.
mail-why-closed = The mail server closes the connection.
mail-why-no-smtp = What answers there is no mail server.
mail-why-dns = The mail server’s name is not found in the DNS.
mail-why-connection-refused = The connection is refused: nobody listens at the mail server’s port.
mail-why-unreachable = The mail server cannot be reached over the network.
mail-why-certificate-issuer = The mail server’s certificate comes from an authority that is not trusted.
mail-why-certificate-expired = The mail server’s certificate has expired.
mail-why-certificate-early = The mail server’s certificate is not valid yet.
mail-why-certificate-name = The mail server’s certificate is for another host name.
mail-why-certificate = The mail server’s certificate cannot be used.
mail-why-handshake = The encrypted connection to the mail server cannot be set up.
mail-why-no-tls = The mail server’s port does not speak TLS.
mail-why-no-starttls = The mail server offers no STARTTLS, which the settings ask for.
mail-why-no-sign-in = The mail server offers no way to sign in that is known here.
mail-why-folder-missing = The folder for mails is not there.
mail-why-folder-denied = The folder for mails may not be written to.
mail-why-folder-full = The disk with the folder for mails is full.
mail-why-folder-read-only = The folder for mails is on a read-only file system.
mail-why-folder = The folder for mails cannot be written to.
mail-why-unwritable = A mail cannot be put into words: a fault of this program.

admin-waiting = Waiting for your decision
admin-waiting-none = No petition waits for a decision.
admin-waiting-more = { $n ->
    [one] { $n } more waits. It comes up here as you decide these.
   *[other] { $n } more wait. They come up here as you decide these.
}
admin-written-by = Written by { $pseudonym }.
admin-written-by-nobody = The account that wrote it is gone.
admin-proposes = Proposes the employer { $employer } with { $domains }.
admin-proposes-nobody = Proposes no employer.

admin-decided = Decided petitions
admin-decided-none = No petition was decided yet.
admin-started = Started { $day }.

admin-lead-in-review = You read this petition as the public would. Your decision comes after the text.
admin-lead-gathering = This petition gathers quietly: only people with its secret link can read and sign it. Nobody sees the names that were given until its organizer opens it.
admin-lead-public = This petition is public. You read it here as everyone does.
admin-lead-rejected = This petition was rejected. You read it as it was sent in. Its organizer can mend it and send it in again; what is written until then is not shown here.
admin-lead-ended-quietly = This quiet start has ended without having been opened to the public. All names that were given are erased.
admin-last-day-passed = Its last day to sign has passed while it waited. Reject it with that as the reason: its organizer can choose another day and send it in again.
admin-lead-taken-down = This petition was taken down. Its page shows only the reason.
admin-reason = The reason given
admin-about = For admins
admin-to-decision = Go to the decision
admin-to-page = See its public page
admin-to-names = Public names, to hide one

admin-decision = Your decision
admin-approve = Approve
admin-lists = Approving lists an employer
admin-lists-text = From then on every petition on this site can ask the staff of { $employer }, and whoever has a mailbox at one of these domains signs as its staff:
admin-lists-check = Check each domain yourself, for example on the employer’s own website. A domain where anyone can get a mailbox lets anyone sign as staff.
admin-in-the-way = An employer named { $employer } is listed already, so this petition cannot be approved as it is. Reject it, and ask its organizer to choose { $employer } from the list.
admin-approve-open = The organizer wants to start in public: the petition is listed at once and takes signatures.
admin-approve-quietly = The organizer wants to start quietly: the petition takes signatures by a secret link, and the organizer opens it to the public later.
admin-approve-fixed = From then on its text and its employers cannot be changed.
admin-approve-button = Approve, and start taking signatures
admin-reject = Reject
admin-reject-text = Its organizer reads your reason, can mend the petition and send it in again. Nobody else sees it.
admin-reject-reason = Reason for rejecting it
admin-reject-hint = Say what has to change, in at most 2,000 characters.
admin-reject-button = Reject it for this reason

admin-takedown = Take down
admin-takedown-text = When a petition breaks the law or the rules of this site, you can take it down for good. You give a reason on the next page; nothing happens before that.
admin-takedown-next = Go on to taking it down
admin-takedown-title = Take this petition down
admin-takedown-lead = Its text and its names are taken off the public pages of this site, and it never comes back.
admin-takedown-running = It takes no more signatures from that moment.
admin-takedown-withdraw = Signers can still withdraw with their code.
admin-takedown-reason = Reason for taking it down
admin-takedown-hint = Everyone who opens the petition’s address reads it, and it is kept for good in the petition’s record. Name no private person. At most 2,000 characters.
admin-takedown-button = Take it down for good
admin-takedown-back = Leave it as it is

admin-employers = Employers
admin-employers-lead = Organizers choose from this list whose staff they ask. Anyone who has a mailbox at one of an employer’s domains can sign as its staff.
admin-employers-add = Add an employer
admin-employers-search = Search employers
admin-employers-words = Name or domain
admin-employers-button = Search
admin-employers-found = { $n ->
    [one] { $n } employer found
   *[other] { $n } employers found
}
admin-employers-none = No employer is listed yet. Until one is, organizers can only propose employers.
admin-employers-none-found = No listed employer matches. Try part of the name or of a domain.
admin-employers-all = All employers
admin-employers-staff = About { $people } people work there.
admin-employers-source = Source of the head count
admin-employers-no-staff = No head count.

admin-employer-new = Add an employer
admin-employer-change = Change { $employer }
admin-employer-saved = Saved.
admin-employer-kept = Petitions that take signatures already, or have closed, keep the domains they opened with. Name and head count change on their pages at once.
admin-employer-name = Name
admin-employer-name-hint = As its staff and the press call it, in at most 120 characters.
admin-employer-domains = Mail domains
admin-employer-domains-hint = What stands behind the @ in work addresses, one per line. A subdomain counts only if it is listed too. Mail providers where anyone can get an address are refused.
admin-employer-count = Head count (optional)
admin-employer-count-hint = How many people work there. Pages show what share of them signed.
admin-employer-source = Public source of the head count
admin-employer-source-hint = A web address that anyone can open, such as an annual report. It is needed with a head count.
admin-employer-add-button = Add the employer
admin-employer-save-button = Save the employer
