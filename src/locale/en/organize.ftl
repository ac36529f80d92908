# Starting and running a petition.

mine-empty = You have no petition yet.
mine-full = You have { $max } drafts and rejected petitions, as many as an account can have. Write on in one of them. A draft that is not saved for { $days } days is deleted.
mine-deleted-on = Not saved for a long time: it is deleted on { $day }. Open it and save it to keep it.
opening-too-many = You have { $max } such petitions already, as many as an account can have. One of them must end, or be decided on, first.
preview-not-written = (not written yet)
mine-untitled = Petition without a title
mine-start-hint = Nobody sees what you write until you open it. Drafts are kept here.

form-choose = Choose one

edit-steps = Steps
edit-step-done = complete
edit-step-missing = { $n ->
    [one] { $n } thing missing
   *[other] { $n } things missing
}
edit-preview = Preview
edit-open = Open
edit-meanwhile = This step was saved in another tab
edit-meanwhile-text = Nothing was saved just now. Here is what is saved; your text is in the form below. Take over what you need, then save: the form replaces what is saved.
edit-meanwhile-now = Saved now: { $label }
edit-saved = Saved.
edit-save = Save
edit-next = Save and go on
edit-kept = What you typed is kept on this site, complete or not. Nobody else sees it before you open the petition.
edit-rejected = It was not accepted. The reason given:

step-basics = The ask
step-text = Text and demands
step-contracts = Contracts
step-signers = Who is asked to sign
step-schedule = Goal and dates

basics-title = Title
basics-title-hint = The ask, beginning with a verb, in at most 80 characters. For example: Do not renew the River contract
basics-addressed-to = Addressed to
basics-addressed-to-hint = A person or a body who can decide, with their office. For example: Dana Lee, Chief Executive, Example Corp
basics-summary = Summary
basics-summary-hint = Who you are and what you ask, in one or two sentences, at most 300 characters.
basics-started-by = Started by
basics-started-by-hint = As it should stand on the page. A pseudonym or the name of a group is fine.

text-body = Text
text-body-hint = Why you ask this. Facts with links to public sources convince more than adjectives. You can use Markdown.
text-markdown = How to write headings, lists and links
text-markdown-sample =
    # A heading
    An empty line begins a new paragraph.
    - a list
    - with two points
    {"**"}important**, *stressed*
    {"["}words of a link](https://example.org)
    > a quotation
text-demands = Demands
text-demands-hint = One per line, the most important first, at most ten. They are numbered on the page.

contracts-guard = Use public sources only. Do not paste or link confidential material, internal documents or screenshots: it could expose you and others, and it would have to be removed.
contracts-number = Contract { $n }
contracts-supplier-hint = The employer that supplies. Is it not listed? Propose it in the step “Who is asked to sign”, then come back.
contracts-customer-hint = The agency or company that buys.
contracts-title = Name of the contract
contracts-title-hint = As public records or reports call it, with its number if it has one.
contracts-provides-hint = What is supplied, in a sentence.
contracts-value = Value (optional)
contracts-value-hint = A whole number.
contracts-currency = Currency
contracts-currency-hint = Three letters, like USD.
contracts-starts = Starts (optional)
contracts-ends = Ends (optional)
contracts-sources-hint = At least one public source: a record, a notice or a report that anyone can open.
contracts-source-number = Source { $n }
contracts-url = Web address
contracts-url-hint = Beginning with https://
contracts-publisher = Published by
contracts-publisher-hint = The newspaper, agency or organization.
contracts-published = Date of publication (optional)
contracts-shows = What it shows
contracts-shows-hint = In a sentence.
contracts-add-source = Add a source
contracts-remove = Remove contract { $n }
contracts-add = Add a contract

signers-employers = Employers whose staff are asked to sign
signers-employers-hint = Anyone who has a mailbox at one of the domains can sign: staff, contractors, interns.
signers-propose = An employer that is not listed
signers-propose-hint = The operator of this site checks its name and domains before the petition can open.
signers-proposed-name = Name of the employer
signers-proposed-domains = Its mail domains
signers-proposed-domains-hint = What stands behind the @ in work addresses. Several with spaces between. For example: example.com corp.example.com
signers-counting = If several employers are asked, count their staff
signers-together = together, in one number
signers-together-hint = The larger the group, the better for those in it.
signers-apart = apart, one number per employer
signers-apart-hint = Each number is public, small ones too.
signers-others = Others

signers-sealing = Names shown once enough have agreed (optional)
signers-sealing-hint = Signers may seal their name to a trustee whom you choose, for example a lawyer or a union. Names are shown once as many as you say have agreed to be named, and two weeks have passed in which anyone can withdraw. This site cannot read sealed names. Fill in all three, or none.
signers-sealing-early = The trustee could open the names early. Choose someone whom your colleagues trust.
signers-sealing-forced = An employer who controls mailboxes could make up signatures and so force the number.
signers-sealing-fixed = All of this is fixed when signing begins, and public.
signers-trustee = The trustee
signers-trustee-hint = As it will stand on the page: a name, and what they are.
signers-sealing-key = The trustee’s public key
signers-sealing-key-hint = 43 characters. The trustee makes it on their own computer with “undersigned sealing-key”, and keeps the private key to themselves.
signers-reveal-at = How many must agree to be named
signers-reveal-at-hint = At least 10. Counted are people with a work address whose name is public or sealed.

schedule-closes = Last day to sign
schedule-closes-hint = People can sign until the end of this day (UTC). At most twelve months from now.
schedule-extend-until = Latest day to which you may extend it (optional)
schedule-extend-until-hint = When you leave it empty: 30 days after the last day to sign. Two days after this day, what can tell who asked for a code is destroyed. Signers are told so, and it cannot be changed once signing has begun. An earlier day protects them better.
schedule-goal = Goal (optional)
schedule-goal-hint = How many signatures you hope for: by work address, or by invitation where staff sign by invitation only. Shown as a bar beside the number.

opening-title = Open the petition
opening-missing = Before it can open, this is missing:
opening-complete = Everything is there. Read it once more as others will see it:
opening-fixed-heading = What can no longer be changed
opening-fixed = Once signatures come in, the title, the addressee, the demands, the text and the employers stay as they are. People sign what they have read.
opening-few-work = Do few people work there? Anonymous signatures come out in groups of at least { $n }. Where hardly more than that work, the number alone can tell who signed. Say so to your colleagues before you ask them.
opening-review = On this site an admin reads each petition before it starts. You can follow it on its page here.
opening-review-employer = It proposes an employer, so an admin checks its name and domains before it starts.
opening-how = How do you want to start?
opening-quietly = Quietly
opening-quietly-hint = Only people with a secret link can sign, and no number is shown. You open it to the public later, with a first group of signatures behind it.
opening-open = In public
opening-open-hint = The petition is listed at once, and the number appears with the first signature.
opening-start = Start taking signatures
opening-send = Send it to review
opening-from-gathering = The petition gathers quietly. When you open it, it is listed, and the number and the names so far are public at once.
opening-go-public = Open it to the public
opening-not-yet = Not yet

dashboard = Dashboard
dashboard-title = Dashboard: { $petition }
dashboard-ended-quietly = It ended without having been opened to the public. Nothing of it is shown anywhere, and the names given to it have been erased. Withdrawal codes still work.
dashboard-closes-early = You announced that it closes early.
dashboard-in-review = An admin is reading it. You will find the decision here.
dashboard-secret-heading = Your secret link
dashboard-secret = Only people with this link can read and sign the petition. Pass it on person by person, not over channels that your employer runs.
dashboard-secret-then = When you open the petition, the link goes on working and leads to the public page.
dashboard-write = Go on writing
dashboard-open = Open it to the public
dashboard-page = See the petition
dashboard-names = Public names
dashboard-numbers = Numbers
dashboard-numbers-hint = The same numbers as on the petition’s page. Nobody, you included, can see who is behind them beyond the public names.
dashboard-as-of = As of { $day }.
dashboard-share = of about { $head } people at { $employer }, by work address
dashboard-days = Published per day
dashboard-days-caption = Signatures published, by day (UTC). Days without any are left out.
dashboard-day = Day
dashboard-earlier = Earlier days
dashboard-extend = Extend
dashboard-extend-text = You can move the last day to sign later, up to { $day }. This was fixed when signing began.
dashboard-extend-button = Move the last day
dashboard-close = Close early
dashboard-close-text = Closing early takes seven days: until then people can still sign, and the page shows the new last day.
dashboard-close-button = Close early

closure-title = Close the petition early
closure-notice = It will close on { $until }, after seven days’ notice. Until then people can still sign.
closure-after = The text and the numbers stay public. People who signed can still withdraw. A closed petition cannot be opened again.
closure-after-quiet = It was never opened to the public, and will not be: nobody sees it any more, and the names given to it are erased. People who signed can still withdraw.
closure-button = Close it on { $until }
closure-back = Keep it open

extension-too-far = Choose a day up to { $day } (UTC). Those who signed were told when the traces of who asked for a code are destroyed, and that day does not move.
extension-not-later = Choose a day after the present last day.
extension-calls-off = You announced that this petition closes early. Tick the box to call that off.
extension-call-off = Call off the early closing
extension-call-off-hint = The petition then takes signatures until the day above.

dashboard-unsealing = Bring the trustee’s openings

unsealing-title = Open the sealed names of “{ $petition }”
unsealing-heading = Sealed names
unsealing-names = { $n ->
    [one] { $n } name is sealed.
   *[other] { $n } names are sealed.
}
unsealing-step-file = Ask { $trustee } to download this file:
unsealing-step-command = The trustee opens the names on their own computer and checks that each fits its signature:
unsealing-command = undersigned unseal trustee.key sealed.json --out openings.json
unsealing-step-paste = They send you openings.json. Paste what is in it here.
unsealing-key-stays = The private key stays with the trustee. Never ask for it, and never type it in anywhere.
unsealing-openings = The trustee’s openings
unsealing-openings-hint = Each is checked against its signature in the public log. If one does not fit, none is shown. If they are too long for one form, bring them in parts.
unsealing-rest = Names that the openings leave out
unsealing-rest-delete = Delete the names that are left out
unsealing-rest-delete-hint = Tick this with the last part, if the trustee could not open some of them. They can never be shown then.
unsealing-final = The names will be public at once. People who withdrew are not among them.
unsealing-button = Show the names
unsealing-shown = { $n ->
    [one] { $n } name is shown now.
   *[other] { $n } names are shown now.
}
unsealing-shown-before = { $n ->
    [one] { $n } was shown before.
   *[other] { $n } were shown before.
}
unsealing-left-out = { $n ->
    [one] { $n } was left out: withdrawn since, or not a name that can be shown.
   *[other] { $n } were left out: withdrawn since, or not names that can be shown.
}
unsealing-unreadable = This is not what “undersigned unseal” writes: paste the whole of openings.json
unsealing-empty = There is no opening in it
unsealing-does-not-fit = The opening for place { $index } of the log does not fit the signature there, or is in it twice. No name was shown
