# The page to keep on disk, which signs from there; and where it is offered.

saved-title = Sign from this file
saved-lead = This page is a file on your computer. It holds the whole program, and nothing of it is loaded when you open it. It talks to { $site } alone: to ask for the code, and to send the signature.
saved-for = Petition
saved-to = To
saved-at = Its page, with the whole text
saved-fingerprint = Fingerprint of the petition
saved-compare = Before you sign, compare this file’s SHA-256 with the one in the petition’s log, best through a colleague who looked from another network.
saved-visible = The operator of the site can see that a signature comes from such a file, and few do that. Where someone might compare times and connections, choose below to cast it later, from another device or network.
saved-stays-operator = Your browser hides the signature, by the program in this file. It stays as it was when you saved it. Anyone can read it, and it is the same for everyone:
saved-needs-script = This file works with script only. If nothing happens, open it in a current Firefox, Chrome, Edge or Safari on a computer. The command-line client needs no browser.
saved-lacks-browser = Signing anonymously is not possible from a file in this browser. Open the file in a current Firefox, Chrome, Edge or Safari on a computer, or use the command-line client.

saved-offer = Sign from a file instead of this page
saved-offer-when = The operator of this site could send you, and nobody else, a changed program. Against that, save this page as a file on a computer that your employer does not own, compare the file with colleagues, and open it there. It signs like this page. For phones it is not made.
saved-offer-link = Save the page as a file
saved-offer-page = SHA-256 of the file
saved-offer-script = SHA-256 of its program
saved-offer-compare = These are the first 16 of 64 digits. All of them stand in the petition’s public log, which is the same for everyone.
