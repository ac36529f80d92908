# Checking the log in the browser: on the page that says how to check a number, and in the page saved as a file.

check-heading = Check it here, in this browser
check-what = Without installing anything: this browser fetches the whole public log, verifies every signature in it, and compares the names and numbers that the site shows. Nothing is sent, and nothing is kept in the browser.
check-limit = The program that checks came with this page, from the same site. A site that lies could send you, and nobody else, a program that calls everything well. If that matters to you, use the program on your own machine, or the page saved as a file, which the petition offers while people sign, and compare its SHA-256 with other people.
check-limit-saved = The program that checks is the one in this file. Compare the file’s SHA-256 with other people: whoever has the same file has the same program.
check-needs-script = This needs script, which is off in this browser. The program “undersigned audit”, on your own machine, does the same and more.
check-lacks = This browser cannot check a log: it is too old, or the page was opened under http:// and not https://. Use a current Firefox, Chrome, Edge or Safari, or the program “undersigned audit” on your own machine.
check-size = The log had { $n } entries when this page was made. Each is half a kilobyte at most, as a rule.
check-button = Check it here
check-earlier = Compare with an earlier check
check-earlier-label = The checkpoint that you kept
check-earlier-hint = All of its lines. It then also shows whether anything was changed, left out or put back since.
check-running = Checking
check-running-label = Entries that are verified
check-stop = Stop
check-stopped = Stopped. Nothing was found out and nothing is kept.
check-begins = The log is being fetched.
check-again = Check again

check-not-done = It could not be checked
check-not-done-text = This says nothing yet about the log.
check-e-offline = No connection, or no answer in time. Check your connection, then try again.
check-e-busy = The site can do nothing now, or too much comes from your network. Try again in a few minutes.
check-e-not-found = There is no log at this address: the petition may have moved, or the site may be gone.
check-e-key = The site shows no usable key of the log.
check-e-other-key = The site shows another key of the log than this page names. You may be shown another log than other people: compare with somebody else.
check-e-checkpoint = The checkpoint is not one that the log’s key has signed.
check-e-root = Entries that the log has signed are missing.
check-e-answer = The site’s answer is not what was asked for.
check-e-other-genesis = The log begins otherwise than the petition that this page names. You may be shown another petition than other people: compare with somebody else.
check-e-earlier = This is not a checkpoint that this log’s key has signed. Copy all of its lines.
check-e-too-long = This log is too long for a browser. Use the program “undersigned audit” on your own machine.

check-bad = This is not in order
check-bad-one = One finding:
check-bad-many = { $n } findings:
check-bad-what = Show this to somebody else before you believe it: let them check from another network, best with the program “undersigned audit”. Then tell the organizers, and whoever reported the number.
check-table = What the log holds
check-withdrawn = Taken back or voided
check-title = Petition
check-line = Last line, to compare with somebody else’s
check-program = SHA-256 of the site’s program, as the log names it
check-page = SHA-256 of the page saved as a file, as the log names it
check-keep-heading = Keep this checkpoint
check-keep = Paste it above another day: then it also shows whether anything was changed, left out or put back since.
check-copy = Copy the checkpoint

check-why-length = wrong length
check-why-format = unknown format
check-why-kind = unknown kind
check-why-payload = not in the form of its kind
check-why-other-key = its token is of another key
check-why-other-challenge = its token is for another petition or kind of proof
check-why-token = the site’s key did not sign its token
check-why-foreign-key = its token belongs to another signer
check-why-signature = its signer did not sign it
check-means-again = Since the audit before, of { $size } entries, nothing was changed, left out or put back. Newer entries may be signatures, withdrawals or voids.
