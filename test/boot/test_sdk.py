# SPDX-License-Identifier: MIT
"""Cells that were made outside the tree: loaded and run."""

import tempfile
import unittest
from pathlib import Path

from harness.build import image_path
from harness.guest import Guest
from harness.machine import Machine
from sdk.handmade_cell import FIRST_RUN, USAGE, make_cell
from sdk.project import Outside, shown_run


class Outsiders(unittest.TestCase):
    """The example of the SDK, and the cell that no compiler made."""

    guest: Guest

    @classmethod
    def setUpClass(cls) -> None:
        outside = Outside(Path(cls.enterClassContext(tempfile.TemporaryDirectory())))
        outside.follow_the_page()
        extra = outside.project / "extra"
        (extra / "handmade.cell").write_bytes(make_cell())
        cls.guest = cls.enterClassContext(Guest(Machine(), image_path(), extra=[extra]))

    def test_the_example_runs_as_the_page_shows(self) -> None:
        commands, expected = shown_run()
        self.assertGreaterEqual(len(commands), 4)
        results = [self.guest.run(command) for command in commands]
        self.assertEqual("".join(result.text for result in results), expected)
        self.assertEqual([result.status for result in results], [0, 0, 0, 2])

    def test_the_cell_made_by_hand_runs(self) -> None:
        self.assertEqual(self.guest.run("cells load --unsigned handmade").text,
                         "loaded handmade@1.2.3\n")
        self.assertEqual(self.guest.run("handmade").text,
                         f"by hand: run {FIRST_RUN}, of these here 1\n")
        self.assertIn(f"by hand: run {FIRST_RUN + 1}, ", self.guest.run("handmade").text)
        self.assertIn(USAGE[:-2].decode(), self.guest.run("handmade --help").text)
        self.assertEqual(self.guest.run("memory audit").status, 0)
