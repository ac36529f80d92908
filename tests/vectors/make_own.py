#!/usr/bin/env python3
"""Makes own.json: a petition with one signature and its retraction, from docs/protocol.md alone.

It shares no code with the server: hashing from Python's standard library, RSA and Ed25519 from the package
`cryptography`. Keys and PSS salt are fresh in each run, so the file changes; run it only to add to the vectors.
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
