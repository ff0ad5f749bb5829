# SPDX-License-Identifier: MIT
"""Makes what the fuzz targets start from: seeds.py OUTPUT COMPILER LINKER ARCHIVE_PACK"""
import pathlib
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

# Free all, take the middle, look for runs; regions below 1 MiB, below 4 GiB, above; and so on.
(folder("range_map") / "some").write_bytes(
    bytes([0, 0, 0, 0, 0x27, 0x23, 1, 0, 100, 2, 9, 3, 2, 6, 7, 0, 70, 0, 3, 0, 0, 0, 0, 0]))
(folder("frame_allocator") / "some").write_bytes(
    bytes([3, 8, 0, 100, 0, 1, 12, 200, 0, 2, 20, 255, 0])
    + bytes([64, 1, 0, 0, 0, 2, 40, 5, 16, 3, 2, 0, 2, 0x42, 3, 0, 0, 1, 0, 0, 3, 0, 0, 0]))
(folder("page_allocator") / "some").write_bytes(
    bytes([0, 1, 9, 0, 16, 2, 70, 6, 3, 0x31, 4, 0, 0, 1, 0, 0, 3, 0x13, 0, 0]))

code = folder("code_scan")
(code / "some").write_bytes(bytes.fromhex("f30f1efa488b0425000000000fae f00f01f8c5f877c3eefa0f22d8"))
