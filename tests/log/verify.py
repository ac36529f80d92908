"""Reads a petition's log over HTTP and checks it with pymerkle, which is not ours. Same lines in, same answers out as
verify/main.go, which says what they are.

    verify.py http://host/p/slug

pymerkle knows trees and no signatures: of a checkpoint it is only asked whether its three lines are those of the
entries and of the verifier key's name.
"""

import base64
import sys
from urllib.request import ProxyHandler, build_opener

from pymerkle import InmemoryTree, verify_consistency, verify_inclusion
from pymerkle.proof import ConsistencyProof, InclusionProof, InvalidProof

WIDTH = 256
opener = build_opener(ProxyHandler({}))


class Refused(Exception):
    pass


def tile_path(level, index, width):
    groups = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03}")
    part = "" if width == WIDTH else f".p/{width}"
    return f"log/tile/{level}/{'/'.join(groups)}{part}"


class Log:
    def __init__(self, url):
        self.url = url
        self.name = self.get("log/vkey").decode().split("+")[0]
        checkpoint = self.get("log/checkpoint")
        try:
            self.size = int(checkpoint.split(b"\n")[1])
        except (IndexError, ValueError) as err:
            raise Refused("checkpoint: no size") from err
        self.tree = InmemoryTree(algorithm="sha256")
        for index in range((self.size + WIDTH - 1) // WIDTH):
            self.read_bundle(index, min(WIDTH, self.size - index * WIDTH))
        self.checkpoint(checkpoint)

    def get(self, path):
        with opener.open(f"{self.url}/{path}") as answer:
            return answer.read()

    def read_bundle(self, index, width):
        bundle = self.get(tile_path("entries", index, width))
        for _ in range(width):
            end = 2 + int.from_bytes(bundle[:2], "big")
            if len(bundle) < end:
                raise Refused("entries: a bundle breaks off")
            self.tree.append_entry(bundle[2:end])
            bundle = bundle[end:]
        if bundle:
            raise Refused("entries: a bundle goes on")

    def root_at(self, size):
        if not 1 <= size <= self.size:
            raise Refused("the log is not so long")
        return self.tree.get_root(size)

    def checkpoint(self, note):
        text = note.split(b"\n\n")[0] + b"\n"
        try:
            size = int(text.split(b"\n")[1])
        except (IndexError, ValueError) as err:
            raise Refused("checkpoint: no size") from err
        root = base64.b64encode(self.root_at(size)).decode()
        if text != f"{self.name}\n{size}\n{root}\n".encode():
            raise Refused("checkpoint: not that of the entries")
        self.check_tiles(size)

    def check_tiles(self, size):
        """The tiles of this size, each made anew: level 0 from the leaves, above from trees over 256 hashes below."""
        level, hashes = 0, [self.tree.get_leaf(index + 1) for index in range(size)]
        while hashes:
            for first in range(0, len(hashes), WIDTH):
                tile = hashes[first : first + WIDTH]
                if self.get(tile_path(level, first // WIDTH, len(tile))) != b"".join(tile):
                    raise Refused(f"tiles of size {size}: not the hashes of the entries")
            level += 1
            span = WIDTH**level
            # Public is only the root from the first leaf on; this is the one of any complete subtree.
            hashes = [self.tree._get_subroot(index * span, span) for index in range(size // span)]

    def root(self, size, root):
        if self.root_at(size) != root:
            raise Refused(f"root: the {size} entries have another")
        self.check_tiles(size)

    def inclusion(self, size, index, entry, path):
        leaf, root = self.tree.hash_buff(entry), self.root_at(size)
        own = self.tree.prove_inclusion(index + 1, size)
        proof = InclusionProof("sha256", True, size, index + 1, own.rule, [leaf, *path])
        verify_inclusion(leaf, root, proof, index=index + 1, size=size, algorithm="sha256")
        if proof.path != own.path:
            raise Refused("prove_inclusion makes another proof")

    def consistency(self, older, newer, path):
        """pymerkle's proofs go down to the first new leaf. RFC 6962 stops above it, at the new entries' part of the
        last subtree with old and new ones; so that part is made by pymerkle, and must have the hash that the RFC's
        proof has there. From there up the two are the same, and RFC 6962 leaves out the old root where the proof
        would begin with it."""
        old_root, new_root = self.root_at(older), self.root_at(newer)
        own = self.tree.prove_consistency(older, newer)
        if older == newer:
            if path:
                raise Refused("a proof where nothing needs one")
            above, below = [], own.path
        else:
            is_subtree = older & (older - 1) == 0
            left, rest = ([old_root], path) if is_subtree else (path[:1], path[1:])
            new_part, above = rest[:1], left + rest[1:]
            below = own.path[: len(own.path) - len(above)]
            made = ConsistencyProof("sha256", True, newer, older, own.rule[: len(below)], [], below)
            if not below or [made.compute_root()] != new_part:
                raise Refused("consistency: another hash of the new entries")
        proof = ConsistencyProof("sha256", True, newer, older, own.rule, own.subset, below + above)
        verify_consistency(old_root, new_root, proof, prior_size=older, later_size=newer, algorithm="sha256")

    def check(self, kind, *words):
        if kind == "checkpoint":
            self.checkpoint(bytes.fromhex(words[0]))
        elif kind == "root":
            self.root(int(words[0]), bytes.fromhex(words[1]))
        elif kind == "inclusion":
            size, index, entry, *path = words
            self.inclusion(int(size), int(index), bytes.fromhex(entry), [bytes.fromhex(one) for one in path])
        elif kind == "consistency":
            older, newer, *path = words
            self.consistency(int(older), int(newer), [bytes.fromhex(one) for one in path])
        else:
            raise Refused("not a line of the four kinds")


def answered(question):
    try:
        value = question()
    except (Refused, InvalidProof) as refused:
        print(f"refused: {refused}", flush=True)
        return None
    print("agreed", flush=True)
    return value


log = answered(lambda: Log(sys.argv[1]))
if log is None:
    sys.exit(1)
for line in sys.stdin:
    answered(lambda: log.check(*line.split()))
