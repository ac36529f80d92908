# Signing without a browser: what the command line says to a signer.

client-address-form = This is not the address of a petition. It looks like https://petitions.example/p/stop-the-contract
client-address-secret = What follows # in this address is an invitation, and a secret: others can see what is typed on a command line. Leave it off; you are asked for it in a moment. Then remove this line from your shell’s history.
client-address-plaintext = The way to this server is not encrypted. Use its https:// address.
client-proxy-form = Give the proxy as socks5h://127.0.0.1:9050. With other kinds of proxy, this machine would ask for the server’s name itself.
client-onion = This address lies in the Tor network. Start Tor, and add --proxy socks5h://127.0.0.1:9050
client-genesis-form = This is not the fingerprint of a petition: 43 letters, digits, - and _.

client-petition = Petition: { $title }
client-addressed-to = To: { $to }
client-demand = { $number }. { $demand }
client-fingerprint = Fingerprint: { $hash }
client-fingerprint-text = Everyone must get the same fingerprint. Whoever gets another one is shown another petition, or keys of her own: compare it with a colleague if you can.

client-visibility-heading = Who may see your name?
client-visibility-anonymous = 1  Anonymous. You are counted in a group of at least { $n }. From what is kept and published, nobody can tell which signature is yours: not the organizers, not whoever runs this site, not a court. That an address got a code, a mail system or a court may find out. Your name is not asked for.
client-visibility-public = 2  Public. Everyone will see your name, your employer too. You can take it down later, but copies made by others stay.
client-visibility-sealed = 3  Sealed. Your name is sealed to a trustee, and the site cannot read it, not for a court either. It is shown to everyone, your employer too, once as many people with a work address have agreed to be named as the petition’s page says, and two weeks’ public notice has passed. Until then you can withdraw. The trustee could read it early. An employer who controls mailboxes could make up signatures and so force the number.
client-visibility-prompt = 1 or 2 [1]:
client-visibility-prompt-sealed = 1, 2 or 3 [1]:
client-visibility-mistake = Type 1 for anonymous, or 2 for public.
client-visibility-mistake-sealed = Type 1 for anonymous, 2 for public, or 3 for sealed.
client-trustee-key = The trustee’s key: { $key }
client-trustee-text = It comes from the public log. Compare it with the one on the petition’s page, which also says who the trustee is and how many must agree. If too few agree, your sealed name is deleted 30 days after the last signature could come in; your signature counts without it.
client-name-prompt = Your name, as everyone will see it:
client-title-prompt = Your job title, shown with your name (may be left empty):
client-name-prompt-sealed = Your name, as everyone will see it if enough agree:
client-title-prompt-sealed = Your job title, sealed and shown with it (may be left empty):

client-proof-heading = How can we verify your signature?
client-proof-option = { $number }  { $text }
client-proof-prompt = Number [1]:
client-proof-mistake = Type one of the numbers.
client-proof-not-taken = This petition does not take this proof.

client-address-prompt = Mail address:
client-code-sent = If this address can sign, and has not had today’s three codes, a code is on its way; an earlier code works too.
client-code-prompt = Code from the mail:
client-new-code = A new code is asked for.
client-invitation-prompt = Invitation:
client-again-prompt = Try again? yes or no [yes]:
client-yes-or-no = Type yes or no.

client-same-network = The signature goes out over a connection of its own. Whoever sees both from outside, or runs the server, may still guess from the moment and from the network address: --later lets you cast another day from another network, --proxy goes through Tor.
client-saved = Saved: { $file }. Nothing is counted yet.
client-saved-text = Cast it before { $day }, best from another network and at another time: undersigned cast { $file }. Whoever has this file can cast it, or find out which signature is yours. Keep it to yourself and remove it when it is cast.
client-done-anonymous = Done. Your signature will be published in a group of at least { $n }, by { $day }. If fewer are together by then, it is only said that there were fewer.
client-done-sealed = Done. Your signature will be published in a group of at least { $n }, by { $day }; if fewer are together by then, it is only said that there were fewer. Your name is sealed to the trustee, and shown only if enough have agreed to be named and two weeks’ notice has passed.
client-done-public = Done. Your signature is counted, and your name is on the page.
client-withdrawal-code = Withdrawal code: { $code }
client-withdrawal-code-text = With it you can take the signature back, or find it in the public log, at any time. There is no other way. Anyone who finds it can prove that you signed.
client-not-cast = This signature may not have been cast. Nothing is lost: keep the ballot, and try again.
client-not-cast-kept = This signature may not have been cast. Nothing is lost: keep { $file }, and try again.
client-not-cast-saved = This signature may not have been cast, and your proof is used up. It is saved in { $file }, readable by you alone. Try again with “undersigned cast { $file }”. Keep the file to yourself: it is as good as your signature. Remove it when it is cast.
client-not-cast-lost = This signature was not cast, and no file could be made for it in this folder. Your proof is used up; an invitation or another address is another way to sign.
client-remove-file = You can remove the ballot file now. Keep the withdrawal code.
client-url-prompt = Address of the petition:

client-code-for-withdrawal-prompt = Withdrawal code:
client-final = Withdrawal is final: the same proof cannot sign this petition again.
client-withdraw-prompt = Withdraw the signature? yes or no [no]:
client-not-withdrawn = Nothing was done.
client-withdrawn = Your signature is withdrawn. If it showed a name, the name is gone at once. If not, the number follows together with other withdrawals, so that nobody can tell that it was yours.

client-found = Your signature is entry { $entry } of the log. The log has { $size } entries; all of them were fetched and checked against what the log has signed.
client-not-found-in-log = Your signature is not in the log, or not yet. The log has { $size } entries; all of them were fetched and checked against what the log has signed. An anonymous signature comes with its group.
client-retracted = It was taken back by entry { $entry }.

client-waits-lost =
    { $secs ->
        [one] The connection broke. The same is sent again in a second.
       *[other] The connection broke. The same is sent again in { $secs } seconds.
    }
client-waits-busy =
    { $secs ->
        [one] The server asks for patience. Trying again in a second.
       *[other] The server asks for patience. Trying again in { $secs } seconds.
    }
client-input-ended = There was no more input where an answer was needed. Nothing more was done.
client-file-exists = There is a file of this name already. Nothing was done.

## What went wrong

client-lost = The server could not be reached, or its answer was lost. Nothing is lost by trying again.
client-busy = The server can do nothing now, or too much comes from your network. Try again later.
client-not-found = There is no petition at this address.
client-address-refused = This address cannot be used here.
client-wrong-code = This is not the code from the mail.
client-tries-left =
    { $n ->
        [0] No try is left.
        [one] You can try once more.
       *[other] You can try { $n } more times.
    }
client-code-too-old = This code was mailed more than 24 hours ago. Ask for a new one.
client-behind = Signing is stopped: the database of this site lacks entries that it had already published. Its operator has to put that right. Nothing was signed.
client-too-many = Too many requests come from this network. Try again in some minutes, or from another network.
client-too-many-tries = Too many wrong codes were typed.
client-expired = The code was asked for too long ago.
client-proof-used = With this proof a signature was made before: by you, or by someone else who can use it. Nothing was changed. If it was not you, whoever reads your mailbox could have done it; an invitation is another way to sign.
client-unknown-invitation = This is not an invitation to this petition. Check it letter by letter.
client-closed = This petition takes no signatures any more.
client-taken-down = This petition was taken down.
client-other-leaf = This ballot was cast before, perhaps by you: it is counted once. “undersigned receipt” finds it.
client-invalid = The server says that the signature does not verify for this petition.
client-name-refused = The name or job title cannot be shown as it is written.
client-unknown-cast = No signature of this petition belongs to this withdrawal code.
client-elsewhere = The server sends to another address. Programs that guard secrets do not follow: open it in a browser, and use the address that is shown there.
client-refused = The server refuses, and does not say why in a way that this program understands.
client-token = No token could be made from the petition’s keys.
client-no-trustee = Names cannot be sealed here: this petition names no trustee’s key to seal them to.
client-ballot-unreadable = The ballot file cannot be read. Give the name of the file, not what is in it.
client-ballot = This is not a ballot file, or it was altered.
client-ballot-other = This ballot is for another petition, or the server shows another beginning of this one. Do not cast it here.
client-key = The server shows no usable key of the public log. Nothing was sent to it.
client-checkpoint = The public log’s checkpoint is not signed by the log’s key. Do not use this server, and tell the organizers.
client-genesis = The public log does not begin as a petition’s log does. Do not use this server, and tell the organizers.
client-root = The public log does not hold what its checkpoint stands for. Do not use this server, and tell the organizers.
client-other-key = The public log has another key than a moment ago. Someone may be shown a log of her own: do not go on, and tell the organizers.
client-other-genesis = The petition begins otherwise than before, or than everyone’s. Someone may be shown keys of her own: do not go on, and tell the organizers.
client-shorter = The public log is shorter than a moment ago: an old one is shown. Do not go on, and tell the organizers.
client-changed = The public log is not the one of a moment ago. Do not go on, and tell the organizers.
client-answer = The server’s answer is not what was asked for.
client-too-much = The server sends more than such a log can hold. Nothing more was read.
client-bad-token = What the server signed is not the token that was asked for. Do not go on, and tell the organizers.
client-promise = The server gave no signed promise for this signature. It may or may not be counted: look with “undersigned receipt” later, and tell the organizers.
client-smaller-group = The server took the signature, but promises a smaller group than the petition named when it began. Tell the organizers.
