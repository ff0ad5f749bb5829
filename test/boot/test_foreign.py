# SPDX-License-Identifier: MIT
"""Objects of other origin, and objects made to get around what is checked."""

import json
import tempfile
import unittest
from pathlib import Path

from boot import foreign_objects, tricks
from boot.foreign_objects import Case, make
from boot.test_cells import NOT_FOUND
from harness.build import image_path
from harness.guest import Guest
from harness.machine import Machine


def taken(guest: Guest) -> tuple[int, ...]:
    """What is in use. Tables that got empty are kept for a while, so they count as free."""
    memory = json.loads(guest.run("memory -j").text)
    return memory["free"] + memory["page_tables"], memory["cells"], memory["heap"]


class Origins(unittest.TestCase):
    """Those of foreign_objects.py, in one boot."""

    guest: Guest
    cases: list[Case]

    @classmethod
    def table(cls) -> list[Case]:
        """What each test goes through."""
        return foreign_objects.table()

    @classmethod
    def others(cls) -> list[Case]:
        """What else is on the volume."""
        return []

    @classmethod
    def setUpClass(cls) -> None:
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        extra = folder / "extra"
        extra.mkdir()
        cls.cases = cls.table()
        for case in [*cls.cases, *cls.others()]:
            (extra / f"{case.name}.cell").write_bytes(make(case, folder))
        cls.guest = cls.enterClassContext(Guest(Machine(), image_path(), extra=[extra],
                                                timeout=300))

    def attempt(self, case: Case) -> None:
        """Loads; what is loaded runs and is unloaded, what is refused is named."""
        result = self.guest.run(f"cells load --unsigned {case.name}")
        if case.gives is not None:
            self.assertEqual(result.text, f"loaded {case.name}@1.0.0\n")
            self.assertEqual(self.guest.run(case.name).status, case.gives)
            self.assertEqual(self.guest.run(f"cells verify {case.name}").status, 0)
            self.assertEqual(self.guest.run(f"cells unload {case.name}").status, 0)
            return
        self.assertEqual(result.status, case.status, result.text)
        for part in (f"{case.name}.cell: ", *case.says):
            self.assertIn(part, result.text)
        self.assertEqual(self.guest.run("echo alive").text, "alive\n")

    def test_each_is_loaded_and_runs_or_is_refused_with_what_to_do(self) -> None:
        for case in self.cases:
            with self.subTest(case.name):
                self.attempt(case)

    def test_nothing_of_them_stays(self) -> None:
        for case in self.cases:
            self.attempt(case)
        before = taken(self.guest)
        for case in self.cases:
            with self.subTest(case.name):
                self.attempt(case)
                self.assertEqual(taken(self.guest), before)


class Tricks(Origins):
    """Those of tricks.py, in another boot, and some that take two files."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()

    @classmethod
    def table(cls) -> list[Case]:
        return tricks.table()

    @classmethod
    def others(cls) -> list[Case]:
        use = "int lent(void); int main(int c, char **v) { return c + (v != 0) + lent(); }"
        return [
            Case("deps", tricks.C, "int main(int c, char **v) { return c + (v != 0) + 64; }"),
            Case("lender", tricks.C, "int lent(void) { return 1; }", kind="kernel"),
            Case("signed_newer", tricks.C, tricks.PLAIN, signed=True, forge=tricks.sign_newer),
            Case("signed_nowhere", tricks.C, tricks.PLAIN, signed=True,
                 forge=tricks.hide_signature),
            Case("signed_borrower", tricks.C, use, more="needs: lender\n", signed=True),
        ]

    def test_an_extra_file_does_not_take_the_place_of_a_cell_of_the_archive(self) -> None:
        result = self.guest.run("cells load --unsigned deps")
        self.assertEqual(result.status, 0, result.text)
        shown = json.loads(self.guest.run("cells show deps -j").text)
        self.assertIs(shown["signed"], True)
        self.guest.run("cells unload deps")
        self.assertNotEqual(self.guest.run("cells load --unsigned deps.cell").status, 0)

    def test_signatures_that_are_not_read_are_named(self) -> None:
        for name, reason in (
                ("signed_newer", "its signature is of a version that this system does not read"),
                ("signed_nowhere", "it is not signed")):
            result = self.guest.run(f"cells load {name}")
            self.assertEqual(result.status, NOT_FOUND)
            self.assertIn(f"{name}.cell: {reason}: build it with this system's key, or load it "
                          f"by: cells load --unsigned {name}\n", result.text)

    def test_a_signed_cell_is_not_linked_with_an_unsigned_one(self) -> None:
        result = self.guest.run("cells load signed_borrower")
        self.assertEqual(result.status, NOT_FOUND)
        self.assertIn("lender.cell: it is not signed", result.text)
        self.assertEqual(self.guest.run("cells load --unsigned lender").status, 0)
        for waiver in "", "--unsigned ":
            result = self.guest.run(f"cells load {waiver}signed_borrower")
            self.assertEqual(result.status, NOT_FOUND)
            self.assertIn("signed_borrower.cell: it is signed, but lender, which it needs, was "
                          "loaded by --unsigned: sign that too, or unload it", result.text)
        self.guest.run("cells unload lender")

    def test_the_names_of_others_are_of_no_use(self) -> None:
        self.assertEqual(self.guest.run("cells load --unsigned aliases").status, 0)
        self.assertEqual(self.guest.run("cells load echo").status, 0)
        edges = [json.loads(line) for line in self.guest.run("deps -j echo --outgoing")
                 .text.splitlines()]
        self.assertEqual({edge["to_cell"] for edge in edges if edge["symbol"] == "print"}, {"app"})
        self.assertEqual(self.guest.run("deps -j aliases --incoming").text, "")
        for name in "aliases", "echo":
            self.assertEqual(self.guest.run(f"cells unload {name}").status, 0)
