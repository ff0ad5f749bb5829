# SPDX-License-Identifier: MIT
"""Writes a cell byte by byte from docs/reference/cell_format.md, without a compiler or a linker.

    handmade_cell.py OUTPUT.cell

The cell `handmade` is a command with what a cell can have: code, constants, data, an object of each
CPU, START, imports, and every kind of address in them. It shares nothing with the build.
"""

import hashlib
import struct
import sys
from pathlib import Path

MANIFEST = """\
manifest: 1.0
name: handmade
version: 1.2.3
kind: application
license: MIT
purpose: Was written byte by byte.
needs: app
start: begin
"""
USAGE, FORMAT, WORD = b"usage: handmade\n\0", b"%s: run %d, of these here %d\n\0", b"by hand\0"
PRINT = "void print(const char *, ...);\n"
FIRST_RUN = 42
"""1 in the file, 40 added by START, 1 by the run itself."""

# System V ABI, chapter 4, and its AMD64 supplement.
PROGBITS, SYMTAB, STRTAB, RELA, NOBITS = 1, 2, 3, 4, 8
WRITE, ALLOC, EXECUTE, INFO_LINK = 1, 2, 4, 0x40
LOCAL, GLOBAL = 0, 1
NOTYPE, OBJECT, FUNCTION = 0, 1, 2
R_64, R_PC32, R_PLT32, R_32S = 1, 2, 4, 11
UNDEFINED = 0
HEADER_SIZE, SECTION_SIZE, SYMBOL_SIZE, RELA_SIZE = 64, 64, 24, 24

_WORD = (1 << 64) - 1
_PRIMES = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63,
           0x27D4EB2F165667C5)


def _rotate(value: int, bits: int) -> int:
    return (value << bits | value >> 64 - bits) & _WORD


def _round(lane: int, word: int) -> int:
    return _rotate((lane + word * _PRIMES[1]) & _WORD, 31) * _PRIMES[0] & _WORD


def _lanes(data: bytes) -> int:
    """The part of XXH64 that takes 32 bytes at a time."""
    first, second = _PRIMES[:2]
    lanes = [(first + second) & _WORD, second, 0, -first & _WORD]
    for block in range(0, len(data) - 31, 32):
        words = struct.unpack_from("<4Q", data, block)
        lanes = [_round(lane, word) for lane, word in zip(lanes, words)]
    value = sum(_rotate(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18))) & _WORD
    for lane in lanes:
        value = ((value ^ _round(0, lane)) * first + _PRIMES[3]) & _WORD
    return value


def xxh64(data: bytes) -> int:
    """XXH64 with seed 0."""
    one, two, three, four, five = _PRIMES
    value = (_lanes(data) if len(data) >= 32 else five) + len(data) & _WORD
    at = len(data) & ~31
    for at in range(at, len(data) - 7, 8):
        word, = struct.unpack_from("<Q", data, at)
        value = (_rotate(value ^ _round(0, word), 27) * one + four) & _WORD
    at = len(data) & ~7
    if len(data) - at >= 4:
        word, = struct.unpack_from("<I", data, at)
        value = (_rotate(value ^ word * one & _WORD, 23) * two + three) & _WORD
        at += 4
    for byte in data[at:]:
        value = _rotate(value ^ byte * five & _WORD, 11) * one & _WORD
    for shift, prime in ((33, two), (29, three)):
        value = (value ^ value >> shift) * prime & _WORD
    return value ^ value >> 32


def type_identity(mangled: str) -> int:
    """The identity of a type of functions, by its mangled name."""
    return xxh64(f"_ZTS{mangled}".encode()) & 0xffffffff


MAIN_TYPE, START_TYPE = type_identity("FiiPPcE"), type_identity("F6statusvE")


class Code:
    """The text of a function, and its relocations: place, type, symbol, addend."""

    def __init__(self, identity: int) -> None:
        self.text = b"\x90" * 11 + b"\xb8" + struct.pack("<I", identity)
        self.entry = len(self.text)
        self.relocations: list[tuple[int, int, str, int]] = []

    def add(self, opcode: str, kind: int | None = None, symbol: str = "", after: str = "") -> None:
        """An instruction; with `kind`, a field for `symbol` follows, then the bytes `after`."""
        self.text += bytes.fromhex(opcode)
        if kind is not None:
            behind = 4 + len(bytes.fromhex(after))
            addend = 0 if kind == R_32S else -behind
            self.relocations.append((len(self.text), kind, symbol, addend))
            self.text += bytes(4) + bytes.fromhex(after)


def main_code() -> Code:
    """Counts the run, prints it, returns 0."""
    code = Code(MAIN_TYPE)
    code.add("55 4889e5")                   # push %rbp; mov %rsp, %rbp
    code.add("ff05", R_PC32, "runs")        # incl runs(%rip)
    code.add("65 ff0425", R_32S, "here")    # incl %gs:here
    code.add("48c7c7", R_32S, "format")     # mov $format, %rdi
    code.add("488b35", R_PC32, "word_at")   # mov word_at(%rip), %rsi
    code.add("8b15", R_PC32, "runs")        # mov runs(%rip), %edx
    code.add("65 8b0c25", R_32S, "here")    # mov %gs:here, %ecx
    code.add("31c0")                        # xor %eax, %eax
    code.add("e8", R_PLT32, "print")        # call print
    code.add("31c0 5d c3")                  # xor %eax, %eax; pop %rbp; ret
    return code


def begin_code() -> Code:
    """START: adds 40 to the runs, returns STATUS_OK."""
    code = Code(START_TYPE)
    code.add("8305", R_PC32, "runs", "28")  # addl $40, runs(%rip)
    code.add("31c0 c3")                     # xor %eax, %eax; ret
    return code


class Strings:
    """A string table."""

    def __init__(self) -> None:
        self.bytes = b"\0"

    def add(self, text: str) -> int:
        """The offset of `text`, now in the table."""
        offset = len(self.bytes)
        self.bytes += text.encode() + b"\0"
        return offset


class Section:
    """A section before it has its place in the file."""

    def __init__(self, name: str, kind: int, data: bytes = b"", flags: int = 0, alignment: int = 1,
                 **more: int) -> None:
        self.name, self.kind, self.data, self.flags = name, kind, data, flags
        self.alignment = alignment
        self.size = more.get("size", len(data))
        self.link, self.info, self.entry = (more.get(key, 0) for key in ("link", "info", "entry"))


def interfaces(imports: list[tuple[str, str, str]]) -> bytes:
    """The section .cell.abi: name, provider and canonical text, of one line, of each import."""
    header_size, entry_size, import_kind = 40, 40, 2
    strings, entries = Strings(), b""
    for name, provider, text in sorted(imports):
        digest = hashlib.sha256(text.encode()).digest()[:16]
        entries += struct.pack("<HHIIIII", import_kind, 0, strings.add(name),
                               strings.add(provider), strings.add(text), 0, 0) + digest
    end = header_size + len(entries)
    return struct.pack("<4sHHIIIIIIII", b"CABI", 1, 0, len(imports), entry_size, header_size, end,
                       0, end, len(strings.bytes), 0) + entries + strings.bytes


def make_cell() -> bytes:
    """The whole file."""
    main, begin = main_code(), begin_code()
    words = USAGE + FORMAT + WORD
    pointer = len(words) + -len(words) % 8
    constants = words.ljust(pointer, b"\0") + bytes(8)
    text, begin_text, rodata, data, zeroed, symtab, strtab = range(1, 8)
    symbols = [  # name, binding, type, section, value, size: local ones first
        ("format", LOCAL, OBJECT, rodata, len(USAGE), len(FORMAT)),
        ("word", LOCAL, OBJECT, rodata, len(USAGE + FORMAT), len(WORD)),
        ("word_at", LOCAL, OBJECT, rodata, pointer, 8),
        ("runs", LOCAL, OBJECT, data, 0, 4),
        ("here", LOCAL, OBJECT, zeroed, 0, 4),
        ("main", GLOBAL, FUNCTION, text, main.entry, len(main.text) - main.entry),
        ("begin", GLOBAL, FUNCTION, begin_text, begin.entry, len(begin.text) - begin.entry),
        ("app_usage", GLOBAL, OBJECT, rodata, 0, len(USAGE)),
        ("print", GLOBAL, NOTYPE, UNDEFINED, 0, 0),
    ]
    index = {symbol[0]: number for number, symbol in enumerate(symbols, 1)}
    names, table = Strings(), bytes(SYMBOL_SIZE)
    for name, binding, kind, section, value, size in symbols:
        table += struct.pack("<IBBHQQ", names.add(name), binding << 4 | kind, 0, section, value,
                             size)

    def relocations(entries: list[tuple[int, int, str, int]], target: int) -> Section:
        packed = b"".join(struct.pack("<QQq", place, index[symbol] << 32 | kind, addend)
                          for place, kind, symbol, addend in entries)
        return Section(f".rela.{target}", RELA, packed, INFO_LINK, 8, link=symtab, info=target,
                       entry=RELA_SIZE)

    first_global = 1 + sum(symbol[1] == LOCAL for symbol in symbols)
    return lay_out([
        Section(".text.main", PROGBITS, main.text, ALLOC | EXECUTE, 16),
        Section(".text.begin", PROGBITS, begin.text, ALLOC | EXECUTE, 16),
        Section(".rodata.words", PROGBITS, constants, ALLOC, 8),
        Section(".data.runs", PROGBITS, struct.pack("<I", 1), ALLOC | WRITE, 4),
        Section(".bss.per_cpu", NOBITS, b"", ALLOC | WRITE, 4, size=4),
        Section(".symtab", SYMTAB, table, 0, 8, link=strtab, info=first_global, entry=SYMBOL_SIZE),
        Section(".strtab", STRTAB, names.bytes),
        relocations(main.relocations, text),
        relocations(begin.relocations, begin_text),
        relocations([(pointer, R_64, "word", 0)], rodata),
        Section(".cell.manifest", PROGBITS, MANIFEST.encode()),
        Section(".cell.abi", PROGBITS, interfaces([("print", "app", PRINT)])),
    ])


def lay_out(sections: list[Section]) -> bytes:
    """The file: header, contents of the sections, names of the sections, table of sections."""
    names = Strings()
    sections.append(Section(".shstrtab", STRTAB))
    offsets = [names.add(section.name) for section in sections]
    sections[-1].data, sections[-1].size = names.bytes, len(names.bytes)
    body, table = b"", bytes(SECTION_SIZE)
    for name, section in zip(offsets, sections):
        body += bytes(-(HEADER_SIZE + len(body)) % section.alignment)
        table += struct.pack("<IIQQQQIIQQ", name, section.kind, section.flags, 0,
                             HEADER_SIZE + len(body), section.size, section.link, section.info,
                             section.alignment, section.entry)
        body += section.data
    body += bytes(-(HEADER_SIZE + len(body)) % 8)
    identification = b"\x7fELF" + bytes([2, 1, 1]) + bytes(9)
    relocatable, x86_64, version = 1, 62, 1
    header = identification + struct.pack(
        "<HHIQQQIHHHHHH", relocatable, x86_64, version, 0, 0, HEADER_SIZE + len(body), 0,
        HEADER_SIZE, 0, 0, SECTION_SIZE, len(sections) + 1, len(sections))
    return header + body + table


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(make_cell())
