# One's own signature in the log, and proving that it is one's own: in the browser, on the site, on the command line.

## Looking it up

own-heading = Your own signature
own-lead = Is your signature still in the log, and does it still count? Your browser fetches the whole log, as for everyone who looks, and searches in it here; for a large petition that is some megabytes. Neither the code nor the entry is sent to anybody.
own-without-script = Looking it up in your browser works with script only. Without script there are two ways:
own-without-site = On this page, where the code goes to this server, which then knows for a moment which signature belongs to it:
own-without-program = Or with the program, on your own machine, which tells nobody:
own-command = undersigned receipt { $url }
own-input = Withdrawal code, or the text of your receipt
own-input-hint = Seven groups of four letters and digits. It is kept nowhere: it is gone when you leave this page.
own-file = Or your receipt as a file
own-button = Look in the log
own-working = Fetching the log…
own-progress = { $done } of { $size } entries fetched and checked
own-answer-heading = What the log says
own-lacks = Looking it up is not possible in this browser, or at an address with http://. Update the browser, or use one of these ways:

own-log-bad = What this site sent is not the log that it has signed, or not the log of this petition. The code was not sent to anyone. Keep your code and your receipt, tell the organizers and people you trust, and look again from another network or device.
own-offline = No connection, or no answer in time. What you typed still stands here. Check your connection, then try again.
own-no-code = The withdrawal code is missing in it. Put it in a line of its own.
own-later = Later, you can see that it is in the public log, and prove to a journalist that you signed, without naming it to this server:

## What the log says of a signature

standing-crowd = It was signed { $proof }.
standing-counts = It is published, and was neither withdrawn nor voided: it counts.
standing-retracted = It was withdrawn by its signer, with entry { $entry }. It counts no longer.
standing-voided = The operator of the site has voided it with entry { $entry }, and gives as the reason: { $reason }. It counts no longer. If that is wrong, tell them: it can be reversed.
standing-not-yet = Nothing that was signed with this code is in the log, or not yet. A signature that shows no name comes with its group: look again in some days. Also look whether this is the petition that you signed. The log has { $size } entries, all of them fetched and checked.
void-why-made-mailboxes = the mailbox was made up to sign
void-why-misused-invitations = the invitation was used by someone whom it was not for
void-why-false-name = the person whose name it bore did not sign
void-why-defect = it came from a defect of this program

## The receipt

own-keep-heading = Keep a receipt
own-keep = The receipt holds your withdrawal code, and a proof that your signature is in the log, which the log has signed. With it you can see another day that nothing was changed. If something was, it proves that to anyone. It is a secret, like the code.
own-keep-show = Show its text
own-keep-not-yet = There is no proof to keep yet. Look again when your group is published.
own-copied = Copied.
own-since-still = Since your receipt, when the log had { $size } entries, nothing was changed, moved or left out: your signature is still there, at the same place.
own-since-other-key = Keep your receipt: another key signs this log now than signed your receipt. This is not the log that held your signature. Tell the organizers and people you trust.
own-since-shorter = Keep your receipt: the log had { $before } entries, and has { $size } now. An older state is shown. Look again in an hour; if it stays so, something was taken out of the log, and your receipt proves it. Tell the organizers and people you trust.
own-since-changed = Keep your receipt: the log holds something else now than when you kept it, and your receipt proves it. Tell the organizers and people you trust.
own-since-other-signature = The proof in your receipt is not of the signature that this withdrawal code belongs to. Two receipts may have been mixed up.
own-since-damaged = The proof in your receipt is damaged: the log has not signed it like this. Try a better copy. The code still works.
receipt-file-title = Receipt of a signature. Keep it to yourself: with the code, the signature can be withdrawn.
receipt-file-petition = Petition
receipt-file-code = Withdrawal code
receipt-file-key = Key of the log
receipt-file-proof = From here on: a proof that the signature is in the log (c2sp.org/tlog-proof). Leave it as it is.
receipt-file-unreadable = The receipt cannot be read. Give the name of the file, not what is in it.
receipt-file-bad = This is no receipt: it holds neither a withdrawal code nor a proof.
receipt-file-bad-code = The withdrawal code in the receipt was mistyped or altered. Compare it with another copy.
receipt-file-bad-proof = The proof in the receipt is cut off or altered. Take another copy, or type in the code alone.

## Proving that one signed

prove-heading = Prove that you signed
prove-lead = To a journalist, say. They choose a phrase; with your code it becomes a statement, which they can check. They get no power over your signature: the statement withdraws and changes nothing.
prove-shows = Anyone who has the statement learns which entry of the log is yours, for good, and can show it around. You cannot take it back. Nobody has to give one: nobody can see whether you have a code.
prove-names = The phrase should name who it is for, and the day, such as “For Robin Ada, Example Times, 3 June”. Then nobody else can pass it off as said to them.
prove-what = It proves that whoever made it has the withdrawal code of this signature, and no more. Somebody who found your code could make one too.
prove-sends = The code and the phrase go to this server, which then knows for a moment which signature is yours and with whom you speak. It keeps and writes down neither. In the browser with script, or with the program, nobody learns it:
prove-sends-link = Your own signature, on the page of the audit
prove-phrase = Phrase
prove-phrase-hint = Up to 200 characters, in one line, exactly as it was agreed.
prove-button = Make the statement
prove-phrase-empty = Type in the phrase.
prove-phrase-long = A phrase has at most 200 characters.
prove-phrase-bad = There is a character in it that cannot be seen or that changes how the rest is read. Type the phrase by hand instead of pasting it.
prove-waits = Your signature still waits for its group. The statement can be checked only once it is published.
statement-made-title = Your statement
statement-made-lead = Hand over this whole line to whoever chose the phrase, by a way that your employer cannot read.
statement-made-label = Statement
statement-made-check = They check it here:
statement-made-not-kept = It is kept nowhere here. If you lose it, make it again.

## Checking a statement

statement-heading = Check somebody’s statement
statement-lead = Somebody says that they signed. Agree with them on a phrase that names you and the day; they make a statement of it with their withdrawal code. Paste it here.
statement-page-title = Check a statement
statement-input = Statement
statement-input-hint = One line that begins with a brace and "K_pub". A mail around it does no harm.
statement-button = Check it
statement-browser = With script, it is checked in your browser, against the whole log. Without, this server checks it.
statement-server = This server has checked it. In a browser with script, or with the program, you need not believe the server:
statement-command = undersigned check-statement { $url } FILE
statement-unreadable = The file with the statement cannot be read. Give its name, or - for standard input.
statement-empty = Paste the statement.
statement-too-long = This is longer than any statement. Paste the one line that begins with a brace.
statement-form = This is not a whole statement, or it was altered on the way. Copy it again, from the first brace to the last.
statement-other-petition = This statement is not about this petition. Ask for which one it was made.
statement-not-signed = The statement is false: the key that it names has not signed this phrase. It was altered, or made up.
statement-not-in-log = The phrase was signed, but nothing that is in the log, or not yet. A signature that shows no name comes with its group: check again in some days. Until then it proves nothing. The log has { $size } entries.
statement-holds = The statement holds: whoever made it has the withdrawal code of entry { $entry } of the log, and signed this phrase:
statement-holds-no-more = The statement is genuine, but the signature no longer counts. Whoever made it has the withdrawal code of entry { $entry } of the log, and signed this phrase:
statement-compare = Is this the phrase that you chose, with your name in it? If not, it was made for somebody else and proves nothing to you.
statement-means = It does not prove who that person is: only that they have the code. What was proved when signing stands above. They may withdraw later: check again before you publish.

## On the command line

prove-prompt = Phrase:
receipt-kept = Kept: { $file }. It is a secret, like the code in it.
