# Organizers' accounts.

sign-up-title = Make an account
sign-up-lead = Organizers need an account to write and open a petition. Signers and readers need none.
sign-up-safety = Organizers are often the first to be found. Do not use a name, a passphrase or an address that leads to you, nor a work device.
sign-up-pseudonym = Pseudonym
sign-up-pseudonym-hint = How you sign in, and how this site calls you. Choose one that you use nowhere else.
sign-up-passphrase = Passphrase
sign-up-passphrase-hint = At least 12 characters; several words in a row are good. A password manager is welcome. We check only that it is hard to guess.
sign-up-mail = Email address (optional)
sign-up-mail-hint = For notices about your account and your petitions. Kept encrypted, never shown. You can leave it out.
sign-up-button = Make the account
sign-up-next = Next, you get recovery codes to print or write down. Without them, a forgotten passphrase cannot be replaced.
sign-up-have-one = I have an account

codes-title = Recovery codes
codes-lead = With one of these codes you can set a new passphrase. Each works once.
codes-whose = For { $pseudonym } at { $site }
codes-once = They are shown once.
codes-keep = Print this page or write them down, and keep them where your passphrase is not.
codes-use = To use one: { $address }
codes-kept = I have kept them, go on

sign-in-title = Sign in
sign-in-lead = For organizers and admins. Signing a petition needs no account.
sign-in-button = Sign in
sign-in-none = Make an account
sign-in-forgotten = Use a recovery code

recover-title = Set a new passphrase
recover-lead = Use one of the recovery codes that you printed or wrote down. All sessions of the account are signed out.
recover-code = Recovery code
recover-code-hint = Capitals or small letters, with or without spaces and dashes.
recover-button = Set the passphrase
recover-none = Without a recovery code nobody can open the account, and neither can we.

account-sessions = Where you are signed in
account-sessions-lead = We keep no network address and no browser name, only the day of last use. Give each a label that tells you which it is.
account-session-unnamed = A session without a label
account-session-this = this one
account-session-used = Last used { $day }
account-session-label = Label
account-session-save = Save label
account-session-revoke = Sign this session out
account-session-revoke-this = Sign out here
account-sign-out-everywhere = Sign out everywhere
account-change-passphrase = Change the passphrase
account-current-passphrase = Passphrase as it is now
account-new-passphrase = New passphrase
account-codes-left = { $n ->
    [0] No code is left. Make new ones.
    [one] { $n } code is left. New codes make the old ones useless.
   *[other] { $n } codes are left. New codes make the old ones useless.
}
account-new-codes = Make new codes
account-mail = Mail
account-mail-hint = Leave it empty to have it deleted. Kept encrypted, never shown to anyone else.
account-mail-save = Save
account-passphrase-changed = The passphrase is changed. All other sessions are signed out.
account-mail-saved = The address is saved.
account-mail-removed = The address is deleted.
account-session-labelled = The label is saved.
account-session-revoked = The session is signed out.

sign-up-name-taken = Somebody goes by this name, or by one that reads alike. Choose another.
sign-in-wrong = Pseudonym or passphrase is wrong. Check both, capitals too.
recover-wrong = Pseudonym or recovery code is wrong, or the code was used before. Check both.
account-current-wrong = This is not the passphrase of this account.
