# Signatures that an admin has invalidated, and notes of dispute.

void-reason-made-mailboxes = mailboxes were made to sign
void-reason-misused-invitations = invitations were used by others than those they were for
void-reason-false-name = the person named did not sign
void-reason-defect = a defect of this program

void-of-crowd = { $n } { $proof }
void-because = Reason: { $reason }.
void-list-heading = Invalidated signatures
void-list-none = None has been invalidated.
void-list-lead = The operator of this site found these forged, and took them off the number. They stay in the log, with the reason, so that anyone can see what was taken off.
void-done = { $day }, from entry { $entry } of the log on
void-reversed = Reversed on { $day }: they count again, but for those withdrawn meanwhile.

dispute-list-heading = Notes of dispute
dispute-list-lead = The operator of this site has something to say about these entries. A note changes no number.
dispute-entry = Entry { $n }
dispute-entries = Entries { $first } to { $last }
dispute-done = { $day }, entry { $entry } of the log
dispute-stands = Entry { $entry } of the log
dispute-on-page = { $n ->
    [one] There is a note of dispute about this number
   *[other] There are { $n } notes of dispute about this number
}

account-voided = Invalidated

found-voided = No. The operator of this site has invalidated it. Reason given: { $reason }.
found-voided-name = Not shown while it is invalidated:
found-voided-heading = If this is wrong
found-voided-what = Write to whoever runs this site, and say which petition it is and which reason they gave. They can let it count again. You need not say who you are, and nobody needs your withdrawal code. Do not write from your work address or a work device.
found-withdraw-voided = The number does not change: it does not hold your signature now. If it were let count again, yours would not.
withdrawn-voided = It had been invalidated, so the number does not change, and it will not count again.

admin-to-voids = Invalidate forged signatures
admin-voids-title = Invalidated signatures
admin-voids-lead = If signatures are forged, you can take them off the number. You choose, you see how many it is, and only then is it done. What you do, when and why stands in the public log for good, and on the page about the number. It can be reversed.
admin-voids-done = It is done. Everyone can see it on the page about the number.
admin-voids-choose = What to invalidate
admin-voids-names = Names on the public list
admin-voids-names-what = One or several, each by its name.
admin-voids-groups = Whole groups without names
admin-voids-groups-what = Everything of one kind of proof that came out in the same group.
admin-voids-crowd = Everything by one proof
admin-voids-crowd-what = With and without names. By invitation, that is whatever came by this petition’s invitations.
admin-voids-never = There is no way to choose one signature without a name: whoever holds or guesses something about a person could strike that person. Where you are sure of single ones, say so in a note of dispute.
admin-voids-before = What was invalidated
admin-voids-before-none = Nothing was invalidated yet.
admin-voids-by-whom = Done by { $pseudonym }.
admin-voids-by-nobody = Done by an account that is gone.
admin-voids-reversed-by = Reversed by { $pseudonym }.
admin-voids-reversed-by-nobody = Reversed by an account that is gone.
admin-voids-to-reversal = Reverse this
admin-voids-to-page = The page about the number
admin-voids-to-dispute = Write a note of dispute
admin-voids-back = Back to what was invalidated

admin-void-names-legend = Names
admin-void-groups-legend = Groups, newest first
admin-void-crowd-legend = Proof
admin-void-names-hint = Several at once, of one page of the list at a time.
admin-void-groups-hint = Of each kind of proof, no fewer than { $n } without a name can be invalidated together. A group of which fewer are left goes with another one.
admin-void-names-none = No name stands on the public list.
admin-void-groups-none = No group without names has come out.
admin-void-crowd-none = No signature is counted now.
admin-void-group = Entries { $first } to { $last }
admin-void-group-empty = None of it counts any more.
admin-void-crowd-number = counted now: { $n }
admin-void-entry = entry { $n }
admin-void-reason = Reason
admin-void-reason-hint = Everyone reads it.
admin-void-reason-missing = Choose a reason.
admin-void-chosen-missing = Choose what to invalidate.
admin-void-count-button = Count first

admin-count-title = Count before you invalidate
admin-count-changed = What you chose has changed meanwhile, so nothing was done. Here is the new count.
admin-count-nothing = None of what you chose counts any more. Nothing was done.
admin-count-table = What would be invalidated
admin-count-of = { $proof }: { $named } with a name, { $unnamed } without.
admin-count-change = Counted before { $before }, after { $after }.
admin-count-names = These names leave the public list
admin-count-too-few = Of one kind of proof, fewer than { $n } without a name are among it. So few are not invalidated together: it could be the one person whom somebody has in mind. Choose another group as well, or write a note of dispute.
admin-count-public = It is public, at once and for good: the log says of each of these entries that it was invalidated, and why.
admin-count-reversible = It can be reversed. That it was done stays in the log then, too.
admin-count-withdraw = Anyone who holds a withdrawal code to one of them reads that it was invalidated, and why.
admin-count-button = Invalidate these signatures
admin-count-back = Choose something else

admin-reversal-title = Let them count again
admin-reversal-changed = It has changed meanwhile, so nothing was done. Here is how it stands now.
admin-reversal-over = This was reversed before.
admin-reversal-nothing = All of them were withdrawn by their signers since. There is nothing left that could count again.
admin-reversal-table = What would count again
admin-reversal-of = { $proof }: { $n } count again.
admin-reversal-withdrawn = { $n ->
    [one] { $n } of them was withdrawn by its signer since, and does not.
   *[other] { $n } of them were withdrawn by their signers since, and do not.
}
admin-reversal-names = Names among them stand on the public list again, unless their owners took them down.
admin-reversal-notice = The two weeks’ notice that sealed names will be shown begins again.
admin-reversal-public = It is public, at once and for good: the log says of each that it counts again.
admin-reversal-button = Let them count again

admin-dispute-title = Write a note of dispute
admin-dispute-lead = Where you have something to say against entries of the log that cannot, or should not, be invalidated. They are counted all the same.
admin-dispute-final = A note cannot be taken back or changed, by anyone. Everyone reads it on the page about the number, and in the log for good.
admin-dispute-first = First entry
admin-dispute-last = Last entry
admin-dispute-range-hint = Entries are numbered from 0 to { $last } now.
admin-dispute-range = Enter whole numbers from 0 to { $last }, the first no higher than the last.
admin-dispute-text = What there is to say
admin-dispute-text-hint = Name no private person, and say nothing from which one could be told. At most 2,000 characters.
admin-dispute-button = Publish this note for good
