# SPDX-License-Identifier: MIT
"""Faults and failed checks: registers, a backtrace by cell, symbol and line, then a stop."""

import tempfile
import unittest
from pathlib import Path

from harness.build import SOURCE as ROOT
from harness.build import build_folder, image_path
from harness.guest import Guest
from harness.machine import Machine
from harness.status import HarnessError

BROKEN = 125
CALLERS = ("(cells/app/command/command.c:", "by command@", "command_run+0x", "by shell@", "main+0x",
           "by successor@", "successor_main+0x")
SOURCE = "test/cells/misbehave/faults.c"


def line_of(word: str) -> int:
    """The line that goes wrong, marked `fault: WORD...` in the source."""
    lines = (ROOT / SOURCE).read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1)
                if word in line.partition("// fault:")[2].split())


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

    def check(self, kind: str, cause: str, function: str) -> None:
        """Checks sentence, registers and backtrace."""
        said, reason = self.report(kind)
        place = f"{SOURCE}:{line_of(kind)}"
        version = said.partition("at misbehave@")[2].partition(":")[0]
        self.assertIn(f"panic: {cause} in misbehave@{version}: {function}, {place}", reason)
        self.assertRegex(said, rf"at misbehave@[^ ]+ {function}\+0x[0-9a-f]+ \({place}\)")
        for part in ("rax ", "rip ", "flg ", *CALLERS):
            self.assertIn(part, said)
        for part in ("in no cell", "nano_core@"):
            self.assertNotIn(part, said)

    def test_a_null_pointer_is_a_page_fault(self) -> None:
        self.check("null", "null pointer: page fault reading address 0x0", "read_register")

    def test_a_member_of_null_is_caught_by_the_check(self) -> None:
        self.check("null_member", "null, misaligned or too short object", "read_member")

    def test_a_misaligned_pointer_is_caught_by_the_check(self) -> None:
        self.check("misaligned", "null, misaligned or too short object", "read_through")

    def test_an_array_index_out_of_bounds_is_named(self) -> None:
        self.check("bounds", "array index out of bounds", "read_at")

    def check_inline(self, kind: str, cause: str, function: str, header: str) -> None:
        """Checks the sentence of a check in an inline function: the line is the header's."""
        _, reason = self.report(kind)
        self.assertRegex(reason, rf"panic: {cause} in misbehave@[^ ]+ {function}, "
                                 rf"cells/vocabulary/cell/{header}:[0-9]+")

    def test_a_slice_that_is_left_is_named(self) -> None:
        self.check_inline("slice", "array index out of bounds", "read_slice", r"slice\.h")

    def test_a_move_onto_an_owner_is_named(self) -> None:
        self.check_inline("overwrite", "move onto a slot that owns something", "move_onto",
                          r"ownership\.h")

    def test_a_shift_by_too_many_bits_is_named(self) -> None:
        self.check("shift", "shift by more bits than there are", "shift_by")

    def test_a_truth_value_of_two_is_named(self) -> None:
        self.check("bool", "value that its type does not have", "read_truth")

    def test_a_division_by_zero_is_named(self) -> None:
        self.check("division", "division by zero or overflow", "divide_by")

    def test_a_quotient_that_does_not_fit_is_a_division_error(self) -> None:
        self.check("quotient", "division error", "divide")

    def test_an_addition_that_overflows_is_named(self) -> None:
        self.check("overflow", "overflow of an addition", "add")

    def test_unreachable_code_is_named(self) -> None:
        self.check("unreachable", "code reached that was declared unreachable", "choose")

    def test_a_call_of_another_function_type_is_named(self) -> None:
        self.check("badcall", "call through a pointer of another function type", "call")

    def test_a_trap_of_the_code_itself_is_named(self) -> None:
        self.check("trap", "trap that the code asked for", "give_up")

    def test_an_invalid_instruction_is_named(self) -> None:
        self.check("invalid", "invalid instruction", "execute_nothing")

    def test_running_off_the_stack_hits_the_guard_page(self) -> None:
        said, reason = self.report("stack")
        self.assertRegex(reason, r"panic: page fault writing address 0x[0-9a-f]+ in "
                                 r"misbehave@[^ ]+ "
                                 rf"recurse, {SOURCE}:")
        self.assertIn("recurse+0x", said)

    def test_noting_too_many_owners_hits_the_guard_page(self) -> None:
        said, reason = self.report("chain")
        self.assertRegex(reason, r"page fault writing address 0x[0-9a-f]+ in misbehave@")
        self.assertIn("own_too_much+0x", said)
