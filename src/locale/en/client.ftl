# What the page's script shows while somebody signs. The script has no words of its own: it takes them from here.

## Who will see my name

client-who-anonymous = Nobody: sign anonymously
client-who-anonymous-hint = Nobody can tell which signature is yours: not your employer, not the organizers, not whoever runs this site. We do not ask for your name. You are counted in a group of at least { $n }; until that many wait, the number on the page does not move.
client-who-public = Everyone: show my name
client-who-public-hint = Your name is on this page for everyone, your employer too, and your job title if you give one. You can take it down later, but copies made by others stay.
client-stays-heading = What stays visible:
client-stays-employer = With a work address, your employer can list everyone who got our code, with the minute. Assume that this list is read as the list of signers: we hide only whether you finished. Whoever can read your work mailbox could sign in your name, or find out that you have signed.
client-stays-court = A court, or a thief of this server and its keys, can test which addresses asked for a code for this petition, never which signature is whose. If everyone who asked also signed, that is the list of signers.
client-stays-group = Your group is your crowd: an employer could fill a group with mailboxes of its own. While a signature waits for its group, it is less well hidden from someone who seizes server and keys at that moment.
client-stays-operator = Your browser hides the signature, by a program that this site sends it. { $operator } could send you a changed one. Anyone can read it, and it is the same for everyone:
client-stays-program = the program
client-organizers = They see the number, and the names of those who sign publicly. They never see your address.

client-sealed-who-heading = Visibility of a sealed name
client-sealed-who-trustee = The trustee
client-sealed-both = Name and job title are sealed together, and shown together.
client-sealed-at-once = A sealed name is sent as soon as your proof is accepted: the file to cast later would hold your name.
client-later = Cast it later, from another device or network
client-later-hint = You get a file instead, and send the signature later from anywhere: at home, or in the Tor network. Choose this if someone might watch this connection and compare the times. The file is a secret: whoever finds it can sign in your place.
client-invited = You came with an invitation. It proves that you may sign: no address and no code by mail. Whoever made it can find out whether it was used, not which signature came of it.
client-button = Go on
client-next-code = Next, you get a code by mail. Your signature counts once you have typed it in.
client-next-invited = This signs at once.

## The code

client-again = Send the code again
client-other-address = Use another address
client-sent-again = Asked for again. After three codes a day, none comes.

## What is going on

client-checking = Checking that you get the same petition and keys as everyone…
client-asking = Asking for a code…
client-proving = Trading the code for a hidden signature…
client-casting = Sending your signature…
client-work = Working for some seconds: many people use this connection…
client-working-heading = One moment
client-try-again = Try again
client-start-over = Start over
client-not-kept = This browser keeps nothing for this page. Do not reload or leave it before you are done.

## Done

client-done-again-title = You signed in this tab
client-done-again-lead = Your withdrawal code tells whether your signature counts now.
client-done-title = Your anonymous signature will be counted
client-done-lead = It is in. Nobody can tell that it is yours, we included. It is counted together with others, when at least { $n } of the same kind wait; until then the number on the page does not move.
client-done-public-title = Your signature counts
client-done-sealed-title = Your signature will be counted, and your name is sealed
client-done-sealed-lead = It is in. It is counted together with others, when at least { $n } of the same kind wait; until then the number on the page does not move.
client-done-sealed-to = Your name is sealed to { $trustee }; this site cannot read it. It is shown once { $n } people with a work address have agreed to be named and two weeks’ public notice has passed. Until then you can withdraw, and your name is never shown.
client-code-for-sealed = With it you can withdraw your signature at any time, also after the petition has closed. If you withdraw before your name is opened, the sealed name is erased at once and never opened. We do not have the code and cannot replace it.
client-done-sealed-until = If too few agree, your sealed name is deleted after { $day }. Your signature counts without it.
client-done-before = The site says that this had been cast before, perhaps in another tab, and did not prove it. Nothing was changed just now, and the code below belongs to it. Once the groups of that time are out, look it up in the public log with the command “undersigned receipt”.
client-code-for = With it you can withdraw your signature at any time, also after the petition has closed. We do not have it and cannot replace it.
client-code-reload = A reload of this page shows it again until you close this tab or press the last button. After that it is gone from this browser.
client-copy = Copy
client-copied = Copied.
client-copy-by-hand = It is marked now: copy it by hand.
client-download = Save as a file
client-print = Print this page
client-done-button = I have it, or go on without it

## For later

client-ballot-title = Your signature is not sent yet
client-ballot-lead = This file is your signature. It counts once you have sent it, until { $until } at the latest.
client-ballot-label = Your ballot
client-ballot-qr = Show it as a QR code
client-ballot-qr-hint = A phone’s camera reads the same text from it. Whoever photographs this screen has your ballot.
client-ballot-secret = Anyone who finds it can sign in your place, and can prove that you wanted to. Do not keep it on a work device or in a work mailbox.
client-ballot-how = On the other device, open this page and choose the file, or paste the text:
client-ballot-reload = A reload of this page shows it again until you close this tab or press the last button. After that it is gone from this browser, and the same proof gives no second one.
client-ballot-now = Send it now from here after all
client-ballot-button = I have saved it: remove it here

cast-title = Send a saved ballot
cast-lead = Choose the file that you saved, or paste its text. Your browser checks it and sends the signature. We cannot tell whose it is.
cast-file = Ballot file
cast-text = Or its text
cast-text-hint = It begins with a brace and is about 700 characters long.
cast-button = Send my signature
cast-needs-script = This page works with script only. The file also works with the command-line client.
cast-ended = Ballots for this petition are no longer taken. Casting ended a week after closing.

## Mending a name

client-name-title = The name cannot be shown like this
client-name-lead = Your proof has been accepted. Write the name as it should stand on the list, with letters, spaces and ordinary punctuation.
client-name-button = Sign with this name

## What this browser lacks

client-lacks-secure = Signing anonymously is not possible on this address, because it begins with http:// and not https://: the browser keeps the tools for it from such pages. Open the page under https://. The form below works, with a weaker promise.
client-lacks-browser = Signing anonymously is not possible in this browser: it is too old. Update it, or use a current Firefox, Chrome, Edge or Safari. The form below works, with a weaker promise.
client-lacks-invitation = Your invitation has not been used. Open its link in another browser.
client-plain-note = This form is for browsers without script. With script, you could sign so that nobody can tell which signature is yours, this server included.

## What can go wrong

client-summary = There is a problem
client-stopped-heading = This did not work
client-e-offline = No connection, or no answer in time. Nothing is lost: what you typed is kept here. Try again.
client-e-wait = Too many attempts from this connection. Nothing is lost. Try again after { $time }.
client-e-away = The site is not available for a moment. Nothing is lost. Try again after { $time }.
client-e-behind = Signing is stopped: this site’s database lacks entries that it had published. Its operator has to act first. What you typed is kept.
client-e-unexpected = The site answered with something that does not belong here. Nothing is lost. Try again; if it stays, tell whoever runs this site.
client-e-keys = Stop: do not sign on this page now. What this site sent you about the petition and its keys is not what everyone gets, or is not what it was before. Keys made for you alone could show which signature is yours, so nothing was sent. Tell people you trust, and try from another network or device.
client-e-response = The site’s answer is not a good signature. Nothing is lost, and nothing was sent that could show who you are. Try again; if it stays, do not go on, and tell people you trust.
client-e-promise = The site took your signature, but did not answer with a receipt that is right. Nothing is lost: it can be sent again as often as needed and counts once. Try again.
client-e-crowd = This petition counts nobody with this kind of proof. Choose another way to verify your signature.
client-e-invitation-shape = The invitation in the link is not complete. Open the link again as you got it, or sign with an address.
client-e-typed-invitation = This is no whole invitation: it has four groups of four letters and digits.
client-e-no-invitations = This petition takes no invitations. You can sign with an address.
client-e-unknown-invitation = This invitation is not known here, or was already taken back. Check the link, or ask whoever gave it to you. You can also sign with an address.
client-e-proof-used-code = For this petition, this mailbox has already signed once: you earlier, or someone else who can read it, for example in a shared mailbox, or your employer. Nothing was changed just now. If you have a withdrawal code, it still works. If it was not you, tell whoever runs this site.
client-e-proof-used-invitation = This invitation has been used, by you or by someone who had it too. Nothing was changed just now. Ask for another one, or sign with an address.
client-e-code-empty = Type in the code from the mail.
client-e-code-too-old = This code was mailed more than 24 hours ago. Press “Send the code again”, then type the new one.
client-e-too-many = Too many wrong codes were typed here. Press “Send the code again”; the codes from earlier mails still work then.
client-e-expired = This attempt is too old. Press “Send the code again”, then type the new code, or an earlier one.
client-e-too-soon = You asked a moment ago. A code may take a minute. Ask again after { $time }.
client-e-closed = This petition takes no signatures any more. Nothing was counted just now.
client-e-taken-down = This petition was taken down. Nothing was counted just now.
client-e-gone = There is no such petition here any more.
client-e-invalid = The site says that this signature is not right for this petition. Nothing was counted. If you opened a file, open it anew; else tell whoever runs this site.
client-e-name-empty = Write the name as it should stand on the list, or choose to sign anonymously.
client-e-name-form = This name or job title cannot be shown as it is written. Use letters of one script in each word, spaces and ordinary punctuation, no links, and at most 100 characters.
client-e-ballot-empty = Choose the file, or paste its text.
client-e-ballot = This is not a whole ballot. Open the file again, or copy its text from the first to the last character.
client-e-ballot-other = This ballot belongs to another petition. Open the page that stands beside it.
client-e-technical = For whoever helps you: { $code }
client-name-label = Your name
client-name-hint = As it should stand on the public list.
