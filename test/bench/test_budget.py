# SPDX-License-Identifier: MIT
"""One boot that counts instructions, for all that is measured."""

import unittest

from harness.bench import (BOOT_SECONDS, BUDGET, counting_machine, lines_of, measure,
                           versions_of)
from harness.budget import is_over, judge, read_budget, table
from harness.build import image_path
from harness.guest import Guest

FEW, MANY = 10, 10000


class Budget(unittest.TestCase):
    """All tests look at one guest."""

    guest: Guest

    @classmethod
    def setUpClass(cls) -> None:
        cls.guest = cls.enterClassContext(
            Guest(counting_machine(), image_path(), timeout=BOOT_SECONDS))
        cls.measured = measure(cls.guest)

    def test_nothing_is_over_its_budget(self) -> None:
        budget = read_budget(BUDGET)
        verdict = judge(budget, self.measured, versions_of(self.guest))
        print(table(budget, self.measured), *verdict.notes, sep="\n")
        self.assertTrue(verdict.passed, "\n".join(verdict.findings))

    def test_the_same_numbers_come_again(self) -> None:
        self.assertEqual(measure(self.guest), self.measured)
        self.assertEqual(measure(self.guest, ["remap", "lock_unlock"]),
                         {name: self.measured[name] for name in ("lock_unlock", "remap")})

    def test_a_line_has_all_keys(self) -> None:
        line, = lines_of(self.guest, "bench -j lock_unlock")
        self.assertEqual(set(line), {"name", "instructions", "min", "max", "rounds", "unit"})
        self.assertEqual(line["unit"], "instructions")
        self.assertLessEqual(line["min"], line["instructions"])
        self.assertLessEqual(line["instructions"], line["max"])

    def test_owned_mappings_cost_the_same_beside_many(self) -> None:
        points = lines_of(self.guest, f"bench_mappings -j {FEW} {MANY}")
        cost = {(point["design"], point["operation"], point["live"]): point["instructions"]
                for point in points}
        for operation in ("map", "remap", "unmap"):
            few, many = (cost["owned", operation, live] for live in (FEW, MANY))
            self.assertFalse(is_over(many, few), f"{operation}: {few}, beside many {many}")
            few, many = (cost["areas", operation, live] for live in (FEW, MANY))
            self.assertTrue(is_over(many, few), f"the tree's {operation} does not grow")


if __name__ == "__main__":
    unittest.main()
