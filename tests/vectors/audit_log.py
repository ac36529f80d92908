"""Bytes, leaves, signers and checkpoints of one petition's log, for make_audit.py; from docs/protocol.md alone."""

import base64
import hashlib
import json
import sys
import uuid

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

# --- Bytes ----------------------------------------------------------------------------------------------------


def h(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jcs(value):
    # Enough of RFC 8785 for text, whole numbers and ASCII keys.
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def spki(key):
    inner = key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    prefix = bytes.fromhex(
        "30820152303d06092a864886f70d01010a3030a00d300b0609608648016503040202"
        "a11a301806092a864886f70d010108300b0609608648016503040202a2030201300382010f00"
    )
    assert len(prefix + inner) == 342
    return prefix + inner


# --- The petition ---------------------------------------------------------------------------------------------

BATCH = 2
# Other kinds of proof can be given as arguments, three of them: what audits must make of kinds that came after them.
PROOFS = sys.argv[1:] or ["work-mail", "invite", "any-mail"]
petition = uuid.UUID("6f1d2e4b-8a90-4d27-9a3c-0b5e9f7e52c3").bytes
origin = "petition.undersigned/" + base64.b32encode(bytes(range(1, 17))).decode().lower().rstrip("=")
issuers = [rsa.generate_private_key(65537, 2048) for _ in PROOFS]
spkis = [spki(issuer.public_key()) for issuer in issuers]


def leaf(kind, payload, of=petition):
    return bytes([1, kind]) + of + (payload if isinstance(payload, bytes) else jcs(payload))


genesis_fields = {
    "v": 1,
    "origin": origin,
    "text": {"title": "Publish the audit", "addressed_to": "The board", "demands": []},
    "body": b64(h(b"A text\n")),
    "employers": [{"name": "Example", "domains": ["example.com"]}],
    "crowds": [{"proof": proof, "spki": b64(key)} for proof, key in zip(PROOFS, spkis)],
    "opens": "2026-11-23T10:00:00Z",
    "issue_until": "2026-12-23T10:00:00Z",
    "closes": "2027-01-23T10:00:00Z",
    "cast_until": "2027-01-30T10:00:00Z",
    "batch": BATCH,
    "min_cell": 10,
    "attributes": [],
}
genesis = leaf(0, genesis_fields)


def challenge_digest(crowd, petition_id=petition):
    context = h(b"petition-context/v1\0", petition_id, h(genesis), bytes([crowd]))
    return h(b"\0\2" + len(origin).to_bytes(2, "big") + origin.encode() + b"\x20" + context + b"\0\0")


def authenticate(crowd, token_input, salt_length=48):
    pss = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=salt_length)
    return issuers[crowd].sign(token_input, pss, hashes.SHA384())


class Signer:
    """K, from a seed."""

    def __init__(self, seed):
        self.seed = h(seed.encode())
        self.key = Ed25519PrivateKey.from_private_bytes(self.seed)
        self.public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def nonce(self):
        return h(b"petition-nonce/v1\0", self.public)

    def sign(self, message):
        return self.key.sign(message)


def token_input(nonce, crowd, key=None, digest=None):
    return b"\0\2" + nonce + (digest or challenge_digest(crowd)) + h(key or spkis[crowd])


def cast(signer, crowd, commitment, token=None, sign=None):
    if token is None:
        given = token_input(signer.nonce, crowd)
        token = given + authenticate(crowd, given)
    unsigned = leaf(1, token + signer.public + commitment)
    return unsigned + (sign or signer.sign)(b"petition-cast/v1\0" + unsigned)


def retraction(signer):
    return leaf(2, signer.public + signer.sign(b"petition-retract/v1\0" + petition + signer.public))


def amendment(signer, commitment):
    signature = signer.sign(b"petition-amend/v1\0" + petition + signer.public + commitment)
    return leaf(10, {"K_pub": b64(signer.public), "ext_commit": b64(commitment), "signature": b64(signature)})


class Shown:
    def __init__(self, name):
        fields = {"mode": "public", "name": name} if name else {"mode": "anonymous"}
        self.extension, self.salt = jcs(fields), h(b"salt", (name or "").encode())
        self.commitment = h(b"ext/v1\0", self.salt, self.extension)

    def opening(self, index):
        return {"index": index, "salt": b64(self.salt), "extension": b64(self.extension)}


# --- The log --------------------------------------------------------------------------------------------------

log_key = Ed25519PrivateKey.from_private_bytes(h(b"the key of the log"))


def key_bytes(key):
    return b"\1" + key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_hash(key, name):
    return h(name.encode() + b"\n" + key_bytes(key))[:4]


def verifier(key, name=origin):
    return f"{name}+{key_hash(key, name).hex()}+{base64.b64encode(key_bytes(key)).decode()}"


def signature_line(text, key=log_key, name=origin):
    signed = base64.b64encode(key_hash(key, name) + key.sign(text.encode())).decode()
    return f"— {name} {signed}\n"


def tree(entries):
    if not entries:
        return h(b"")
    if len(entries) == 1:
        return h(b"\0", entries[0])
    k = 1 << (len(entries) - 1).bit_length() - 1
    return h(b"\1", tree(entries[:k]), tree(entries[k:]))


def checkpoint_text(entries):
    return f"{origin}\n{len(entries)}\n{base64.b64encode(tree(entries)).decode()}\n"


def checkpoint(entries, key=log_key):
    text = checkpoint_text(entries)
    return f"{text}\n{signature_line(text, key)}"
