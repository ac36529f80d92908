# The list of petitions, and a petition.

state-draft = Draft
state-in-review = In review
state-gathering = Gathering quietly
state-open = Open for signatures
state-closed = Closed
state-delivered = Delivered
state-answered = Answered
state-rejected = Rejected
state-taken-down = Taken down

front-title = Employee petitions
front-heading = Petitions by the people who do the work
front-lead = Employees ask their company to end, change or explain a contract. Colleagues sign. Every signature is verified, and what the number means is written beside it.
front-verified = Each signature is checked: by a code sent to a mailbox, or by a single-use invitation. One mailbox or invitation, one signature.
front-said = Before you sign, you read who will see your name.
front-withdraw = You can withdraw at any time, with a code that only you have.

list-title = Petitions
list-search = Search petitions
list-words = Words
list-employer = Employer
list-state = State
list-any = Any
list-search-button = Search
list-found = { $n ->
    [one] { $n } petition found
   *[other] { $n } petitions found
}
list-results = Results
list-none-found = No petition matches. Try fewer words, or any employer and any state.
list-all = All petitions
list-empty = There is no petition yet.
list-example = Example
list-staff-of = Asks the staff of { $employers }

petition-to = To: { $addressee }
petition-started = Started { $day } by “{ $by }”.
petition-started-by = By “{ $by }”.
petition-secret-title = Petition
petition-closes = Sign by { $until }.
petition-closed = Closed { $until }.
petition-would-close = Open for signatures until { $until }.
petition-asks-staff-of = Asks the staff of { $employers } to sign.
petition-site-run-by = This site is run by { $operator }.
petition-example = This is an example, written from published reports to show how a petition looks. Nobody is really asked to sign it, and its signatures are made up.
petition-preview = This is a preview. Nobody else sees it.
petition-preview-back = Back to writing
petition-sign = Sign this petition
petition-sign-hint = Takes two minutes. No account. You choose who will see your name.
petition-read-names = { $n ->
    [one] Read the { $n } public name
   *[other] Read the { $n } public names
}
petition-text = The text
petition-demands = What we ask for
petition-contracts = { $n ->
    [one] About the contract
   *[other] About the contracts
}
petition-contracts-hint = Facts from public sources, as the organizers collected them.

demand-open = not answered yet
demand-met = met
demand-partly-met = partly met
demand-refused = refused

contract-supplier = Supplier
contract-customer = Customer
contract-provides = Provides
contract-value = Value
contract-status = Status
contract-starts = Starts
contract-ends = Ends
contract-sources = { $n ->
    [one] Source
   *[other] Sources
}
contract-rumored = Reported, not confirmed
contract-tender = Out for tender
contract-bid = Offer made
contract-awarded = Awarded
contract-active = Running
contract-renewal = Up for renewal
contract-ended = Ended

count-label = Signatures so far
count-quiet = This petition gathers its first signatures quietly. No number is shown yet.
count-before-first = The number appears with the first group of signatures.
count-none = No signatures as of { $day }: those published before were withdrawn or invalidated.
count-at-least = At least
count-groups = Newer signatures without a name are added in groups of { $n } or more.
count-first = { $n } { $what }
count-as-of = as of { $day }
count-line = At least { $parts }, as of { $day }
count-goal-of = { $n } of { $goal }
count-share = By work address: { $percent } of about { $head } people at { $employer }.
count-share-small = By work address: less than one percent of about { $head } people at { $employer }.
count-share-source = Source of the head count
count-per-employer = By employer, by work address
count-employer = Employer
count-signatures = Signatures
count-none-yet = with the first group

notice-gathering-heading = A quiet start
notice-gathering = You have the secret link to this petition. It is not listed, and no number is shown until its organizers open it with a first group of signatures behind it. Names given now will be public from that day; if it ends before, they are erased. Pass the link on only to people you trust.
notice-closed-heading = This petition is closed
notice-closed = It takes no more signatures. The text and the numbers stay. If you signed, you can still withdraw or take your name down.
notice-closed-receipt = Use your withdrawal code
notice-typed-until = A code that was mailed before the last day ended can be typed in until { $until }.
notice-delivered-heading = This petition was delivered
notice-delivered = It was handed to { $addressee } and takes no more signatures. If you signed, you can still withdraw or take your name down.
notice-answered-heading = This petition was answered
notice-answered = { $addressee } replied, and it takes no more signatures. If you signed, you can still withdraw or take your name down.

verified-heading = How signatures are verified, and what the number does not prove
verified-domains = Which domains count
verified-log = Every signature is an entry in this petition’s public log, which anyone can check, also here in the browser.
verified-not-heading = What it does not prove
verified-not-person = That a different person stands behind each mailbox: an employer can make mailboxes of its own.
verified-not-invited = That invitations reached colleagues: organizers choose whom they give them to, and could use them themselves. The public record of this petition says how many were made, and how many were used (rounded down).
verified-not-name = That the name is right. Names are as given: a mailbox was checked, not the name.
verified-not-operator = That whoever runs this site is honest. They could add signatures. That nothing is changed or dropped afterwards can be checked against the public record of this petition.
verified-more = How this works, in plain words

signers-title = Names under “{ $petition }”
signers-heading = Public names
signers-as-given = Names are as given: a mailbox was checked, not the name. People on this list chose to be named here. Please do not copy it into other lists: whoever withdraws could not leave those.
signers-empty = No public name yet.
signers-hidden = Name hidden by the organizer, or by whoever runs this site
signers-hide = Hide
signers-hide-name = Hide the name { $name }
signers-hide-hint = Hiding takes a name off the public list. The signature stays counted. A hidden name cannot be shown again.
signers-receipt = Withdraw, or take my name down

gone-taken-down = This petition was taken down
gone-ended-quietly = This petition has ended
gone-by = { $operator }, who runs this site, took it down.
gone-quiet-what = It was never opened to the public. The names given to it have been erased.
gone-reason = The reason given
gone-signed = If you signed it, your withdrawal code still works: you can take your name out of our records.

sealing-heading = Names shown once enough have agreed
sealing-notice-heading = Sealed names will be shown
sealing-waiting = Signers may seal their name to { $trustee }. It is shown once { $n } people with a work address have agreed to be named, and two weeks’ public notice has passed in which anyone can withdraw.
sealing-notice = At least { $n } have agreed to be named: names will be shown from { $day } on. Until then anyone can withdraw.
sealing-due = At least { $n } have agreed to be named, and the two weeks’ notice is over: names will be shown as soon as { $trustee } opens them. Until that moment anyone can still withdraw.
sealing-opened = The { $n } who had to agree to be named were reached. Sealed names were shown on { $day }. Names sealed since then are opened after two weeks’ notice of their own.
sealing-deleted = The names that were sealed until { $n } had agreed were never opened, and are deleted. The signatures count without a name.
sealing-early = This site cannot read sealed names. { $trustee } could read them early.
sealing-forced = An employer who controls mailboxes could make up signatures and so force the number.
sealing-key = The trustee’s public key
sealing-key-hint = The same key stands in the first entry of the public log. Ask the trustee whether it is theirs.

account-title = How to check the number of “{ $petition }”
account-heading = How to check the number
account-what = Every signature, named or not, is an entry in a public log. An entry holds a token that was given out once for one proof, and nothing from which anyone could tell whose it is. What counts is what was signed, less what was withdrawn or invalidated.
account-table = Counted, signed, withdrawn, invalidated, given out
account-proof = Proof
account-issued = Tokens given out
account-cast = Signed
account-withdrawn = Withdrawn
account-counted = Counted
account-at-least = at least { $n }
account-too-few = too few to say
account-not-yet = appears with the first group
account-rounded = Tokens given out are told in steps of { $n } or more, so that nobody can see when one person takes one. Who takes a token and never signs is not counted.
account-proves-heading = What the log proves
account-proves-token = Each signature spent a token of its own, which this site’s key signed without seeing it. None counts twice.
account-proves-kept = Nothing was changed or left out between two checks: the later log holds all of the earlier one, in its order.
account-proves-sum = The numbers on this site are those of the log, and each name shown is the one that its signer committed to.
account-limits-heading = What it does not prove
account-limits-mailbox = That a person stood behind each signature. A mailbox or an invitation was checked, not who used it, and names are as given.
account-limits-mint = That whoever runs this site made no tokens for itself, an organizer used no invitations of her own, or an employer no mailboxes. Such signatures show in how many tokens were given out, not in who they are.
account-limits-twice = That nobody signed in two ways: one person may hold a work address and an invitation. The kinds of proof are never added up without saying so.
account-limits-witness = That everyone is shown the same log. Only witnesses whom you trust, or comparing the checkpoint below with someone else’s, can show that: see “Witnesses”.
account-how-heading = Check it yourself
account-how = With the program that runs this site, on your own machine. It fetches the whole log and believes nothing that it has not checked:
account-how-again = Run it again another day: it then also finds whether anything was changed, left out, moved or put back since.
account-how-others = The log is in the formats of C2SP (tlog-tiles, checkpoint, signed note), and other people’s tools read it too:
account-command = undersigned audit { $url }
account-file-checkpoint = checkpoint
account-file-vkey = verifier key
account-file-openings = names as they open their entries
account-file-numbers = numbers
account-checkpoint-heading = Newest checkpoint
account-checkpoint = How many entries the log has, and its root, signed with the log’s key. Keep it: with it you can show later that the log was changed.
witnesses-heading = Witnesses
witnesses-some = A witness runs on somebody else’s machine, and signs a checkpoint only if the log continues the one that it saw before. Whoever is shown another log than the witnesses gets one that they have not signed.
witnesses-none = No independent witness has seen this log.
witnesses-none-means = So nothing but readers who compare their checkpoints would show it if this site gave some people another log than others. The checkpoint above is for that: keep it, and compare it with someone else’s.
witnesses-seen = has signed { $n } entries, on { $day }
witnesses-not-yet = is asked, and has not signed this log yet
witnesses-independent = Whether they are independent of this site, no site can prove. Ask whoever runs each for its key, write the keys that you trust into a policy file, and check against that:
witnesses-file = the newest checkpoint that witnesses have signed
witnesses-command = undersigned audit { $url } --policy policy.txt
account-fingerprint = Fingerprint of the petition
account-key = Key of the log
petition-check = How to check this number
