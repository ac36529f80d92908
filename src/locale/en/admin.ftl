# Admins' pages.

admin-title = Admin
admin-back = Back to the queue
admin-to-employers = Employers and their mail domains
admin-mails-waiting = { $n ->
    [0] No mail waits to be sent.
    [one] { $n } mail waits to be sent.
   *[other] { $n } mails wait to be sent.
}

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

admin-running = Running and public petitions
admin-running-none = No petition runs yet, and none is public.
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
admin-takedown-withdraw = Whoever signed can still withdraw with their code.
admin-takedown-reason = Reason for taking it down
admin-takedown-hint = Everyone who opens the petition’s address reads it, and it is kept for good in the petition’s record. Name no private person. At most 2,000 characters.
admin-takedown-button = Take it down for good
admin-takedown-back = Leave it as it is

admin-employers = Employers
admin-employers-lead = Organizers choose from this list whose staff they ask. Whoever has a mailbox at one of an employer’s domains can sign as its staff.
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
