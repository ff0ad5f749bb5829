# SPDX-License-Identifier: MIT
"""Makes what the fuzz targets start from: seeds.py OUTPUT COMPILER LINKER ARCHIVE_PACK"""
import pathlib
import struct
import subprocess
import sys

output, compiler, linker, pack = pathlib.Path(sys.argv[1]), *sys.argv[2:]

SOURCES = {
    "empty": ("", []),
    "small": ("extern int g; int f(void) { return g; }", []),
    "data": ("int a[] = {1, 2}; static int b[9]; void *p = &a[1]; int *q(void) { return b; }", []),
    "sections": ("int z; static int g(void) { return z; } int f(void) { return g() + 1; }",
                 ["-ffunction-sections", "-fdata-sections"]),
    "common": ("int common; _Thread_local int local; int f(void) { return local + common; }",
               ["-fcommon"]),
    "group": ('__asm__(".section a,\\"axG\\",@progbits,name,comdat\\n"'
              '".globl name\\nname: call name");', []),
}
MANIFESTS = {
    "least": "manifest: 1.0\nname: a\nversion: 0.1.0\nkind: kernel\n",
    "full": "manifest: 1.0\nname: shell\nversion: 1.2.3-rc.1+b\nkind: application\nlicense: MIT\n"
            "purpose: Runs commands.\nneeds: console heap\ncapabilities: port_io msr\n"
            "start: start_a\nevolved_from: evolved_a\nstop: stop_a\n"
            "renames: old=new a=b\ncolour: blue\n",
    "newer": "manifest: 2.0\nname: a\n",
    "driver": "manifest: 1.1\nkind: driver\nname: nvme\nversion: 10.20.30\n",
}


def folder(name):
    path = output / name
    path.mkdir(parents=True, exist_ok=True)
    return path


objects = folder("elf_object")
for name, (source, flags) in SOURCES.items():
    subprocess.run([compiler, "--target=x86_64-unknown-none-elf", "-std=gnu23", "-O1",
                    "-mcmodel=kernel", "-fno-pic", "-fno-asynchronous-unwind-tables", "-fno-ident",
                    *flags, "-xc", "-c", "-", "-o", objects / name],
                   input=source, text=True, check=True)
subprocess.run([linker, "--emit-relocs", "-e", "f", objects / "sections", "-o",
                objects / "executable", "-z", "max-page-size=16"], check=True)

manifests = folder("manifest")
for name, text in MANIFESTS.items():
    (manifests / name).write_text(text)

archives = folder("archive")
subprocess.run([pack, archives / "none", "0"], check=True)
subprocess.run([pack, archives / "some", "1700000000", manifests / "least", manifests / "newer"],
               check=True)
for path in list(archives.iterdir()):  # the padding only hides what matters
    path.write_bytes(path.read_bytes().rstrip(b"\0") + b"\0" * 4)

lines = folder("line_table")
table = (bytes([1, 2, 3]) + b"a.c" + bytes([3]) + b"b.h"
         + bytes([2, 0, 12, 1, 0, 20, 9, 1, 5, 4, 13, 5, 0, 0x90, 3]))
for section, offset in ((0, 0), (1, 0), (1, 5), (1, 6), (1, 200)):
    (lines / f"{section}-{offset}").write_bytes(bytes([section, offset]) + table)

# Two halves of one size, a user and its provider: fits, another signature, another type, nothing.
abis = folder("cell_abi")


def abi(*entries):
    """A section of (kind, name, text, part), each with a hash that says what it is made of."""
    strings = bytearray(b"\0")

    def string(text):
        strings.extend(text.encode() + b"\0")
        return len(strings) - len(text) - 1

    rows, parts = b"", b""
    for number, (kind, name, text, part) in enumerate(entries):
        rows += struct.pack("<HHIIIII16s", kind, 0, string(name), string("p"), string(text),
                            number, 1, (text + part).encode()[:16])
        parts += struct.pack("<I", string(part))
    size = 40 + len(rows)
    return struct.pack("<4sHHIIIIIIII", b"CABI", 1, 0, len(entries), 40, 40, size, len(entries),
                       size + len(parts), len(strings), 0) + rows + parts + bytes(strings)


SYMBOL = "int f(struct s);\n", "struct s {\n    int a;\n};\n"
for name, text, part in (("fits", *SYMBOL), ("signature", "int f(long);\n", SYMBOL[1]),
                         ("type", SYMBOL[0], "struct s {\n    long a;\n};\n")):
    halves = (abi((2, "f", *SYMBOL), (5, "L", "enum { L = 1 };\n", "")),
              abi((1, "f", text, part), (4, "L", "enum { L = 2 };\n", "")))
    length = max(map(len, halves))
    (abis / name).write_bytes(b"".join(half.ljust(length, b"\0") for half in halves))
(abis / "nothing").write_bytes(abi() * 2)

# Free all, take the middle, look for runs; regions below 1 MiB, below 4 GiB, above; and so on.
(folder("range_map") / "some").write_bytes(
    bytes([0, 0, 0, 0, 0x27, 0x23, 1, 0, 100, 2, 9, 3, 2, 6, 7, 0, 70, 0, 3, 0, 0, 0, 0, 0]))
(folder("frame_allocator") / "some").write_bytes(
    bytes([3, 8, 0, 100, 0, 1, 12, 200, 0, 2, 20, 255, 0])
    + bytes([64, 1, 0, 0, 0, 2, 40, 5, 16, 3, 2, 0, 2, 0x42, 3, 0, 0, 1, 0, 0, 3, 0, 0, 0]))
(folder("page_allocator") / "some").write_bytes(
    bytes([0, 1, 9, 0, 16, 2, 70, 6, 3, 0x31, 4, 0, 0, 1, 0, 0, 3, 0x13, 0, 0]))

code = folder("code_scan")
(code / "some").write_bytes(
    bytes.fromhex("f30f1efa488b0425000000000faef00f01f8c5f877c3eefa0f22d8"))
