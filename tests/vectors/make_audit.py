#!/usr/bin/env python3
"""Makes audit.json: logs as they are served, honest and tampered with, and what an audit of each must find.

Written from docs/protocol.md, "Leaves", "The log" and "Audit"; it shares no code with the server, nor with the browser's
module. Issuing keys and PSS salts are fresh in each run, so the file changes; run it only to add to the vectors.
With kinds of proof as arguments it makes audit_later.json: `make_audit.py work-mail later-kind any-mail`, which holds what came after
audit.json was made: kinds of proof that no program knows, and a page for each language in leaf 08.
"""

import hashlib
import itertools
import json
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit_log import (
    amendment, authenticate, b64, cast, challenge_digest, checkpoint, checkpoint_text, genesis,
    genesis_fields, h, issuers, jcs, leaf, log_key, petition, PROOFS, retraction, Shown, signature_line,
    Signer, token_input, verifier,
)

# --- Who signs, and what --------------------------------------------------------------------------------------

ada, ben, cy, dee, eve = (Signer(name) for name in ("ada", "ben", "cy", "dee", "eve"))
ida, jo, kim = (Signer(name) for name in ("ida", "jo", "kim"))
mia = Signer("mia")
nobody = Signer("nobody")
names = {who: Shown(who) for who in ("Ada", "Ben", "Ben Again", "Ben At Last", "Kim")}
unnamed = Shown(None)

leaves = {
    "genesis": genesis,
    "program": leaf(8, {"page": b64(h(b"page")), "script": b64(h(b"script"))}),
    "served": leaf(14, {"host": "petitions.example"}),
    "served elsewhere": leaf(14, {"host": "other.example"}),
    "invitations": leaf(15, {"made": 12}),
    "issued 4 2 0": leaf(5, {"issued": [4, 2, 0]}),
    "issued 6 4 0": leaf(5, {"issued": [6, 4, 0]}),
    "ada": cast(ada, 0, names["Ada"].commitment),
    "ben": cast(ben, 0, names["Ben"].commitment),
    "cy": cast(cy, 0, unnamed.commitment),
    "dee": cast(dee, 0, unnamed.commitment),
    "eve": cast(eve, 0, unnamed.commitment),
    "ida": cast(ida, 1, unnamed.commitment),
    "jo": cast(jo, 1, unnamed.commitment),
    "kim": cast(kim, 1, names["Kim"].commitment),
    "mia": cast(mia, 2, unnamed.commitment),
    "ben again": amendment(ben, names["Ben Again"].commitment),
    "ben at last": amendment(ben, names["Ben At Last"].commitment),
    "cy takes back": retraction(cy),
    "jo takes back": retraction(jo),
    "nobody takes back": retraction(nobody),
    "nobody amends": amendment(nobody, unnamed.commitment),
    "cy amends": amendment(cy, unnamed.commitment),
    "closing": leaf(11, {"cast_until": "2027-01-20T10:00:00Z", "closes": "2027-01-13T10:00:00Z", "issue_until": "2026-12-20T10:00:00Z"}),
    "closed": leaf(4, {}),
    "taken down": leaf(13, {"reason": "A court said so – “now”."}),
    "new body": leaf(3, b'{"a":[true,false,null,1.5,-7,1e+21,"\xc3\xa9\\n"],"b":{}}'),
    "aggregates": leaf(6, {}),
    "dispute": leaf(16, {"range": [3, 7], "text": "Restored"}),
    "deep": leaf(3, b'{"a":' + b"[" * 126 + b"]" * 126 + b"}"),
    "foreign": leaf(4, {}, of=bytes([9] * 16)),
    "second genesis": leaf(0, {**genesis_fields, "min_cell": 11}),
    "foreign genesis": leaf(0, genesis_fields, of=bytes([9] * 16)),
}

LIVELY = [
    "genesis", "program", "served", "invitations", "issued 4 2 0", "ada", "ben", "cy", "dee", "mia", "ida", "jo",
    "ben again", "kim", "issued 6 4 0", "eve", "cy takes back", "ben at last", "new body", "aggregates", "dispute",
]
COUNTS = [(5, 1, 0, 6), (3, 0, 0, 4), (1, 0, 0, 0)]
NONE = [(0, 0, 0, 0)] * 3


def place(name, entries=LIVELY):
    return entries.index(name)


OPENINGS = [
    names["Ada"].opening(place("ada")),
    names["Ben At Last"].opening(place("ben")),
    names["Kim"].opening(place("kim")),
]


def shown(counts):
    numbers = [cast - taken - voided for cast, taken, voided, _ in counts]
    return {"crowds": [{"proof": proof, "number": number or None, "as_of": None} for proof, number in zip(PROOFS, numbers)]}


logs = []


def in_runs(entries):
    """The names of leaves; `[name, times]` where one is repeated."""
    runs = [[name, len(list(run))] for name, run in itertools.groupby(entries)]
    return [name if times == 1 else [name, times] for name, times in runs]


def log(name, entries, counts=COUNTS, openings=OPENINGS, numbers="of the log", found=(), refused=None, note=None,
        signed=None, vkey=None, after=None, by_checkpoint=None):
    """`signed`: the entries that the checkpoint is over, where those that are served are others."""
    one = {"name": name, "entries": in_runs(entries)}
    one["checkpoint"] = note or checkpoint([leaves[each] for each in (signed or entries)])
    one["vkey"] = (verifier(log_key) if vkey is None else vkey) + "\n"
    one["openings"] = openings
    one["numbers"] = shown(counts) if numbers == "of the log" else numbers
    if after:
        one["after"] = after
        one["kinds"] = {"with_all_entries": sorted(found), "with_the_checkpoint": sorted(by_checkpoint or found)}
    elif refused:
        one["refused"] = refused
    else:
        one["found"] = [dict(each) for each in found]
        one["crowds"] = [list(each) for each in counts]
    logs.append(one)


def finding(what, at=None, **more):
    return {"what": what, **({"at": at} if at is not None else {}), **more}


def without(name):
    return [each for each in LIVELY if each != name]


def swapped(old, new):
    return [new if each == old else each for each in LIVELY]


# --- Honest ---------------------------------------------------------------------------------------------------

log("nobody has signed yet", ["genesis"], NONE, [])
log("closed before anybody signed", ["genesis", "closed"], NONE, [])
log("people sign, withdraw and mend their names", LIVELY)
log("a withdrawal comes after the end", LIVELY + ["closing", "closed", "jo takes back", "taken down"],
    [COUNTS[0], (3, 1, 0, 4), COUNTS[2]])
log("taken down: neither names nor numbers", LIVELY + ["taken down"], openings=None, numbers=None)
log("without numbers while it gathers", LIVELY, openings=[], numbers=None)
for size in (255, 256, 257, 512, 1000):
    log(f"{size} entries", LIVELY + ["served"] * (size - len(LIVELY)))
log("what is reserved may hold any JSON", ["genesis", "new body", "aggregates", "dispute", "deep"], NONE, [])
lively = [leaves[each] for each in LIVELY]
witness = Ed25519PrivateKey.from_private_bytes(h(b"a witness"))
text = checkpoint_text(lively)
witnessed = f"{text}\n{signature_line(text)}{signature_line(text, witness, 'witness.example/w')}"
log("a witness has signed too", LIVELY, note=witnessed)
leaves["ada is voided"] = leaf(7, {"index": place("ada"), "reason": "made-mailboxes"})
leaves["ada counts again"] = leaf(12, {"index": place("ada")})
leaves["cy is voided"] = leaf(7, {"index": place("cy"), "reason": "defect"})
leaves["served is voided"] = leaf(7, {"index": place("served"), "reason": "false-name"})
leaves["what is not there is voided"] = leaf(7, {"index": 1000, "reason": "misused-invitations"})
leaves["much more is voided"] = leaf(7, {"index": 2**53 - 1, "reason": "misused-invitations"})
log("a signature is voided", LIVELY + ["ada is voided"], [(5, 1, 1, 6), *COUNTS[1:]], OPENINGS[1:])
log("a void is taken back", LIVELY + ["ada is voided", "ada counts again"])
log("voided, and taken back by its signer", LIVELY + ["cy is voided"])
log("voided, given back and voided again", LIVELY + ["ada is voided", "ada counts again", "ada is voided"],
    [(5, 1, 1, 6), *COUNTS[1:]], OPENINGS[1:])

# --- By whoever holds the key of the log ----------------------------------------------------------------------

end = len(LIVELY)
log("a token is cast twice", LIVELY + ["ada"], [(6, 1, 0, 6), *COUNTS[1:]],
    found=[finding("cast-twice", first=place("ada"), again=end)])
log("a token is cast three times", LIVELY + ["ada", "served", "ada"], [(7, 1, 0, 6), *COUNTS[1:]],
    found=[finding("cast-twice", first=place("ada"), again=end), finding("cast-twice", first=end, again=end + 2)])
log("cast after the end", without("eve") + ["closed", "eve"], found=[finding("after-close", end)])
log("taken back before it was cast", swapped("served", "cy takes back"), [(5, 1, 0, 6), *COUNTS[1:]],
    found=[finding("of-nothing", place("served"))])
log("taken back by somebody who never signed", LIVELY + ["nobody takes back"], found=[finding("of-nothing", end)])
log("mended by somebody who never signed", LIVELY + ["nobody amends"], found=[finding("of-nothing", end)])
log("taken back twice", LIVELY + ["cy takes back"], found=[finding("taken-back", end)])
log("mended after it was taken back", LIVELY + ["cy amends"], found=[finding("taken-back", end)])
log("more than was issued", [each for each in LIVELY if not each.startswith("issued")],
    [(5, 1, 0, 0), (3, 0, 0, 0), (1, 0, 0, 0)],
    openings=[names["Ada"].opening(4), names["Ben At Last"].opening(5), names["Kim"].opening(12)],
    found=[finding("more-than-issued", 6, crowd=0), finding("more-than-issued", 12, crowd=1)])
for name, payload, counts in (
    ("not rounded", [7, 4, 0], 7), ("fewer than before", [4, 4, 0], 4), ("of other crowds", [6, 4], 6), ("of no crowd", [], 6),
):
    leaves[f"issued: {name}"] = leaf(5, {"issued": payload})
    log(f"issued: {name}", LIVELY + [f"issued: {name}"], [(5, 1, 0, counts), *COUNTS[1:]], found=[finding("issued", end)])
log("a second genesis", LIVELY + ["second genesis"], found=[finding("genesis", end)])
log("the same genesis again", LIVELY + ["genesis"], found=[finding("genesis", end)])
log("another petition's entries", LIVELY + ["foreign", "foreign genesis"], found=[finding("foreign", end), finding("foreign", end + 1)])
log("no genesis", ["served", "closed", "ada"], [], [], found=[finding("genesis", 0)])
log("nothing at all", [], [], [], found=[finding("genesis", 0)])
leaves["no good genesis"] = leaf(0, {**genesis_fields, "v": 2})
log("a genesis that is none", ["no good genesis", "served", "foreign"], [], [], found=[finding("leaf", 0, why="payload")])
log("a void is not in the number", LIVELY + ["ada is voided"], [(5, 1, 1, 6), *COUNTS[1:]], OPENINGS[1:], numbers=shown(COUNTS),
    found=[finding("number", crowd=0, counted=3, shown=4)])
log("numbers that leave crowds out", LIVELY, numbers={"crowds": [{"number": 4}]},
    found=[finding("number", crowd=1, counted=3, shown=0), finding("number", crowd=2, counted=1, shown=0)])
log("numbers of a crowd that there is not", LIVELY, numbers={"crowds": [*shown(COUNTS)["crowds"], {"number": 9}]},
    found=[finding("number", crowd=3, counted=0, shown=9)])
log("the name of a voided signature", LIVELY + ["ada is voided"], [(5, 1, 1, 6), *COUNTS[1:]],
    found=[finding("opening", place("ada"))])
log("voided twice", LIVELY + ["ada is voided", "ada is voided"], [(5, 1, 1, 6), *COUNTS[1:]], OPENINGS[1:], found=[finding("of-nothing", end + 1)])
log("what was not voided counts again", LIVELY + ["ada counts again"], found=[finding("of-nothing", end)])
log("voids of what is no signature", LIVELY + ["served is voided", "what is not there is voided", "much more is voided"],
    found=[finding("of-nothing", end), finding("of-nothing", end + 1), finding("of-nothing", end + 2)])
leaves["eve is voided"] = leaf(7, {"index": place("eve"), "reason": "defect"})
log("voided before it was cast", swapped("served", "eve is voided"), found=[finding("of-nothing", place("served"))])
higher = shown(COUNTS)
higher["crowds"][1]["number"] = 412
log("a number that is not the log's", LIVELY, numbers=higher, found=[finding("number", crowd=1, counted=3, shown=412)])
lower = shown(COUNTS)
lower["crowds"][2]["number"] = None
log("a number that is kept back", LIVELY, numbers=lower, found=[finding("number", crowd=2, counted=1, shown=0)])
renamed = [{**OPENINGS[0], "extension": b64(jcs({"mode": "public", "name": "Somebody Else"}))}, *OPENINGS[1:]]
log("a name that was not committed to", LIVELY, openings=renamed, found=[finding("opening", place("ada"))])
for name, extra in (
    ("the name from before it was mended", names["Ben Again"].opening(place("ben"))),
    ("a name for somebody who showed none", names["Ada"].opening(place("dee"))),
    ("a name that was taken back", unnamed.opening(place("cy"))),
    ("a name for what is no signature", names["Ada"].opening(place("served"))),
    ("a name beyond the end", names["Ada"].opening(4000)),
    ("a salt that is none", {**OPENINGS[0], "salt": "AAA"}),
    ("a name that is no base64", {**OPENINGS[0], "extension": "=="}),
):
    log(name, LIVELY, openings=OPENINGS + [extra], found=[finding("opening", extra["index"])])

# Signatures and tokens that only a careless verifier takes.
L = 2**252 + 27742317777372353535851937790883648493
good = token_input(nobody.nonce, 0)
identity = bytes([1]) + bytes(31)


def scalar(signer):
    wide = bytearray(hashlib.sha512(signer.seed).digest()[:32])
    wide[0] &= 248
    wide[31] &= 127
    wide[31] |= 64
    return int.from_bytes(wide, "little")


def with_small_r(signer):
    def sign(message):
        hashed = int.from_bytes(hashlib.sha512(identity + signer.public + message).digest(), "little")
        return identity + (hashed * scalar(signer) % L).to_bytes(32, "little")
    return sign


def with_large_s(message):
    signature = nobody.sign(message)
    return signature[:32] + (int.from_bytes(signature[32:], "little") + L).to_bytes(32, "little")


def raised():
    """An authenticator to which n was added: the same number to a verifier that does not look at its size."""
    n = issuers[0].public_key().public_numbers().n
    while True:
        number = int.from_bytes(authenticate(0, good), "big")
        if number + n < 2**2048:
            return (number + n).to_bytes(256, "big")


class Nobody:
    """K of small order, for which anybody can sign."""

    def __init__(self, point):
        self.public = point

    nonce = Signer.nonce

    def sign(self, message):
        return identity + bytes(32)


def bent(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


other_token = token_input(nobody.nonce, 0, digest=challenge_digest(1))
foreign_token = token_input(nobody.nonce, 0, digest=challenge_digest(0, bytes(16)))
unknown_token = token_input(nobody.nonce, 0, key=b"another key")
someone_elses = token_input(ada.nonce, 0)
bad_casts = {
    "a bent authenticator": (bent(leaves["ada"], 300), "token"),
    "a bent signature": (bent(leaves["ada"], 499), "signature"),
    "a bent commitment": (bent(leaves["ada"], 410), "signature"),
    "another crowd's challenge": (cast(nobody, 0, unnamed.commitment, other_token + authenticate(0, other_token)), "other-challenge"),
    "another petition's challenge": (cast(nobody, 0, unnamed.commitment, foreign_token + authenticate(0, foreign_token)), "other-challenge"),
    "a key of no crowd": (cast(nobody, 0, unnamed.commitment, unknown_token + authenticate(0, unknown_token)), "other-key"),
    "another crowd's signature": (cast(nobody, 0, unnamed.commitment, good + authenticate(1, good)), "token"),
    "somebody else's token": (cast(nobody, 0, unnamed.commitment, someone_elses + authenticate(0, someone_elses)), "foreign-key"),
    "a salt of 32 bytes": (cast(nobody, 0, unnamed.commitment, good + authenticate(0, good, 32)), "token"),
    "no salt": (cast(nobody, 0, unnamed.commitment, good + authenticate(0, good, 0)), "token"),
    "an authenticator of n and more": (cast(nobody, 0, unnamed.commitment, good + raised()), "token"),
    "a key that everybody holds": (cast(Nobody(identity), 0, unnamed.commitment), "signature"),
    "a key that everybody holds, spelled otherwise": (cast(Nobody(bytes([0xEE]) + b"\xff" * 30 + b"\x7f"), 0, unnamed.commitment), "signature"),
    "a signature with R of small order": (cast(nobody, 0, unnamed.commitment, sign=with_small_r(nobody)), "signature"),
    "a signature with s of L and more": (cast(nobody, 0, unnamed.commitment, sign=with_large_s), "signature"),
    "a key that is no point": (cast(Nobody(bytes([2]) + bytes(31)), 0, unnamed.commitment), "signature"),
}
for name, (bytes_of_it, why) in bad_casts.items():
    leaves[name] = bytes_of_it
    log(name, LIVELY + [name], found=[finding("cast", end, why=why)])
weak_retraction = leaf(2, identity + identity + bytes(32))
small_r = with_small_r(nobody)(b"petition-retract/v1\0" + petition + nobody.public)
unsigned = {
    "a bent withdrawal": bent(leaves["jo takes back"], 100),
    "a withdrawal by a key that everybody holds": weak_retraction,
    "a withdrawal with R of small order": leaf(2, nobody.public + small_r),
    "an amendment that K did not sign": leaf(10, {**json.loads(leaves["ben again"][18:]), "ext_commit": b64(unnamed.commitment)}),
}
for name, bytes_of_it in unsigned.items():
    leaves[name] = bytes_of_it
log("what K did not sign", LIVELY + list(unsigned), found=[finding("unsigned", end + at) for at in range(len(unsigned))])

amend_fields = json.loads(leaves["ben again"][18:])
closing_fields = json.loads(leaves["closing"][18:])
release_fields = json.loads(leaves["program"][18:])
no_leaves = [
    (b"", "length"), (b"\1", "length"), (b"\1\4" + petition[:15], "length"), (b"\2\4" + petition + b"{}", "format"),
    (leaf(0x77, b"{}"), "kind"), (leaf(9, b"{}"), "kind"), (leaf(4, b""), "payload"), (leaf(4, b"[]"), "payload"),
    (leaf(4, b"{} "), "payload"), (leaf(4, b'{"a":1}'), "payload"), (leaf(4, b"null"), "payload"),
    (leaves["ada"][:-1], "length"), (leaves["ada"] + b"\0", "length"), (bent(leaves["ada"], 19), "payload"),
    (leaves["jo takes back"][:-1], "length"), (leaves["jo takes back"] + b"\0", "length"),
    (leaf(5, b'{"issued":[4,2,-1]}'), "payload"), (leaf(5, b'{"issued":[4,2,0.5]}'), "payload"),
    (leaf(5, b'{"issued":[4,2,"0"]}'), "payload"), (leaf(5, b'{"issued":[4,2,9007199254740992]}'), "payload"),
    (leaf(5, b'{"issued":[4,2,1e3]}'), "payload"), (leaf(5, b'{"issued":7}'), "payload"), (leaf(5, b"{}"), "payload"),
    (leaf(7, {"index": 5, "reason": "other"}), "payload"), (leaf(7, {"index": 5}), "payload"),
    (leaf(7, b'{"index":9007199254740992,"reason":"defect"}'), "payload"), (leaf(12, {"index": -1}), "payload"),
    (leaf(12, b'{"index": 5}'), "payload"), (leaf(8, {**release_fields, "page": b64(bytes(31))}), "payload"),
    (leaf(8, {**release_fields, "page": release_fields["page"][:-1] + "B"}), "payload"),
    (leaf(10, {**amend_fields, "more": 1}), "payload"), (leaf(10, {**amend_fields, "K_pub": "AA"}), "payload"),
    (leaf(10, {**amend_fields, "signature": amend_fields["signature"] + "="}), "payload"),
    (leaf(11, {**closing_fields, "closes": "2027-01-13T24:00:00Z"}), "payload"),
    (leaf(11, {**closing_fields, "closes": "2027-02-30T10:00:00Z"}), "payload"),
    (leaf(11, {**closing_fields, "closes": "2027-01-13T10:00:00+00:00"}), "payload"),
    (leaf(11, {**closing_fields, "closes": "2027-01-13T10:00:60Z"}), "payload"),
    (leaf(11, {**closing_fields, "closes": ["2027-01-13T10:00:00Z"]}), "payload"),
    (leaf(13, {"reason": 7}), "payload"), (leaf(14, b'{"host":"a","host":"a"}'), "payload"),
    (leaf(14, b'{"host":"\\u0061"}'), "payload"), (leaf(14, b'{"host":"\xff"}'), "payload"),
    (leaf(14, b'{"host":"\\ud800"}'), "payload"), (leaf(14, b'\xef\xbb\xbf{"host":"a"}'), "payload"),
    (leaf(15, {"made": -1}), "payload"), (leaf(15, b'{"made":9007199254740992}'), "payload"),
    (leaf(3, b"[]"), "payload"), (leaf(3, b'{"b":1,"a":2}'), "payload"), (leaf(3, b'{"a":9007199254740993}'), "payload"),
    (leaf(3, b'{"a":1e400}'), "payload"), (leaf(3, b'{"a":-0}'), "payload"), (leaf(3, b'{"a":1.50}'), "payload"),
    (leaf(3, b'{"a":' + b"[" * 127 + b"]" * 127 + b"}"), "payload"), (leaf(16, b'{"range":[3,7],"text":"\\ud800"}'), "payload"),
    (leaf(16, {"range": [7, 7], "text": "none"}), "payload"), (leaf(16, {"range": [3], "text": "one"}), "payload"),
    (leaf(16, {"range": [3, 7]}), "payload"), (leaf(16, b'{"range":[3,9007199254740992],"text":"far"}'), "payload"),
]
for number, (data, _) in enumerate(no_leaves):
    leaves[f"no leaf {number}"] = data
log("what is no leaf", ["genesis"] + [f"no leaf {number}" for number in range(len(no_leaves))], NONE, [],
    found=[finding("leaf", 1 + at, why=why) for at, (_, why) in enumerate(no_leaves)])

# --- By whoever holds the database alone: the checkpoint stays ------------------------------------------------

for name, entries in (
    ("edited", swapped("program", "served")),
    ("moved", [*LIVELY[:1], LIVELY[2], LIVELY[1], *LIVELY[3:]]),
    ("left out, and the gap filled", [*LIVELY[:19], *LIVELY[20:], "aggregates"]),
):
    log(f"without the key: {name}", entries, signed=LIVELY, found=[finding("root")])
log("without the key: a signature is repeated in place of the end", [*LIVELY[:-1], "ada"], [(6, 1, 0, 6), *COUNTS[1:]], signed=LIVELY,
    found=[finding("root"), finding("cast-twice", first=place("ada"), again=end - 1)])
long = LIVELY + ["served"] * (600 - len(LIVELY))
log("without the key: an entry of the third bundle", [*long[:-1], "served elsewhere"], signed=long, found=[finding("root")])

# --- Nothing to audit -----------------------------------------------------------------------------------------

log("cut off", LIVELY[:-1], signed=LIVELY, refused="root")
log("cut off by a bundle", long[:512], signed=long, refused="root")
log("a checkpoint that nobody signed", LIVELY, note=checkpoint(lively).replace("\n\n", "\n\n\n"), refused="checkpoint")
log("a checkpoint of another key", LIVELY, note=checkpoint(lively, witness), refused="checkpoint")
log("the log's key signs twice", LIVELY, note=f"{text}\n{signature_line(text)}{signature_line(text)}", refused="checkpoint")
more = text + "more\n"
log("a checkpoint with a further line", LIVELY, note=f"{more}\n{signature_line(more)}", refused="checkpoint")
odd = text.replace(f"\n{end}\n", f"\n0{end}\n")
log("a size in another spelling", LIVELY, note=f"{odd}\n{signature_line(odd)}", refused="checkpoint")
delete = f"{text}\n{signature_line(text)}".replace("\n— ", "\n\x7f— ")
log("a control character", LIVELY, note=delete, refused="checkpoint")
log("a key that is none", LIVELY, vkey=verifier(log_key)[:-2], refused="key")
log("a key of a name that no log has", LIVELY, vkey=verifier(log_key, "example.com/log"), refused="key")
log("openings that are none", LIVELY, openings={"index": 1}, refused="answer")
log("numbers that are none", LIVELY, numbers={"crowds": [{"number": -1}]}, refused="answer")

# --- By whoever holds the key, found by those who were there before -------------------------------------------

before = LIVELY + ["served"] * (300 - len(LIVELY))
log("the day before", before)
log("grown since", before + ["ada is voided", "ada counts again"], after="the day before")
log("as it was", before, after="the day before")
log("left out", before[:200] + before[201:] + ["closing"] * 3, found=["fork"], after="the day before")
log("left out, and shorter", before[:6] + before[7:], openings=None, numbers=None, after="the day before",
    found=["fork", "reference", "rollback"], by_checkpoint=["reference", "rollback"])
log("another in its place", [*before[:200], "served elsewhere", *before[201:]], found=["fork"], after="the day before")
log("in another order", [before[0], before[2], before[1], *before[3:]], found=["fork"], after="the day before")
log("repeated", [*before[:200], "program", *before[200:]], found=["fork"], after="the day before")
log("put back", before[:290], found=["rollback"], after="the day before")
log("put back, and grown since", before[:280] + ["served elsewhere"] * 40, found=["fork"], after="the day before")
log("another log for another reader", [*before[:-1], "served elsewhere"], found=["fork"], after="the day before")

if sys.argv[1:]:
    logs = [one for one in logs if one["name"] in ("people sign, withdraw and mend their names", "more than was issued")]
    page, script = b64(h(b"page")), b64(h(b"script"))
    letters = "abcdefghijklmnopqrstuvwxyz"
    many = {a + b: page for a in letters for b in letters}
    named = [{"en": page}, {"de": page, "en": page, "pt-BR": page, "zh-Hant-TW": page}, dict(list(many.items())[:64])]
    no_pages = [
        {}, dict(list(many.items())[:65]), {"EN": page}, {"": page}, {"english": page}, {"en_US": page}, {"en-": page},
        {"en": page[:-1]}, {"en": 7}, {"en": page[:-1] + "B"}, {"en" + "-abcdefgh" * 4: page}, [], None, page,
    ]
    releases = {f"pages {at}": {"pages": pages, "script": script} for at, pages in enumerate(named)}
    no_releases = {f"no pages {at}": {"pages": pages, "script": script} for at, pages in enumerate(no_pages)}
    no_releases |= {
        "both forms": {"page": page, "pages": {"en": page}, "script": script},
        "no page at all": {"script": script},
        "pages without a script": {"pages": {"en": page}},
    }
    made = {name: leaf(8, fields) for name, fields in (releases | no_releases).items()}
    leaves |= made
    log("a page for each language", ["genesis", *releases], NONE, [])
    log("what names no pages", ["genesis", *no_releases], NONE, [],
        found=[finding("leaf", 1 + at, why="payload") for at in range(len(no_releases))])
    leaves = {name: data for name, data in leaves.items() if name in LIVELY or name in made}
print('{"leaves":{')
print(",\n".join(f"{json.dumps(name)}:{json.dumps(b64(data))}" for name, data in leaves.items()))
print('},"logs":[')
print(",\n".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in logs))
print("]}")
