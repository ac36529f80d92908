# What stands on every page, and the site's own pages.

skip-to-content = Skip to content
banner-not-reviewed = Nobody outside has reviewed this version yet. Do not run a real petition on it.
banner-demo = This is a demo: mails are not sent, they are shown here:
banner-demo-link = the demo’s mails
nav-label = Main
nav-petitions = Petitions
nav-start = Start a petition
nav-help = Help
nav-account-label = Your account
nav-signed-in-as = Signed in as { $pseudonym }
nav-my-petitions = My petitions
nav-account = Account
nav-admin = Admin
nav-sign-out = Sign out

footer-privacy = Privacy
footer-verify = How we verify
footer-safety = Your safety
footer-accessibility = Accessibility
footer-receipt = Withdraw a signature
footer-contact = Contact and report
footer-run-by = This site is run by { $operator }. No trackers, no third-party requests, no cookies for readers and signers.
footer-contact-plain = Contact: { $contact }
footer-source = Made with { $name } { $version }, free software under AGPL-3.0-or-later. Whoever runs it owes you its source: ask at the contact above.

error-prefix = Error:
problem-summary = There is a problem
list-separator = { ", " }
list-and = { $most } and { $last }
list-and-more = { $most } and { $more } more
pager-label = Pages
pager-before = Previous page
pager-after = Next page
pager-beyond = There is no page { $page }. { $last ->
    [one] There is one page.
   *[other] There are { $last } pages.
}
pager-last = Go to page { $last }
pager-page = Page { $page } of { $last }

problem-status = Status { $status }
problem-request = If you report this, give this number: { $id }
problem-home = Go to the list of petitions

dev-mail-title = Mails of the demo
dev-mail-lead = In the demo no mail leaves this machine. What would have been sent is shown here, newest first.
dev-mail-none = No mail yet. Sign a petition, and its code comes here.
dev-mail-reload = Reload
dev-mail-to = To: { $address }

# How often groups of signatures without a name are published; put into the long pages.
schedule-lead = { $often ->
    [day] We look once a day, and every hour while many wait.
   *[other] We look every { $quiet }, and every { $busy } while many wait.
}
schedule-days = { $n ->
    [one] day
   *[other] { $n } days
}
schedule-hours = { $n ->
    [one] hour
   *[other] { $n } hours
}
schedule-minutes = { $n ->
    [one] minute
   *[other] { $n } minutes
}
schedule-seconds = { $n ->
    [one] second
   *[other] { $n } seconds
}
