# SPDX-License-Identifier: MIT
"""Tests of the guard on made-up figures. No QEMU."""

import pathlib
import tempfile
import unittest

from .budget import Budget, Entry, is_over, judge, read_budget, table, updated, write_budget

VERSIONS = {"clang": "Clang 19.1.7", "qemu": "7.2.22"}
OTHERS = {"clang": "Clang 19.1.7", "qemu": "8.0.0"}


def budget() -> Budget:
    """One that is large, one that is small, one whose thing does not exist."""
    return Budget(dict(VERSIONS), {"large": Entry(1000, 600), "small": Entry(10, None),
                                   "absent": Entry(None, 50)})


class Guard(unittest.TestCase):
    """What passes and what does not."""

    def test_a_budget_that_is_kept_passes(self) -> None:
        verdict = judge(budget(), {"large": 1000, "small": 10}, VERSIONS)
        self.assertTrue(verdict.passed)
        self.assertEqual((verdict.findings, verdict.notes), ([], []))

    def test_less_than_the_budget_passes(self) -> None:
        self.assertTrue(judge(budget(), {"large": 1, "small": 1}, VERSIONS).passed)

    def test_both_the_share_and_the_count_must_be_passed(self) -> None:
        for measured, limit, over in ((1030, 1000, False), (1031, 1000, True), (12, 10, False),
                                      (13, 10, True), (103, 100, False), (104, 100, True)):
            with self.subTest(measured=measured, limit=limit):
                self.assertEqual(is_over(measured, limit), over)

    def test_too_much_fails_and_names_benchmark_and_both_numbers(self) -> None:
        verdict = judge(budget(), {"large": 1031, "small": 13}, VERSIONS)
        self.assertEqual(verdict.findings, ["large: 1031 instructions, its budget is 1000",
                                            "small: 13 instructions, its budget is 10"])

    def test_with_other_versions_it_reports_and_passes(self) -> None:
        verdict = judge(budget(), {"large": 9999, "small": 10}, OTHERS)
        self.assertTrue(verdict.passed)
        self.assertEqual(verdict.notes, ["the budget was measured with qemu 7.2.22, this with "
                                         "8.0.0", "large: 9999 instructions, its budget is 1000"])

    def test_a_benchmark_that_went_missing_fails(self) -> None:
        for versions in (VERSIONS, OTHERS):
            verdict = judge(budget(), {"large": 1000}, versions)
            self.assertEqual(verdict.findings,
                             ["small: there is a budget, but the system does not offer it"])

    def test_a_new_benchmark_needs_a_budget(self) -> None:
        verdict = judge(budget(), {"large": 1, "small": 1, "absent": 40, "new": 5}, VERSIONS)
        self.assertEqual(len(verdict.findings), 2)
        self.assertIn("new: test/bench/budget.json does not know it", verdict.findings)
        self.assertIn("absent: 40 instructions, and there is no budget", verdict.findings[1])


class File(unittest.TestCase):
    """Writing, reading, showing."""

    def test_what_is_written_is_read_again(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "budget.json"
            write_budget(path, budget())
            self.assertEqual(read_budget(path), budget())

    def test_an_update_changes_what_was_measured_and_keeps_goals(self) -> None:
        after = updated(budget(), {"large": 700, "absent": 60}, OTHERS)
        self.assertEqual(after, Budget(dict(OTHERS), {
            "large": Entry(700, 600), "small": Entry(10, None), "absent": Entry(60, 50)}))

    def test_the_table_shows_what_was_measured(self) -> None:
        lines = [line.split() for line in table(budget(), {"large": 1010, "new": 3}).splitlines()]
        self.assertEqual(lines, [["name", "instructions", "budget", "goal", "difference"],
                                 ["large", "1010", "1000", "600", "+10"],
                                 ["new", "3", "-", "-", "-"]])
