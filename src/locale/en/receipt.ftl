# What the withdrawal code does.

receipt-title = Withdraw, or take my name down
receipt-lead = Type in the withdrawal code that you got when you signed. It shows your signature and what you can do with it: withdraw it, change or take down a name, prove to somebody that you signed.
receipt-code = Withdrawal code
receipt-code-hint = Seven groups of four letters and digits. Capitals or small letters, with or without spaces and dashes.
receipt-button = Show my signature
receipt-nothing-yet = Nothing is changed yet.
receipt-sends = The code goes to this server, which then knows for a moment which signature belongs to it, and not who you are. If someone might watch this connection, use another network.
receipt-lost-heading = If you lost the code
receipt-lost = We cannot find your signature without it: we keep no link between a signature and an address. Whoever started the petition, or whoever runs this site, can hide a name on the public list if you ask them.

found-title = Your signature
found-petition = Petition
found-quiet = This petition is not open to the public: a name is shown to nobody now.
found-ended-quietly = This petition ended without having been opened to the public. Nothing of it is shown, and the names given to it have been erased.
found-taken-down = This petition was taken down. Nothing of it is shown.
found-name = Name shown
found-name-kept = Name kept
found-no-name = None. The name was taken down; the signature counts.
found-hidden = None. The organizers, or whoever runs this site, hid the name, and it stays hidden also when changed. The signature counts. To ask why, write to whoever runs this site.
found-nameless = None. It is counted without a name.
found-counted = Counted
found-waits = With the next group of signatures that show no name.
found-published = Yes, as one of a group.
found-name-down-heading = Take my name down
found-name-down = Your name and job title leave the public list at once. Your signature stays counted. Only you can show a name again, with this code.
found-name-down-kept = Your name and job title are erased here at once. Your signature stays.
found-name-down-button = Take my name down, keep my signature counted
found-name-change-heading = Correct my name
found-name-change = The public list shows the new name at once. The record of the petition says that it was changed, not what it was.
found-name-change-kept = It is the name that everyone reads once the petition is opened to the public.
found-name-change-button = Show this name
found-name-show-heading = Show my name after all
found-name-show = Your signature then stands on the public list under this name, for everyone, your employer too. Copies made by others stay, whatever you do later.
found-name-show-button = Show my name in public
found-new-name = Name to show
found-withdraw-heading = Withdraw
found-withdraw = Your name leaves the public list at once, and the number goes down by one.
found-withdraw-kept = Your signature counts no more, and a name that you gave is erased here.
found-withdraw-nameless = The number goes down together with other withdrawals, or on the first of next month if fewer than five come. Nobody can tell that it was yours.
found-withdraw-final = Withdrawal is final. The same mailbox or invitation cannot sign this petition again.
found-withdraw-button = Withdraw my signature
found-copies = What others have copied from the public list, we cannot take back.

withdrawn-title = Your signature is withdrawn
withdrawn-lead = Your name is gone from the public list, and the number went down by one.
withdrawn-kept = It counts no more, and a name that you gave is erased here.
withdrawn-nameless = The number follows together with other withdrawals, or on the first of next month if fewer than five come. Nobody can tell that it was yours.
withdrawn-again = The mailbox or invitation you signed with cannot sign this petition again.
withdrawn-backups = Backups may hold your name for some days more. How long stands here:

name-removed-title = Your name is down
name-removed-lead = Your name is gone from the public list. Your signature still counts.
name-removed-kept = Your name is erased here. Your signature still counts.
name-removed-code = Your withdrawal code still works: with it you can withdraw the signature itself.

name-changed-title = Your name is changed
name-changed-lead = The public list now shows:
name-changed-kept = We keep this name now; it is not shown to anyone yet:
found-sealed = Sealed to { $trustee }. Nobody else can read it, this site neither. It is shown once { $n } have agreed to be named and two weeks’ public notice has passed.
found-withdraw-sealed = Your sealed name is erased here at once, and will not be opened.
