# SPDX-License-Identifier: MIT
"""CPU exceptions: a report with registers and a backtrace by cell and symbol, then a stop."""

import tempfile
import unittest
from pathlib import Path

from harness.build import build_folder, image_path
from harness.guest import Guest
from harness.machine import Machine
from harness.status import HarnessError

BROKEN = 125
CALLERS = ("by command@", "command_run+0x", "by shell@", "main+0x", "run_first_cell+0x")


class Reports(unittest.TestCase):
    """Each kind of fault has a boot of its own."""

    def report(self, kind: str) -> tuple[str, str]:
        """What COM1 said after the command, and the sentence."""
        said = bytearray()
        with tempfile.TemporaryDirectory() as folder:
            cell = (build_folder() / "cells/misbehave.cell").read_bytes()
            (Path(folder) / "misbehave.cell").write_bytes(cell)
            with Guest(Machine(), image_path(), extra=[Path(folder)]) as guest, \
                    self.assertRaises(HarnessError) as raised:
                guest.run(f"misbehave {kind}", said.extend)
        self.assertEqual(raised.exception.status, BROKEN)
        return said.decode("utf-8", "replace"), str(raised.exception)

    def check(self, kind: str, sentence: str, *parts: str) -> None:
        """Checks sentence, registers and backtrace."""
        said, reason = self.report(kind)
        self.assertIn(sentence, reason)
        for part in ("rax ", "rip ", "flg ", "at misbehave@", *parts):
            self.assertIn(part, said)

    def test_a_null_pointer_is_a_page_fault_with_a_backtrace(self) -> None:
        self.check("null", "page fault reading address 0x0", "read_through+0x", *CALLERS)

    def test_a_division_by_zero_is_named(self) -> None:
        self.check("division", "division error", "divide_by+0x", *CALLERS)

    def test_an_invalid_instruction_is_named(self) -> None:
        self.check("invalid", "invalid instruction", *CALLERS)

    def test_running_off_the_stack_hits_the_guard_page(self) -> None:
        self.check("stack", "page fault writing address 0x", "recurse+0x")

    def test_noting_too_many_owners_hits_the_guard_page(self) -> None:
        self.check("chain", "page fault writing address 0x", "own_too_much+0x", *CALLERS)
