# SPDX-License-Identifier: MIT
"""The SDK: what is in it, and that cells are made with it outside the tree."""

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import handmade_cell
from project import BUILD, OUTPUT_MAX, PAGE, ROOT, Failed, Outside

CC = os.environ.get("THEORIS_CC", "clang-19")
SOME_CELLS = 40
TYPES = """
struct pair { int left, right; };
enum colour { RED };
int FiiPPcE(int a, char *b[]) { return a; }
enum status { OK } F6statusvE(void) { return OK; }
void FvPvPKvS_E(void *a, const void *b, void *c) { }
struct pair F4pairS_6colourE(struct pair a, enum colour b) { return a; }
_Bool FbjhmsE(unsigned a, unsigned char b, unsigned long c, short d) { return 1; }
int FiPKczE(const char *const a, ...) { return 0; }
void FvPFvP4pairEE(void (*a)(struct pair *)) { }
"""


class Tests(unittest.TestCase):
    """Each is host.sdk.NAME."""

    def setUp(self) -> None:
        self.outside = Outside(Path(self.enterContext(tempfile.TemporaryDirectory())))

    def change(self, name: str, old: str, new: str) -> None:
        """Replaces a word in a file of the project."""
        path = self.outside.project / "hobby" / name
        text = path.read_text("utf-8")
        self.assertIn(old, text)
        path.write_text(text.replace(old, new), "utf-8")

    def refused(self, sentence: str) -> None:
        """The project does not build, and says `sentence`, as the page does."""
        self.assertIn(sentence, PAGE)
        with self.assertRaises(Failed) as failure:
            self.outside.build()
        self.assertIn(sentence, " ".join(str(failure.exception).split()))

    def test_every_step_of_the_page_works(self) -> None:
        said = self.outside.follow_the_page()
        self.assertIn("100% tests passed, 0 tests failed out of 2", said[-OUTPUT_MAX:])
        names = {path.name for path in (self.outside.project / "extra").iterdir()}
        self.assertEqual(names, {"roman.cell", "numeral.cell"})

    def test_the_page_shows_the_example(self) -> None:
        project = ROOT / "test/sdk/example"
        blocks = re.findall(r"^```(?:c|cmake)\n(.*?)^```$", PAGE + (
            ROOT / "docs/how-to/write_a_cell.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
        files = [path.read_text("utf-8") for path in project.rglob("*")
                 if path.is_file() and path.name != "CMakePresets.json"]
        self.assertEqual(sorted(blocks), sorted(files))

    def test_nothing_in_it_names_where_it_was_built(self) -> None:
        self.outside.install()
        places = [os.fsencode(path) for path in (ROOT, BUILD.resolve(), self.outside.home)]
        files = [path for path in self.outside.sdk.rglob("*") if path.is_file()]
        self.assertEqual([path for path in files for place in places
                          if place in path.read_bytes()], [])
        self.assertEqual([path for path in self.outside.sdk.rglob("*") if path.is_symlink()], [])

    def test_it_can_be_moved_and_makes_the_same_cells(self) -> None:
        self.outside.install()
        self.outside.build()
        cells = sorted(self.outside.project.glob("build/cells/*.cell"))
        before = [cell.read_bytes() for cell in cells]
        self.assertEqual(len(before), 3)
        moved = self.outside.home / "moved"
        self.outside.sdk.rename(moved)
        self.outside.sdk = moved
        self.outside.project = self.outside.project.rename(self.outside.home / "elsewhere")
        self.outside.run("rm", "-r", "build")
        self.outside.build()
        cells = sorted(self.outside.project.glob("build/cells/*.cell"))
        self.assertEqual([cell.read_bytes() for cell in cells], before)

    def test_it_is_made_of_the_files_of_the_tree(self) -> None:
        self.outside.install()
        package = self.outside.sdk / "lib/cmake/Theoris"
        files = {path.relative_to(package) for path in package.rglob("*") if path.is_file()}
        files.remove(Path("TheorisConfigVersion.cmake"))
        self.assertLessEqual({Path("cell.cmake"), Path("toolchains/kernel.cmake")}, files)
        self.assertEqual([name for name in files if (package / name).read_bytes() !=
                          (ROOT / "cmake" / name).read_bytes()], [])

    def test_a_cell_of_the_tree_has_an_include_path_of_its_own(self) -> None:
        self.outside.install()
        include = self.outside.sdk / "include/theoris"
        cells = {path.stem for path in (self.outside.sdk / "lib/theoris/cells").iterdir()}
        self.assertGreater(len(cells), SOME_CELLS)
        for folder in include.iterdir():
            files = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]
            with self.subTest(folder.name):
                if folder.name == "vocabulary":
                    self.assertIn("cell/ownership.h", files)
                    continue
                cell, = (ROOT / "cells").glob(f"*/{folder.name}/CMakeLists.txt")
                shared = re.search(r"^    INTERFACE (\w+)", cell.read_text(), re.M)
                header = shared[1] if shared else folder.name
                self.assertEqual(files, [f"{cell.parents[1].name}/{header}.h"])
                self.assertIn(folder.name, cells)

    def test_a_missing_need_is_refused(self) -> None:
        self.outside.install()
        self.change("numeral/CMakeLists.txt", "app roman", "app")
        self.refused("fatal error: 'hobby/roman.h' file not found")
        self.change("numeral/numeral.c", "#include <hobby/roman.h>", "#include <cell/status.h>\n"
                    "enum { ROMAN_SIZE = 16 };\nenum status roman_write(unsigned, char *);")
        self.refused("cell numeral calls roman_write, which no cell in its NEEDS exports: "
                     "declare the cell that does")
        self.change("numeral/CMakeLists.txt", "NEEDS app", "NEEDS app romans")
        self.refused("cell(numeral): NEEDS romans, but there is no such cell")

    def test_headers_of_other_cells_are_unreachable(self) -> None:
        self.outside.install()
        for header in ("libc/format.h", "cell/load.h", "app/app/app.h"):
            with self.subTest(header):
                self.change("numeral/numeral.c", "#include <app/app.h>",
                            f"#include <{header}>\n#include <app/app.h>")
                with self.assertRaises(Failed) as failure:
                    self.outside.build()
                self.assertIn(f"'{header}' file not found", str(failure.exception))
                self.change("numeral/numeral.c", f"#include <{header}>\n", "")

    def test_a_finding_of_cellcheck_is_refused(self) -> None:
        self.outside.install()
        self.change("roman/roman.c", "enum status", "int counter;\nenum status")
        self.refused("[cellcheck-state] 'counter' is mutable static data and not STATE: "
                     "it would be lost in a swap")

    def test_a_forgotten_toolchain_is_explained(self) -> None:
        self.outside.install()
        presets = self.outside.project / "CMakePresets.json"
        presets.write_text(re.sub(r'"toolchainFile": ".*",\n', "", presets.read_text("utf-8")))
        self.refused("Set CMAKE_TOOLCHAIN_FILE to kernel.cmake or host.cmake")

    def test_a_cell_made_by_hand_passes_the_check(self) -> None:
        self.outside.install()
        cell = self.outside.home / "handmade.cell"
        cell.write_bytes(handmade_cell.make_cell())
        tools = self.outside.sdk / "lib/theoris"
        policy = self.outside.sdk / "share/theoris/policy"
        self.outside.run(tools / "cell_check", policy, cell, tools / "cells/app.cell", folder=ROOT)
        with self.assertRaises(Failed) as failure:
            self.outside.run(tools / "cell_check", policy, cell, folder=ROOT)
        self.assertIn("cell handmade calls print", str(failure.exception))

    def test_identities_of_types_are_those_of_the_compiler(self) -> None:
        source = self.outside.home / "types.c"
        source.write_text(TYPES)
        assembly = subprocess.run(
            [CC, "-std=c23", "--target=x86_64-unknown-none-elf", "-fsanitize=kcfi", "-S", "-o-",
             source], check=True, capture_output=True, text=True).stdout
        found = re.findall(r"^__cfi_(\w+):.*?movl\t\$(\d+), %eax", assembly, re.M | re.DOTALL)
        self.assertEqual(len(found), TYPES.count("{ }") + TYPES.count("return"))
        for mangled, identity in found:
            self.assertEqual(handmade_cell.type_identity(mangled), int(identity), mangled)


if __name__ == "__main__":
    unittest.main()
