# What `undersigned audit` says.

audit-begins = Auditing { $url }
audit-goes-on = An audit of { $size } entries is known here: it goes on from there.
audit-kept = What the next audit goes on from is kept in { $file }. Anyone who finds it sees that this petition was audited here; with --afresh nothing is kept.
audit-progress = { $done } of { $size } entries
audit-crowd = By { $proof }: { $cast } cast, { $out } of them taken back or voided.
audit-crowd-voided = { $n } voided by whoever runs the site: { $reason }.
audit-crowd-counted = So { $counted } count.
audit-crowd-issued =
    { $n ->
        [0] The log does not say yet how many tokens were given out.
       *[other] At least { $n } tokens were given out, as the log says: it counts them in whole groups only, so that nobody sees when one person takes one, and may say less than were cast.
    }
audit-openings =
    { $n ->
        [one] One name is shown, and is the one that its signer committed to.
       *[other] { $n } names are shown, each the one that its signer committed to.
    }
audit-no-numbers = The site shows no numbers for this petition (it gathers quietly, or was taken down), so none could be compared.
audit-numbers = The numbers that the site shows are those of the log.
audit-no-names = The site serves no names for this petition (it was taken down), so none could be compared.
audit-well = All is well: { $size } entries, every one read and checked now.
audit-well-again = All is well: { $size } entries.
audit-read =
    { $n ->
        [0] None is new.
        [one] One is new, read and checked now.
       *[other] { $n } are new, read and checked now.
    }
audit-remembered =
    { $n ->
        [one] One was checked on { $day }, by your audit of that day.
       *[other] { $n } were checked on { $day }, by your audit of that day.
    }
audit-remembered-once =
    { $n ->
        [one] One was checked by your earlier audit.
       *[other] { $n } were checked by your earlier audit.
    }
audit-reread-all = All of those were read again now, and are what they were.
audit-reread-some =
    { $n ->
        [one] Of those, one was read again now, and is what it was; the others are taken from that audit’s memory. --afresh reads all.
       *[other] Of those, { $n } were read again now, and are what they were; the others are taken from that audit’s memory. --afresh reads all.
    }
audit-means = Every signature spent a token of its own, and names and numbers are those of the log. It does not mean that a person stood behind each: a mailbox or an invitation was checked, not who used it.
audit-means-first = Audit it again another day: then it also shows whether anything was changed, left out or put back since.
audit-means-again =
    { $newer ->
        [0] Since the audit before, of { $size } entries, nothing was changed, left out or put back, and nothing came after them.
        [one] Since the audit before, of { $size } entries, nothing was changed, left out or put back. One entry came after them: a signature, a withdrawal or something else.
       *[other] Since the audit before, of { $size } entries, nothing was changed, left out or put back. { $newer } entries came after them: signatures, withdrawals, voids or others.
    }
audit-no-witness = No independent witness has signed this log. Another reader may be shown another log: compare the last line with someone else’s.
audit-witness = Witness { $name } (key { $key }) has signed { $size } entries,
audit-witness-days =
    { $days ->
        [0] today.
        [one] { $days } day ago.
       *[other] { $days } days ago.
    }
audit-witness-trusted = Checked, by a key of your policy.
audit-witness-unchecked = Not checked: its key is not in a policy of yours.
audit-witnesses-unknown = Whether these witnesses are independent of the site, this program cannot know. Ask them for their keys, write those that you trust into a policy file, and audit with --policy.
audit-policy-satisfied = Your policy is met: the log that you were shown is the one that your witnesses saw.
audit-witness-rest =
    { $n ->
        [one] The newest entry was not seen by them yet: witnesses are asked once a day.
       *[other] The newest { $n } entries were not seen by them yet: witnesses are asked once a day.
    }
audit-host = The log says that it is served at { $host }.
audit-checkpoint = Log { $origin }, { $size } entries, root { $root }
audit-bad =
    { $n ->
        [one] This is not in order. One finding:
       *[other] This is not in order. { $n } findings:
    }
audit-more = and { $n } more.
audit-shorter-notes = The log has signed both of these. An older copy of the same log is shorter, too, and proves nothing: if the site itself shows the shorter one, look again, and keep both. Whoever has the longer one can prove that it was there:
audit-other-key = The log has another key than in the audit that { $file } remembers. Either it is another petition’s log now (a demo that was started anew, say: audit with --afresh), or someone is shown a log of their own: compare the key with somebody else’s.
audit-reversed =
    { $n ->
        [one] One void was reversed: that signature counts again.
       *[other] { $n } voids were reversed: those signatures count again.
    }
audit-disputed = Note of dispute by whoever runs the site, about entries { $first } to { $last }: { $text }
audit-policy-empty = Your policy is satisfied without a witness, so it says nothing of what other readers are shown.
audit-both-notes = The log has signed both of these, and they do not go together. Whoever has both can prove it to anyone. Keep them:

mirror-done = Copied: { $size } entries, { $files } files fetched. The copy is audited now.
export-done = Exported to { $folder }. “undersigned audit { $folder }” checks it, without this server.

audit-found-leaf = Entry { $at } is no entry of this protocol ({ $why }).
audit-found-genesis = Entry { $at }: a log has one genesis, at its beginning.
audit-found-foreign = Entry { $at } belongs to another petition or log.
audit-found-cast = Entry { $at }: this signature does not verify ({ $why }).
audit-found-cast-twice = Entries { $first } and { $again } spend the same token: one person is counted twice.
audit-found-after-close = Entry { $at } was cast after the log was closed.
audit-found-unsigned = Entry { $at } takes back or changes a signature, and was not signed by whoever made it.
audit-found-of-nothing = Entry { $at } takes back, changes or voids something that is not in the log before it.
audit-found-taken-back = Entry { $at } takes back or changes what was taken back before.
audit-found-more-than-issued = With entry { $at } more was cast in crowd { $crowd } than was said to be issued.
audit-found-issued = Entry { $at } does not count issued tokens as it must.
audit-found-opening = The name shown for entry { $at } is not the one that its signer committed to, or no such signature counts.
audit-found-number = Crowd { $crowd }: the site shows { $shown }, the log has { $counted }.
audit-found-not-served = Entries { $first } to { $last } are counted by the checkpoint and not served: nobody can check them.
audit-found-no-longer-served = Entries { $first } to { $last } were there when you audited before, and are not served any more: nobody can check them now.
audit-found-gone = You audited { $size } entries here before, and the log is not served any more: nobody can check it now. Keep what you have of it.
audit-found-root = The entries are not those that the log has signed: something was changed, left out, added or moved.
audit-found-shorter = The log was { $before } entries long when it was audited before, and is { $now } now: it was put back.
audit-found-edited = Entry { $at } was another one when it was audited before.
audit-found-dropped = Entry { $at }, which was audited before, was left out.
audit-found-moved = What was entry { $from } when it was audited before stands at { $to } now.
audit-found-repeated = Entry { $first } stands in the log a second time, at { $again }.
audit-found-witnessed-longer = Witnesses were shown { $witnessed } entries of this log, you are shown { $now }: it was put back, or you are shown another one.
audit-found-witnessed-other = The { $size } entries that witnesses were shown are not the first ones of the log that you are shown: it has two histories.
audit-found-unwitnessed =
    { $n ->
        [0] None of the witnesses that your policy names has signed the log that you are shown. A log is shown to witnesses within a day of its opening; one that is older may be shown to nobody but you.
        [one] Only { $n } of the witnesses that your policy names has signed the log that you are shown, which is not enough for it.
       *[other] Only { $n } of the witnesses that your policy names have signed the log that you are shown, which is not enough for it.
    }
audit-found-policy-other-log = Your policy names logs, and this is none of them.
audit-found-forked = The log does not continue the one that was audited before.
