# SPDX-License-Identifier: MIT
"""nano_core goes away: what is left of it after the boot, and what stops the boot before that."""

import json
import re
import tempfile
import unittest
from pathlib import Path

from boot.archives import image_with
from boot.screen_text import screen_text
from harness.build import SOURCE, build_folder, image_path
from harness.guest import Guest, stop_of
from harness.machine import Machine

CODE, CELLS = 0xFFFFFFFF80200000, 0xFFFFFFFF90000000
FREED_KIB = 700  # at least: text, read-only data, own data, stack and file


def linked_from() -> list[str]:
    """The cells that nano_core is linked from."""
    listed = (SOURCE / "kernel/CMakeLists.txt").read_text()
    return listed.partition("set(NANO_CORE_CELLS")[2].partition(")")[0].split()


class Gone(unittest.TestCase):
    """What a system says of itself that has left nano_core."""

    guest: Guest

    @classmethod
    def setUpClass(cls) -> None:
        """One boot for all."""
        cls.guest = cls.enterClassContext(Guest(Machine(), image_path()))

    def test_its_cells_are_cells_like_others(self) -> None:
        lines = self.guest.run("cells -j").text.splitlines()
        cells = {cell["name"]: cell for cell in map(json.loads, lines)}
        self.assertNotIn("nano_core", cells)
        self.assertEqual({name for name, cell in cells.items() if cell["resident"]},
                         set(linked_from()))
        self.assertFalse(any(cell["in_nano_core"] for cell in cells.values()))

    def test_nothing_of_its_text_is_mapped(self) -> None:
        audit = json.loads(self.guest.run("memory audit -j").text)
        self.assertEqual(audit["nano_core_text_frames"], 0)
        self.assertIn("no cell", self.guest.run(f"deps {CODE:#x}").text)

    def test_its_cells_run_where_cells_are_loaded_and_keep_their_data(self) -> None:
        for name in ("cell_loader", "heap_owned", "exceptions"):
            shown = json.loads(self.guest.run(f"cells show {name} -j").text)
            at = {region["kind"]: int(region["address"], 16) for region in shown["regions"]
                  if region["size"] > 0}
            self.assertGreaterEqual(at.pop("text"), CELLS, name)
            self.assertGreaterEqual(at.pop("rodata"), CELLS, name)
            for kind in at.keys() & {"data", "zeroed"}:
                self.assertTrue(CODE < at[kind] < CELLS, (name, kind))

    def test_every_one_of_them_is_what_its_object_says(self) -> None:
        result = self.guest.run("cells verify -j")
        self.assertEqual(result.status, 0, result.text)
        verified = {line["cell"]: line for line in map(json.loads, result.text.splitlines())}
        self.assertLessEqual(set(linked_from()), set(verified))
        self.assertEqual({line["result"] for line in verified.values()}, {"equal"})

    def test_none_of_them_is_unloaded(self) -> None:
        for name in ("exceptions", "successor"):
            result = self.guest.run(f"cells unload {name}")
            self.assertNotEqual(result.status, 0)
            self.assertIn("resident", result.text)

    def test_the_log_says_what_was_freed(self) -> None:
        said = re.search(r"successor: (\d+) cells have taken the place of nano_core, of which "
                         r"(\d+) KiB are free: (\d+) of (\d+) words", self.guest.run("log").text)
        assert said is not None
        cells, freed, redirected, words = map(int, said.groups())
        self.assertEqual(cells, len(linked_from()))
        self.assertGreater(freed, FREED_KIB)
        self.assertGreaterEqual(redirected, cells)  # the descriptor of each record
        self.assertGreater(words, 100000)

    def test_the_screen_was_never_lost(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            picture = Path(folder) / "screen.png"
            self.guest.run("echo before and after")
            self.guest.screenshot(picture)
            shown = "\n".join(screen_text(picture.read_bytes()))
        self.assertIn("notice nano_core:", shown)
        self.assertIn("notice successor:", shown)
        self.assertIn("before and after", shown)


class Stops(unittest.TestCase):
    """Archives whose objects are not those that nano_core was linked from."""

    def stop(self, changes: dict[str, bytes | None]) -> str:
        """The sentence that a boot with such an archive ends in."""
        with tempfile.TemporaryDirectory() as folder:
            return str(stop_of(Machine(), image_with(Path(folder), changes), timeout=60))

    def test_another_instruction_is_found(self) -> None:
        """The first of a function: push %rbp."""
        cell = bytearray((build_folder() / "cells/string.cell").read_bytes())
        at = cell.index(b"\x55\x48\x89\xe5")
        cell[at] ^= 1
        self.assertRegex(self.stop({"string.cell": bytes(cell)}),
                         r"string\.cell: section \.text\.\w+: nano_core was linked from another")

    def test_another_constant_is_found(self) -> None:
        cell = bytearray((build_folder() / "cells/stop.cell").read_bytes())
        at = cell.index(b"Press a key to restart")
        cell[at] ^= 1
        self.assertRegex(self.stop({"stop.cell": bytes(cell)}),
                         r"stop\.cell: section \.rodata\.\S+: nano_core was linked from another")

    def test_an_object_that_is_missing_is_named(self) -> None:
        self.assertIn("trap.cell is not in the archive", self.stop({"trap.cell": None}))
