# SPDX-License-Identifier: MIT
"""Reads a section `.cell.abi` by its description, docs/reference/cell_abi.md, and nothing else."""

import hashlib
import struct
from typing import NamedTuple

KINDS = {1: "export", 2: "import", 3: "state", 4: "offered", 5: "used"}
HEADER = struct.Struct("<4sHHIIIIIIII")
ENTRY = struct.Struct("<HHIIIII16s")
HASH_SIZE = 16


class Entry(NamedTuple):
    """What an entry says."""
    kind: str
    name: str
    provider: str
    text: str
    parts: list[str]
    hash: bytes

    def canonical(self) -> str:
        """The text that is hashed."""
        return self.text + "".join(self.parts)

    def computed(self) -> bytes:
        """Its hash."""
        return hashlib.sha256(self.canonical().encode()).digest()[:HASH_SIZE]


def read(section: bytes) -> list[Entry]:
    """All entries; an exception where the format is broken."""
    (magic, major, _, count, size, entries, parts, part_count, strings, strings_size,
     zero) = HEADER.unpack_from(section)
    if (magic, major, zero, strings + strings_size) != (b"CABI", 1, 0, len(section)):
        raise ValueError("this is no section of version 1")
    pool = section[strings:]
    table = struct.unpack_from(f"<{part_count}I", section, parts)

    def string(offset: int) -> str:
        return pool[offset:pool.index(b"\0", offset)].decode()

    found = []
    for i in range(count):
        kind, nothing, name, provider, text, first, own, hashed = ENTRY.unpack_from(
            section, entries + i * size)
        if nothing or first + own > part_count:
            raise ValueError(f"entry {i} is damaged")
        found.append(Entry(KINDS[kind], string(name), string(provider), string(text),
                           [string(offset) for offset in table[first:first + own]], hashed))
    keys = [(next(k for k, word in KINDS.items() if word == one.kind), one.name.encode())
            for one in found]
    if keys != sorted(set(keys)):
        raise ValueError("the entries are not sorted")
    return found
