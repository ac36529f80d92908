"""Reads the entries of a log, one a line in hexadecimal, and says its root after the last: by code that is not ours."""

import sys

from pymerkle import InmemoryTree

tree = InmemoryTree(algorithm="sha256")
for line in sys.stdin:
    tree.append_entry(bytes.fromhex(line.strip()))
print(tree.get_root().hex())
