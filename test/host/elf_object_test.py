# SPDX-License-Identifier: MIT
"""Our reader of ELF against the system's libelf: the same text for every object at hand."""
import os
import pathlib
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["THEORIS_HOST_BUILD"])
OURS = BUILD / "test/elf_dump_cell"
THEIRS = BUILD / "tools/elf_dump_libelf"
SOURCE = """
    extern int elsewhere(int); int common; static int zeros[100]; int data[] = {1, 2, 3};
    _Thread_local int local; const char *const text = "text"; void *pointer = &data[1];
    [[gnu::weak]] int weak(void) { return zeros[common] + local; }
    [[gnu::visibility("hidden"), gnu::section("other")]] int hidden(int a) { return elsewhere(a); }
    [[gnu::constructor]] static void first(void) { common = weak(); }
"""
VARIANTS = (["-O0", "-g"], ["-O2", "-ffunction-sections", "-fdata-sections"], ["-O1", "-fcommon"],
            ["-O2", "-fPIC", "-g"], ["-O1", "-mcmodel=kernel", "-fno-pic", "-fno-addrsig"])


class Tests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def dump(self, program, files):
        return subprocess.run([program, *files], capture_output=True, text=True, errors="replace")

    def same(self, files):
        """Compares file by file, so that a difference is short."""
        for file in files:
            theirs = self.dump(THEIRS, [file])
            ours = self.dump(OURS, [file])
            self.assertEqual(theirs.returncode, 0, theirs.stdout[-500:])
            self.assertEqual(ours.returncode, 0, ours.stdout[-500:] + ours.stderr)
            for line, expected in zip(ours.stdout.splitlines(), theirs.stdout.splitlines()):
                self.assertEqual(line, expected, file)
            self.assertEqual(len(ours.stdout), len(theirs.stdout), file)

    def compile(self):
        objects = []
        for number, flags in enumerate(VARIANTS):
            objects.append(self.folder / f"{number}.o")
            subprocess.run([os.environ["THEORIS_CC"], "-std=gnu23", *flags, "-xc", "-c", "-",
                            "-o", objects[-1]], input=SOURCE, text=True, check=True)
        return objects

    def test_equals_libelf(self):
        """Over what this build made."""
        objects = [*BUILD.glob("CMakeFiles/**/*.o"), *self.compile()]
        self.assertGreater(len(objects), 20)
        self.same(sorted(objects))

    def test_equals_libelf_over_all_that_the_system_loads(self):
        """nano_core and every cell, as the default build left them."""
        system = BUILD.parent
        if not (system / "cells.img").exists():
            self.skipTest("the default preset is not built beside the host's")
        with (system / "cells.img").open("rb") as archive:
            listing = subprocess.run(["cpio", "-t", "--quiet"], stdin=archive, capture_output=True,
                                     text=True, check=True).stdout
        cells = {system / "cells" / name for name in listing.split() if name.endswith(".cell")}
        self.assertGreater(len(cells), 20)
        cells.update(system.glob("cells/*.cell"))
        self.same([system / "nano_core.elf", *sorted(cells)])

    def test_equals_libelf_over_executables(self):
        first = self.compile()[4]
        other = self.folder / "other.o"
        subprocess.run([os.environ["THEORIS_CC"], "-xc", "-c", "-fno-pic", "-", "-o", other],
                       check=True, text=True,
                       input="int elsewhere(int a) { return a; } void _start(void) {}")
        variants = ["--emit-relocs"], ["--gc-sections"], ["-N", "-z", "norelro"]
        for number, flags in enumerate(variants):
            program = self.folder / f"program{number}"
            subprocess.run([os.environ["THEORIS_LLD"], *flags, first, other, "-o", program],
                           check=True)
            self.same([program])

    def test_both_refuse_what_is_no_object(self):
        path = self.folder / "text"
        path.write_text("no object " * 20)
        self.assertEqual(self.dump(OURS, [path]).returncode, 1)
        self.assertEqual(self.dump(THEIRS, [path]).returncode, 1)


if __name__ == "__main__":
    unittest.main()
