#!/usr/bin/env python3
"""Makes sealed.json: the signature of own.json with its name sealed to a trustee, from docs/protocol.md and RFC 9180.

It shares no code with the server: HMAC from Python's standard library, X25519 and AES-GCM from the package
`cryptography`. All keys are fixed, so the file is the same in each run.
"""

import base64
import hashlib
import hmac
import json
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEM = b"KEM" + (0x0020).to_bytes(2, "big")
SUITE = b"HPKE" + (0x0020).to_bytes(2, "big") + (0x0001).to_bytes(2, "big") + (0x0002).to_bytes(2, "big")


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def extract(suite, salt, label, ikm):
    return hmac.new(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, hashlib.sha256).digest()


def expand(suite, prk, label, info, length):
    info = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    block, out = b"", b""
    while len(out) < length:
        block = hmac.new(prk, block + info + bytes([len(out) // 32 + 1]), hashlib.sha256).digest()
        out += block
    return out[:length]


def derive(ikm):
    return X25519PrivateKey.from_private_bytes(expand(KEM, extract(KEM, b"", b"dkp_prk", ikm), b"sk", b"", 32))


def public(key):
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def seal(recipient, info, aad, plain, ephemeral):
    enc = public(ephemeral)
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient))
    eae = extract(KEM, b"", b"eae_prk", shared)
    secret = expand(KEM, eae, b"shared_secret", enc + recipient, 32)
    context = b"\0" + extract(SUITE, b"", b"psk_id_hash", b"") + extract(SUITE, b"", b"info_hash", info)
    schedule = extract(SUITE, secret, b"secret", b"")
    key = expand(SUITE, schedule, b"key", context, 32)
    nonce = expand(SUITE, schedule, b"base_nonce", context, 12)
    return enc + AESGCM(key).encrypt(nonce, plain, aad)


with open("own.json" if len(sys.argv) < 2 else sys.argv[1]) as file:
    own = json.load(file)

code = bytes.fromhex(own["withdrawal_code_bytes"])
prk = hmac.new(bytes(32), code, hashlib.sha256).digest()
k = Ed25519PrivateKey.from_private_bytes(hmac.new(prk, b"petition v1 ed25519\x01", hashlib.sha256).digest())
k_pub = public(k)

salt = hashlib.sha256(b"a salt").digest()
extension = json.dumps(
    {"mode": "sealed", "name": "Zoë “Z” O’Neill", "title": "Engineer"},
    sort_keys=True, ensure_ascii=False, separators=(",", ":"),
).encode()
commitment = hashlib.sha256(b"ext/v1\0" + salt + extension).digest()

old = bytes.fromhex(own["cast"])
petition_id = old[2:18]
unsigned = old[:18] + bytes.fromhex(own["token"]) + k_pub + commitment
cast = unsigned + k.sign(b"petition-cast/v1\0" + unsigned)

trustee = derive(b"the trustee's key of this vector")
ephemeral_ikm = hashlib.sha256(b"an ephemeral key").digest()
info = b"petition-sealed-name/v1\0" + petition_id + bytes.fromhex(own["genesis_hash"])
plain = json.dumps(
    {"extension": b64(extension), "salt": b64(salt)}, sort_keys=True, separators=(",", ":")
).encode().ljust(1024, b" ")
ephemeral = derive(ephemeral_ikm)
sealed = seal(public(trustee), info, k_pub, plain, ephemeral)
assert len(cast) == 500 and len(sealed) == 1072

json.dump(
    {
        "private_key": trustee.private_bytes_raw().hex(),
        "public_key": public(trustee).hex(),
        "petition_id": petition_id.hex(),
        "genesis_hash": own["genesis_hash"],
        "cast": cast.hex(),
        "salt": salt.hex(),
        "extension": extension.hex(),
        "ephemeral_ikm": ephemeral_ikm.hex(),
        "ephemeral_private_key": ephemeral.private_bytes_raw().hex(),
        "info": info.hex(),
        "aad": k_pub.hex(),
        "plain": plain.hex(),
        "sealed": sealed.hex(),
    },
    sys.stdout,
    indent=1,
)
print()
