# What went wrong with a request, and what to do. Never blames; says first what happened to what was typed.
problem-not-found-heading = Page not found
problem-not-found-text = Check the address for a typing mistake. If you followed a link, whoever sent it may have a newer one.
problem-method-heading = This cannot be done here
problem-method-text = This address exists, but does not take this kind of request. Open the page and use the form on it.
problem-gone-heading = No longer here
problem-gone-text = There was a page here. It has been removed.
problem-conflict-heading = This has changed meanwhile
problem-conflict-text = Someone, perhaps you in another tab, was faster. Reload the page to see how it stands now.
problem-forbidden-heading = The form was not accepted
problem-cross-site-text = It was sent from a page of another site, so nothing was done. Open the page on this site and send the form from there.
problem-hidden-origin-text = Your browser, or a tool in it, hid which page the form came from, so nothing was done. Open the page in a normal tab, without an extension that changes referrers, and send the form again.
problem-form-token-text = You signed in again after this page was opened, so nothing was done. Go back, reload the page and send the form again.
problem-signed-out-heading = You are signed out
problem-signed-out-text = Nothing was done. Sign in, in another tab if you want to keep what you typed here, then send the form again.
wait-title = Wait a moment
wait-lead = Wait { $secs ->
    [one] one second
   *[other] { $secs } seconds
  }, then press again.
wait-why = Many requests come from your network just now, yours or those of others. Everything that you typed is kept on this page.
wait-why-account = Many passphrases were tried for this account just now, by you or by others.
wait-button = Press again
problem-work-text = Many requests come from this network just now. A program goes on after a short computation; if yours does not know how, try again later.
problem-too-many-heading = Too many attempts from here
problem-too-many-text = { $minutes ->
    [one] Nothing was lost. Wait a minute, then try again. Others behind the same connection count as well.
   *[other] Nothing was lost. Wait { $minutes } minutes, then try again. Others behind the same connection count as well.
}
problem-too-large-heading = Too much text
problem-too-large-text = The form was larger than this site takes, so it was not read. Go back: what you typed should still be there. Shorten it and send it again.
problem-bad-request-heading = The request could not be read
problem-media-type-text = This address takes forms only (application/x-www-form-urlencoded). Nothing was done.
problem-encoding-text = Something in it is not properly encoded text (UTF-8). Nothing was done. Go back and type it anew instead of pasting it.
problem-nul-text = It holds a NUL character, which no text needs. Nothing was done. Go back and type it anew instead of pasting it.
problem-incomplete-text = It broke off on the way. Nothing was done. Check your connection and send it again.
problem-query-text = Something in the address cannot be read. Check it, or begin at the first page.
problem-too-many-fields-text = It has more fields than any form here. Nothing was done.
problem-unknown-field-text = It has a field named “{ $name }”, which the form does not know. Nothing was done. Reload the page and send the form again.
problem-repeated-field-text = The field “{ $name }” came twice. Nothing was done. Reload the page and send the form again.
problem-unavailable-heading = Not available for a moment
problem-unavailable-text = Nothing was changed and nothing is half done. Wait a few seconds, then send it again.
problem-behind-heading = Signing is stopped
problem-behind-text = The database of this site lacks entries that it had already published. Nothing is signed and no code is sent until whoever runs the site has put that right. Nothing that you did here was lost just now; what you read here is the last state that is known.
problem-internal-heading = Something went wrong here
problem-internal-text = It was not your doing. Try again; if it stays like this, tell whoever runs this site the number below.
problem-visibility = Press one of the two buttons below. Anonymous and sealed signatures are made by this page’s script, or by the command-line client; this form cannot make them.

problem-api-heading = This was not done
api-not-json = Send JSON, with the content type application/json.
api-malformed = The request cannot be read: it is not the JSON that belongs here.
api-expired = This ticket is too old or unknown. Ask for a new code; an earlier code works too.
api-proof-used = With this proof a signature was made before: by you, or by someone else who can use it. Nothing was changed.
api-unknown-invitation = This invitation is not one of this petition’s. Check it letter by letter.
api-bad-request = The token request is not made for this petition’s key.
api-closed = This petition takes no signatures any more.
api-taken-down = This petition was taken down.
api-other-leaf = With this token another signature was cast before. Nothing was changed.
api-invalid = The signature does not verify for this petition.
api-name = The name or job title cannot be shown as it is written. Use letters, spaces and ordinary punctuation.
api-waits = This signature still waits for its group. What it shows can be changed once it is published.
api-voided = The operator of this site has invalidated this signature, so it shows nothing, and nothing can be changed about what it shows. The page for withdrawal codes says why, and what to do.
api-amended-before = This change was made before, and something else was shown since. Make a new one with the withdrawal code.
api-no-trustee = This petition has named no trustee, so no name can be sealed for it. Nothing was kept.
api-unknown-cast = No signature of this petition belongs to this withdrawal code.

kept-heading = What you typed
kept-send = Send it again
kept-copy = { $label }: copy it from here
kept-secret = It is not repeated here. Type it again.
kept-sign-in = Sign in in another tab
kept-signed-out = Nothing was done, and nothing you typed is lost: it is below. Sign in in another tab, come back to this one and send it again.
kept-form-token = Nothing was done: this page was older than your present session. Everything you typed is below; send it again.
kept-conflict = Nothing was done: someone, perhaps you in another tab, was faster. Everything you typed is below. Look in another tab at how it stands now, and send it again only if it still fits.
kept-not-found = Nothing was done: what this form belongs to is not here, or not for you. Everything you typed is below. If you were signed in, sign in again and send it again.
kept-unknown-field = Nothing was done: it came with a field named “{ $name }”, which the form does not know. Everything you typed is below; send it again.
kept-repeated-field = Nothing was done: the field “{ $name }” came twice. Everything you typed is below; send it again.
kept-encoding = Nothing was done: something in it is not properly encoded text (UTF-8). What can be read of it is below; look through it and send it again.
kept-of-contract = { $contract }: { $label }
kept-nul = Nothing was done: it held a NUL character, which no text needs. Without it, everything you typed is below; send it again.
