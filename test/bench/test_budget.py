# SPDX-License-Identifier: MIT
"""One boot that counts instructions, for all that is measured."""

import unittest

from harness.bench import (BOOT_SECONDS, BUDGET, counting_machine, lines_of, measure, settle,
                           versions_of)
from harness.budget import is_over, judge, read_budget, table
from harness.build import image_path
from harness.guest import Guest

FEW, MANY = 10, 10000


class Budget(unittest.TestCase):
    """All tests look at what one guest measured."""

    @classmethod
    def setUpClass(cls) -> None:
        with Guest(counting_machine(), image_path(), timeout=BOOT_SECONDS) as guest:
            cls.measured = measure(guest)
            cls.versions = versions_of(guest)
            cls.lines = lines_of(guest, "bench -j lock_unlock remap")
            cls.points = lines_of(guest, f"bench_mappings -j {FEW} {MANY}")
            cls.again = measure(guest)

    def test_nothing_is_over_its_budget(self) -> None:
        budget = read_budget(BUDGET)
        measured = dict(self.measured)
        settle(budget, measured)
        verdict = judge(budget, measured, self.versions)
        print(table(budget, measured), *verdict.notes, sep="\n")
        self.assertTrue(verdict.passed, "\n".join(verdict.findings))

    def test_the_same_numbers_come_again(self) -> None:
        """But for what depends on where the allocators have got to: within the budget's bounds."""
        shown = {line["name"]: line["instructions"] for line in self.lines}
        for again in (self.again, shown):
            for name, count in again.items():
                first, second = sorted((count, self.measured[name]))
                self.assertFalse(is_over(second, first), f"{name}: {first}, then {second}")
        self.assertEqual(set(self.again), set(self.measured))
        self.assertEqual(set(shown), {"lock_unlock", "remap"})

    def test_a_line_has_all_keys(self) -> None:
        for line in self.lines:
            self.assertEqual(set(line), {"name", "instructions", "min", "max", "rounds", "unit"})
            self.assertLessEqual(line["min"], line["instructions"])
            self.assertLessEqual(line["instructions"], line["max"])

    def test_owned_mappings_cost_the_same_beside_many(self) -> None:
        cost = {(point["design"], point["operation"], point["live"]): point["instructions"]
                for point in self.points}
        for operation in ("map", "remap", "unmap"):
            few, many = (cost["owned", operation, live] for live in (FEW, MANY))
            self.assertFalse(is_over(many, few), f"{operation}: {few}, beside many {many}")
            few, many = (cost["areas", operation, live] for live in (FEW, MANY))
            self.assertTrue(is_over(many, few), f"the tree's {operation} does not grow")


if __name__ == "__main__":
    unittest.main()
