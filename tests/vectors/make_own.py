#!/usr/bin/env python3
"""Makes own.json and statements.json, from docs/protocol.md alone: a petition with one signature and its retraction, and
what its signer says to prove that it is hers.

It shares no code with the server: hashing from Python's standard library, RSA and Ed25519 from the package
`cryptography`. Keys and PSS salt of own.json are fresh in each run, so the file changes; run it only to add to the vectors.
`make_own.py statements` writes statements.json, which stays as it is, since all of it comes from the code and a fixed G.
"""

import base64
import hashlib
import hmac
import json
import sys
import uuid

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def h(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def hkdf(secret, info):
    key = hmac.new(bytes(32), secret, hashlib.sha256).digest()
    return hmac.new(key, info + b"\x01", hashlib.sha256).digest()


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jcs(value):
    # Enough of RFC 8785 for text, whole numbers and ASCII keys.
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def crockford(data, bits):
    digits = "".join(f"{byte:08b}" for byte in data)[:bits]
    return "".join(CROCKFORD[int(digits[at : at + 5], 2)] for at in range(0, bits, 5))


def spki(key):
    inner = key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    sha384 = bytes.fromhex("300b0609608648016503040202")
    mgf = bytes.fromhex("06092a864886f70d010108") + sha384
    params = b"\xa0" + bytes([len(sha384)]) + sha384
    params += b"\xa1" + bytes([len(mgf) + 2]) + b"\x30" + bytes([len(mgf)]) + mgf
    params += bytes.fromhex("a203020130")
    algorithm = bytes.fromhex("06092a864886f70d01010a") + b"\x30" + bytes([len(params)]) + params
    algorithm = b"\x30" + bytes([len(algorithm)]) + algorithm
    bits = b"\x03\x82" + (len(inner) + 1).to_bytes(2, "big") + b"\x00" + inner
    return b"\x30\x82" + (len(algorithm) + len(bits)).to_bytes(2, "big") + algorithm + bits


petition = uuid.UUID("0b5e9f7e-52c3-4d27-9a3c-6f1d2e4b8a90").bytes
w = bytes.fromhex("5f0e3a91c4d2b7806e1f2a3b4c5d6e")
text = crockford(w, 120) + crockford(h(b"code/v1\0", w), 20)
code = "-".join(text[at : at + 4] for at in range(0, 28, 4))
k = Ed25519PrivateKey.from_private_bytes(hkdf(w, b"petition v1 ed25519"))
k_pub = k.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
nonce = h(b"petition-nonce/v1\0", k_pub)

issuer = rsa.generate_private_key(65537, 2048)
key = spki(issuer.public_key())
origin = "petition.undersigned/" + base64.b32encode(bytes(range(16))).decode().lower().rstrip("=")
genesis = bytes([1, 0]) + petition + jcs(
    {
        "v": 1,
        "origin": origin,
        "text": {"title": "Über die Verträge – “now”", "addressed_to": "The board", "demands": ["One\n", "Two"]},
        "body": b64(h(b"# Body\n")),
        "employers": [{"name": "Example", "domains": ["example.com", "xn--bcher-kva.example"]}, {"name": "Other", "domains": []}],
        "crowds": [
            {"proof": "work-mail", "employer": "Example", "spki": b64(key)},
            {"proof": "any-mail", "spki": b64(key)},
        ],
        "opens": "2026-11-23T10:00:00Z",
        "issue_until": "2026-12-23T10:00:00Z",
        "closes": "2027-01-23T10:00:00Z",
        "cast_until": "2027-01-30T10:00:00Z",
        "batch": 10,
        "min_cell": 10,
        "attributes": [],
    }
)
crowd = 1
context = h(b"petition-context/v1\0", petition, h(genesis), bytes([crowd]))
challenge = b"\0\2" + len(origin).to_bytes(2, "big") + origin.encode() + b"\x20" + context + b"\0\0"
token_input = b"\0\2" + nonce + h(challenge) + h(key)
pss = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=48)
token = token_input + issuer.sign(token_input, pss, hashes.SHA384())
extension = jcs({"mode": "public", "name": "Zoë “Z.” \u2028 \\ \U0001f600", "title": "Engineer\t2"})
salt = h(b"a salt")
commitment = h(b"ext/v1\0", salt, extension)
unsigned = bytes([1, 1]) + petition + token + k_pub + commitment
cast = unsigned + k.sign(b"petition-cast/v1\0" + unsigned)
retract = bytes([1, 2]) + petition + k_pub + k.sign(b"petition-retract/v1\0" + petition + k_pub)
assert (len(key), len(token), len(cast), len(retract)) == (342, 354, 500, 114)



def proof_message(petition, genesis_hash, public_key, phrase):
    return b"petition-proof/v1\0" + petition + genesis_hash + public_key + phrase.encode()


def statement(phrase, petition=petition, genesis_hash=h(b"a genesis"), key=k, public_key=k_pub, signed=None):
    signature = key.sign(signed or proof_message(petition, genesis_hash, public_key, phrase))
    fields = {
        "K_pub": b64(public_key),
        "genesis_hash": b64(genesis_hash),
        "petition": str(uuid.UUID(bytes=petition)),
        "phrase": phrase,
        "signature": b64(signature),
        "v": 1,
    }
    return jcs(fields).decode()


def statements():
    phrases = [
        "For Robin Ada, Example Times, 3 June",
        "Für „Zoë“: \"{a}\" \\ 👩\u200d💻 – می\u200cخواهم",
        "é" * 200,
        "x",
    ]
    one = statement(phrases[0])
    other_key = Ed25519PrivateKey.from_private_bytes(h(b"somebody else"))
    fields = json.loads(one)

    def changed(**more):
        return jcs({**fields, **more}).decode()

    return {
        "withdrawal_code": code,
        "petition": str(uuid.UUID(bytes=petition)),
        "genesis_hash": b64(h(b"a genesis")),
        "k_pub": b64(k_pub),
        "good": [{"phrase": phrase, "statement": statement(phrase)} for phrase in phrases],
        # However it comes: in a mail, with lines broken where there is a space, or in the middle of what has none.
        "read_as": [
            [f"\ufeff  {one}\r\n", one],
            [f"Dear Robin,\n\n{one}\n\nbest", one],
            [one.replace("Robin Ada", "Robin\r\n  Ada").replace('","', '",\n"'), one],
            [one[:30] + "\n" + one[30:], one],
            [one.replace("Robin Ada", "Robin\u00a0Ada"), one],
        ],
        "refused": [
            one.replace('"v":1', '"v":2'),
            one.replace('"v":1', '"v":1.0'),
            one.replace('"v":1', '"v":1,"w":1'),
            one.replace('"v":1', '"v":1,"v":1'),
            one.replace(',"v":1', ""),
            one.replace('{"K_pub"', '{"v":1,"K_pub"').replace(',"v":1}', "}"),
            one.replace("Robin", "\\u0052obin"),
            one.replace("Robin", "Robin\\n"),
            one.replace(fields["K_pub"], fields["K_pub"] + "="),
            one.replace(fields["K_pub"], fields["K_pub"][:-2]),
            one.replace(fields["petition"], fields["petition"].upper()),
            one + one,
            changed(phrase=""),
            changed(phrase=" For Robin"),
            changed(phrase="For \u202eRobin"),
            changed(phrase="e\u0301"),
            changed(phrase=7),
            changed(signature=fields["signature"][:-4]),
            "{}",
            "[]",
            "not a statement",
        ],
        # In the right form, and signed by nobody, or for something else.
        "unsigned": [
            changed(phrase="For Robin Ada, Example Times, 4 June"),
            changed(genesis_hash=b64(h(b"another genesis"))),
            changed(petition="0b5e9f7e-52c3-4d27-9a3c-6f1d2e4b8a91"),
            statement(phrases[0], key=other_key),
            changed(K_pub=b64(bytes(32))),
            changed(K_pub=b64(other_key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))),
            # By the right key, but what a retraction signs, and what an amendment does.
            statement(phrases[0], signed=b"petition-retract/v1\0" + petition + k_pub),
            statement(phrases[0], signed=b"petition-amend/v1\0" + petition + k_pub + bytes(32)),
        ],
        "phrases": {
            "taken": phrases + ["葛\U000e0100飾区", "1\ufe0f\u20e3", "שָׁלוֹם (abc)", "a" + "\u0332" * 6],
            "refused": [
                "", "é" * 201, "a\u0301", "a\u0332" + "\u0333" * 6, "a \u0332", "\u0332a", "a  b", " a", "a ", "a\tb", "a\nb", "a\u00a0b",
                "a\u3000b", "a\u2028b", "a\u0000b", "a\u0007b", "a\u0085b", "a\u000bb", "a\u007fb", "a\u061cb", "a\u200eb", "a\u200fb",
                "a\u202ab", "a\u202eb", "a\u2066b", "a\u2069b", "a\u00adb", "a\u034fb", "a\u115fb", "a\u1160b", "a\u17b4b", "a\u180eb",
                "a\u200bb", "a\u2060b", "a\u206fb", "a\u2800b", "a\u3164b", "a\ufeffb", "a\uffa0b", "a\ufff9b", "a\ufffcb", "a\ufffdb",
                "a\U0001bca0b", "a\U0001d173b", "a\U000e0041b", "a\U000e01f0b", "a\ue000b", "a\ufdd0b", "a\U0001fffeb", "a\U000f0000b",
                "a\U0010fffdb",
            ],
            "folded": [
                ["  For \t Robin\r\nAda\u00a0 ", "For Robin Ada"],
                ["\ufeffe\u0301\u2028x", "é x"],
                ["Ω \u212b", "Ω Å"],
            ],
        },
    }


if sys.argv[1:] == ["statements"]:
    json.dump(statements(), sys.stdout, indent=1)
    print()
    sys.exit()

json.dump(
    {
        "withdrawal_code_bytes": w.hex(),
        "withdrawal_code": code,
        "k_pub": k_pub.hex(),
        "nonce": nonce.hex(),
        "spki": key.hex(),
        "genesis": genesis.hex(),
        "genesis_hash": h(genesis).hex(),
        "crowd": crowd,
        "challenge": challenge.hex(),
        "token": token.hex(),
        "extension": extension.hex(),
        "salt": salt.hex(),
        "commitment": commitment.hex(),
        "cast": cast.hex(),
        "retract": retract.hex(),
        "pepper": h(b"a pepper").hex(),
        "address": "ada@example.com",
        "tag": hmac.new(h(b"a pepper"), b"ada@example.com", hashlib.sha256).hexdigest(),
    },
    sys.stdout,
    indent=1,
)
print()
