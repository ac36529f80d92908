# Signing and confirming.

sign-page-title = Sign “{ $petition }”
sign-back = Back to the petition
sign-preview = The button to sign stands here once the petition takes signatures.

sign-who-heading = Who will see my name?
sign-who-everyone = Everyone
sign-who-everyone-public = Everyone, if you sign in public
sign-who-everyone-text = Your name is public then, and your job title if you give one. You can take it down later, but copies made by others stay. If you are counted without your name, nobody reads it here.
sign-who-employer = Your employer’s mail system
sign-who-employer-text = If you use a work address, your employer can list everyone who got our code, with the minute. Assume that this list is read as the list of signers. Whoever can read your work mailbox could sign in your name, or find out that you have signed.
sign-who-more = And the organizers, this site, a court?
sign-who-organizers = The organizers
sign-who-organizers-text = They see the public list, like everyone. They never see your address.
sign-who-operator = { $operator }, who runs this site
sign-who-operator-text = Your address passes through while a code is on its way. It is kept sealed under a key that is destroyed within 49 hours, and never beside your signature.
sign-who-court = A court, or whoever seizes this server with its keys
sign-who-court-text = They can test whether a certain address asked for a code for this petition and used it. Your name they can read on the public list.
sign-who-mail = Mail servers on the way
sign-who-mail-text = They may keep logs of their own: that this site sent a mail to your address, and when.
sign-device = If you can, use your own phone or computer and a network that is not your employer’s. Work devices and work networks may record which pages you open.
sign-device-more = More on your safety

sign-proof = How can we verify your signature?
sign-proof-work = By my work address
sign-proof-work-hint = An address at { $domains }. Counted as staff.
sign-proof-any = By another address
sign-proof-any-hint = For former staff and supporters. Counted apart, and your employer’s mail system does not see the mail.
sign-name = Your name (only to sign in public)
sign-name-hint = As it should stand on the public list. Left out if you are counted without a name.
sign-title = Job title (optional)
sign-title-hint = Shown with your name. A rare title can say more about you than you wish.
sign-address = Email address
sign-address-hint = We send one code to it. It is never shown to anyone.
sign-work-address = Work email address
sign-work-address-hint = An address at { $domains }. We send one code to it. It is never shown to anyone.
sign-how = Who may see your name?
sign-how-not-shown = Your name is not shown, and we do not ask for it. You are counted in a group of at least { $n }. For a second, while you type the code, this server could know which signature is yours; it keeps nothing that says so. That is a weaker promise than an anonymous signature.
sign-how-public = Everyone will see your name, your employer too. You can take it down later, but copies made by others stay.
sign-button-not-shown = Be counted, name not shown
sign-button = Sign with my name in public
sign-next = Next, you get a code by mail. Your signature counts once you have typed it in.

inbox-title = Check your inbox
inbox-not-yet = If this address can sign, a code is on its way. Your signature is not counted until you confirm it here.
inbox-demo = This is a demo: your mail is shown on a page of its own.
inbox-looks-heading = What the mail looks like
inbox-from = From
inbox-from-text = A neutral name. It does not name the petition or your company.
inbox-subject = Subject
inbox-subject-text = Verification code
inbox-says = It says
inbox-says-text = A code of 8 characters and how long it is valid, nothing else.
inbox-link = Mails to personal addresses also carry a link. You can use either.
inbox-code = Code from the mail
inbox-code-hint = 8 letters and digits. Capitals or small letters, with or without the dash. You can read it on another device and type it here.
inbox-button = Confirm my signature
inbox-none-heading = If no mail comes
inbox-none-spam = Look in the spam or quarantine folder.
inbox-none-wait = Wait a few minutes. Some companies hold mail back for longer; the code is valid for 24 hours after delivery.
inbox-none-again = After 60 seconds you can ask again:
inbox-again = back to the form
inbox-three = We send at most three mails a day to an address. An earlier code works too.
inbox-same = This page looks the same for every address, so that nobody can find out here who has signed.

confirm-title = Confirm your signature
confirm-nothing-yet = Nothing has happened yet. Your signature counts when you press the button.
confirm-public = Your name will then stand on the public list under the petition.
confirm-nameless = It will be counted together with others. No name will be shown.
confirm-button = Confirm my signature
confirm-not-you = You did not ask for this? Close the page. Without the button nothing is counted, and the link soon expires.

expired-title = This link or form no longer works
expired-lead = It is too old, or it was not copied whole. Codes and links are valid for 24 hours.
expired-confirmed = If you have already confirmed, all is well: your signature counts. To withdraw, use your withdrawal code.
expired-again = If not, sign again and ask for a new code:

done-title = Your signature counts
done-lead = Thank you. Your name is on the public list.
done-nameless-title = Your signature will be counted
done-nameless-lead = Thank you. No name is shown. Your signature is counted together with others, when at least { $n } of the same kind wait; until then the number on the page does not move.
done-nameless-promise = While you signed, this server could have known which signature is yours. It has kept nothing that says so.
done-names = See the list
done-code-heading = Your withdrawal code
done-code-for = With it you can withdraw your signature or take your name down, at any time, also after the petition has closed.
done-code-for-nameless = With it you can withdraw your signature at any time, also after the petition has closed.
done-code-warning = Whoever finds this code can prove that you signed, and can withdraw your signature.
done-code-keep = Write it down, print this page, or keep it in a password manager. Not on a work device. Reloading this page shows it again for a while; after that we cannot show or replace it.
done-without-heading = Go on without it
done-without = You can also leave it. Your signature then stays as it is.
done-withdraw-heading = How to withdraw
done-withdraw = Type the code in here:
done-share-heading = Tell others, if you want to
done-share = Copy the words below. A chat or mail system that your employer runs can be read by your employer.
done-share-words = Petition: { $title }
done-go-on = Back to the petition

used-title = This proof has been used
used-lead = For this petition, this mailbox has already signed once. Nothing was changed just now.
used-who-heading = Who could that have been
used-you = You, earlier. Your withdrawal code then shows the signature:
used-withdrawn = You, and you withdrew. Withdrawal is final: the same mailbox cannot sign again.
used-other = Someone else who can read this mailbox, for example a colleague in a shared mailbox, or your employer.
used-do-heading = What you can do
used-do = If it was not you, tell whoever runs this site. You can still sign by invitation, if the petition takes invitations and someone has one for you. Where it also takes signatures by other addresses, you can sign by a personal one; it is counted apart.

# The choice of a sealed name. The page's script puts it into the form where the petition has a trustee.
sign-sealed-label = Show my name when { $n } have agreed to be named
sign-sealed-hint = Your browser seals your name to { $trustee }, and this site cannot read it. It is shown once { $n } people with a work address have agreed to be named and two weeks’ public notice has passed. Until then you can withdraw, and your name is never shown.
sign-sealed-who-everyone = Nobody, until { $n } have agreed and the two weeks have passed. Then everyone, your employer too.
sign-sealed-who-trustee = { $trustee } holds the key and could read your name early.
sign-sealed-who-employer = An employer who controls mailboxes could make up signatures and so force the number. If you use a work address, it can also list everyone who got our code.
sign-sealed-who-operator = This site and a court that orders its operator see a sealed name only as bytes that they cannot read.
sign-sealed-not-reached = If too few agree, your sealed name is deleted 30 days after the last signature could come in. Your signature counts without it.
sign-sealed-too-long = This name and job title are too long to be sealed. Shorten them.
sign-sealed-no-x25519 = This browser cannot seal a name. A newer one can, and so can the command-line client.
