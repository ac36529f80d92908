# Invitations: on the sign form, and for organizers who make them.

sign-who-employer-invited = An invitation leaves no such trace.
sign-who-court-invited = Of an invitation that they hold, they can test whether it was used.
sign-invitation-open = I have an invitation
sign-invitation-hint = 16 letters and digits, from a paper or a link. Capitals or small letters, with or without dashes. If you came by a link and this is empty, paste the whole link. It works once.
sign-invitation = Invitation
sign-invitation-instead = No address is needed with it. Leave the address empty and go on to who may see your name.
sign-invitation-safest = No mail is sent, so your employer’s mail system sees nothing. Whoever made this invitation, or finds it, can try it out and learn whether it was used. They do not learn how you signed.
sign-invitation-none = No invitation? It is the safest way to sign: ask someone you trust whether they have one to give.

invitation-missing = Type the invitation. This petition takes signatures by invitation only.
invitation-shape = This is not an invitation. It has 16 letters and digits, like 7K3M-9QXT-02ZB-HHWE.
invitation-unknown = This is not an invitation to this petition, or its time is over. Compare it letter by letter with what you were given.

invited-title = One step left
invited-not-yet = Nothing has happened yet. Your signature counts when you press the button.
invited-public = Your name will stand on the public list: { $name }
invited-nameless = No name will be shown. You will be counted together with others.
invited-once = An invitation works once, and cannot be used again after that, also if you withdraw.
invited-button = Sign with this invitation
invited-back = Go back without signing

invitation-used-title = This invitation has been used
invitation-used-lead = It has given one signature already, or was used on another device. Nothing was changed just now.
invitation-used-you = You, earlier. Your withdrawal code then shows the signature:
invitation-used-other = Someone else who saw it: whoever made it, handed it on, or found it. A link in a chat works for the first who uses it, not for all.
invitation-used-do = Ask whoever gave it to you for another one. The same invitation cannot sign again.

signers-how = How can staff sign?
signers-how-hint = Choose at least one. Their numbers stand side by side and are never added up.

dashboard-invitations = Invitations
dashboard-invitations-made = { $n ->
    [0] None made so far.
    [one] One made so far.
   *[other] { $n } made so far.
}
dashboard-invitations-button = Make invitations

make-title = Make invitations
make-lead = An invitation is a code that signs once, without any mail. Print them and hand them over, or send each as a link in a private chat.
make-made = { $n ->
    [0] None has been made for this petition so far.
    [one] One has been made for this petition so far.
   *[other] { $n } have been made for this petition so far.
}
make-public = How many were made is public: it stands in the petition’s record, so that everyone can compare it with how many were used.
make-once = They are shown once. We keep only what is needed to recognize them and cannot show them again.
make-test = Anyone who makes or finds one can try it out, and learns whether it was used. So hand them over unseen, and do not write down who got which.
make-size = How many
make-size-hint = At most { $most } on a sheet. Print a few more than you need: what is left over can be destroyed.
make-size-problem = Enter a whole number from 1 to { $most }.
make-too-many = A petition can have at most { $most } invitations in all. Enter a smaller number.
make-button = Make them now
make-print-work = Do not print them on a printer of your employer: printers and print servers keep what they print.

sheet-title = { $n ->
    [one] One invitation
   *[other] { $n } invitations
}
sheet-once = Print or copy this page now. It is shown once: after you leave it, nobody can show these invitations again, we included.
sheet-again = Reloading makes new ones; your browser asks before it does. The ones on this page stay valid. If you pressed the button twice, two sheets were made, and both work: use the one you see.
sheet-how-heading = How to hand them over
sheet-how-cut = Cut them apart, fold each, shuffle them, and let people draw. Then you do not know yourself who has which.
sheet-how-list = Do not write down who got which. A list like that is what an employer or a court would look for.
sheet-how-test = Anyone who made or finds an invitation can try it out and learn whether it was used. Destroy what is left over.
sheet-how-self = You could use them yourself. Readers are told so, and the record says how many were made and, rounded down, how many were used.
sheet-cards = To print and cut
sheet-card-title = Invitation
sheet-card-do = On your own device, open
sheet-card-code = and type this code:
sheet-card-note = It works once. No mail address is needed.
sheet-links = The same, as links
sheet-links-hint = One link for one person, in a private chat that is not your employer’s. The code stands behind the “#”, which no server sees before it is used. A link in a group works for the first who uses it.
sheet-back = Back to the dashboard
