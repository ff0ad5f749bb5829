# SPDX-License-Identifier: MIT
"""Cells that were compiled against other interfaces than those of the running system: `cells load`
refuses them, shows both types in C, and the system goes on."""

import json
import shutil
import tempfile
import unittest
from pathlib import Path

from abi import cells
from harness.build import build_folder, image_path
from harness.guest import Guest
from harness.machine import Machine

NEEDS = ["app", "box"]
SOURCE = """
#include <app/app.h>
#include <memory/box.h>

int main(int argc, char *argv[])
{
    OWNED(box, box);
    print("%s has a box: %d\\n", argv[0], box_allocate(8, nullptr, &box) == STATUS_OK);
    print_json(text_of("text"));
    print(" %d\\n", box_content(&box, nullptr) != nullptr);
    return argc == 1 ? APP_DONE : APP_FAILED;
}
"""
PRINT = "void print(const char *format, ...);"


class Interfaces(unittest.TestCase):
    """All cells are on one volume and loaded in one boot."""

    folder: Path
    guest: Guest

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        extra = cls.folder / "extra"
        extra.mkdir()
        for cell in cls.make_all():
            shutil.copy(cell, extra)
        cls.guest = cls.enterClassContext(Guest(Machine(), image_path(), extra=[extra]))

    @classmethod
    def make(cls, name: str, header: str = "", old: str = "", new: str = "") -> Path:
        """A cell that was compiled with `new` in place of `old` in a header."""
        place = cls.folder / name
        shutil.copytree(cells.VOCABULARY, place / "vocabulary")
        for cell in NEEDS:
            shutil.copytree(build_folder() / "interfaces" / cell, place / cell)
        if header:
            path = place / header
            text = path.read_text()
            assert text.count(old) == 1, f"{old} in {header}"
            path.write_text(text.replace(old, new))
        source = place / f"{name}.c"
        source.write_text(SOURCE)
        made = cells.compile_source(source, name, [place / cell for cell in NEEDS],
                                    vocabulary=place / "vocabulary")
        return cells.pack([made], place / f"{name}.cell", "application",
                          f"needs: {' '.join(NEEDS)} string\n")

    @classmethod
    def make_all(cls) -> list[Path]:
        """Everything that the tests load."""
        bare = cls.make("bare")
        cells.remove_section(bare, ".cell.abi")
        made = [bare, cls.make("same"), cls.make("newer"), cls.make("damaged")]
        for path, place, value in ((made[2], 4, b"\2"), (made[3], 40 + 4, b"\xff\xff\xff\xff")):
            data = bytearray(path.read_bytes())
            at = data.index(b"CABI") + place
            data[at:at + len(value)] = value
            path.write_bytes(data)
        return [*made,
                cls.make("prototype", "app/app/app.h", PRINT, PRINT.replace("void", "long")),
                cls.make("ownership", "box/memory/box.h", "FILLS(struct box) box",
                         "struct box *box"),
                cls.make("layout", "vocabulary/cell/text.h", "    size_t length;\n",
                         "    size_t length;\n    size_t room;\n"),
                cls.make("constant", "app/app/app.h", "APP_FAILED = 1", "APP_FAILED = 9"),
                cls.make("body", "vocabulary/cell/text.h", "{string, 0}", "{string, 1}"),
                cls.make("meaning", "box/memory/box.h", "void box_drop(",
                         "INTERFACE_VERSION(2) void box_drop(")]

    def refused(self, name: str, *lines: str) -> None:
        """The cell is refused with those lines; then the system must still work."""
        result = self.guest.run(f"cells load --unsigned {name}")
        self.assertEqual(result.status, 1, result.text)
        self.assertTrue(result.text.startswith(f"{name}.cell: "), result.text)
        for line in lines:
            self.assertIn(line + "\n", result.text)
        self.assertEqual(self.guest.run("echo alive").text, "alive\n")

    def test_a_cell_that_was_compiled_with_the_same_headers_runs(self) -> None:
        self.assertEqual(self.guest.run("cells load --unsigned same").text, "loaded same@0.1.0\n")
        self.assertEqual(self.guest.run("same").text, 'same has a box: 1\n"text" 1\n')

    def test_another_signature_is_shown(self) -> None:
        self.refused("prototype",
                     "prototype.cell: it was compiled with another print than app has",
                     "prototype was compiled with:", "> long print(const char *, ...);",
                     "app has:", "> void print(const char *, ...);")

    def test_another_ownership_is_shown(self) -> None:
        self.refused("ownership",
                     "> enum status box_allocate(unsigned long, "
                     "const struct ownership_descriptor *, struct box *);",
                     "> enum status box_allocate(unsigned long, "
                     "const struct ownership_descriptor *, FILLS(struct box));")

    def test_another_layout_is_shown(self) -> None:
        self.refused("layout", "> struct text { // size 24, aligned to 8",
                     "> struct text { // size 16, aligned to 8")

    def test_another_constant_is_shown(self) -> None:
        self.refused("constant", "> enum : int { APP_FAILED = 9 };",
                     "> enum : int { APP_FAILED = 1 };")

    def test_another_inline_body_is_shown(self) -> None:
        self.refused("body", "> _1, 1 };", "> _1, 0 };")

    def test_another_meaning_is_shown(self) -> None:
        self.refused("meaning", "> INTERFACE_VERSION(2) void box_drop(TAKES(struct box));",
                     "> void box_drop(TAKES(struct box));")

    def test_a_cell_that_was_not_built_with_the_checker_is_refused(self) -> None:
        result = self.guest.run("cells load --unsigned bare")
        self.assertEqual(result.status, 1)
        self.assertIn("does not say as what: it was not built with the checker", result.text)

    def test_a_section_that_breaks_the_format_is_named(self) -> None:
        self.refused("newer",
                     "newer.cell: section .cell.abi: it is of a newer major version than 1")
        self.refused("damaged", "damaged.cell: section .cell.abi: entry 0 is damaged")

    def test_refused_cells_leave_no_memory_behind(self) -> None:
        def free() -> int:
            memory = json.loads(self.guest.run("memory -j").text)
            # Addresses are given out in a circle, and tables that got empty are kept for a while.
            return memory["free"] + memory["page_tables"]
        names = ("prototype", "layout", "constant", "bare", "newer", "damaged")
        def load_all() -> int:
            for name in names:
                self.guest.run(f"cells load --unsigned {name}")
            return free()
        load_all()  # the heap grows once, and `memory` is loaded
        before = load_all()
        self.assertEqual(load_all(), before)
