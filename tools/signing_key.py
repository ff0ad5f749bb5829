#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes the key pair that signs cells, unless its file is there already.

    signing_key.py FILE

FILE is an "EC PRIVATE KEY" of the curve P-256 in PEM, as OpenSSL writes it too, readable by its
owner only. Any number from 1 to one below the order of the curve is a private key, so that chance
is all it takes; tools/cell_sign computes the public half. Status: 0 the file is there, 1 a sentence
says why not, 2 usage.
"""

import base64
import os
import secrets
import sys
import tempfile
import textwrap
from pathlib import Path

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
# RFC 5915: a sequence of the version 1, the number in 32 bytes, and the name of the curve.
BEFORE = bytes.fromhex("303102010104 20")
BEHIND = bytes.fromhex("a00a06082a8648ce3d030107")


def pem(number: int) -> str:
    """The file of a private key."""
    text = base64.b64encode(BEFORE + number.to_bytes(32, "big") + BEHIND).decode()
    return "\n".join(("-----BEGIN EC PRIVATE KEY-----", *textwrap.wrap(text, 64),
                      "-----END EC PRIVATE KEY-----", ""))


def make(path: Path) -> bool:
    """Makes the file, complete or not at all. False: it is there."""
    if path.exists():
        return False
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with open(handle, "w", encoding="ascii") as file:
            file.write(pem(1 + secrets.randbelow(ORDER - 1)))
        os.link(name, path)
    except FileExistsError:
        return False
    finally:
        os.unlink(name)
    return True


def main() -> int:
    """The command."""
    if len(sys.argv) != 2:
        print("usage: signing_key.py FILE", file=sys.stderr)
        return 2
    try:
        if make(Path(sys.argv[1])):
            print(f"made the key {sys.argv[1]}, which signs this and later builds")
    except OSError as problem:
        print(f"the key {sys.argv[1]} cannot be made: {problem.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
