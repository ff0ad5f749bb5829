# SPDX-License-Identifier: MIT
"""Boots to the prompt on each machine of matrix.txt and looks around there.

Each row is the test `Matrix.test_NAME`; `Table` checks that the rows cover all pairs.
"""

import itertools
import json
import pathlib
import unittest

from harness.build import image_path
from harness.guest import Guest
from harness.machine import Machine

TABLE = pathlib.Path(__file__).with_name("matrix.txt")
COLUMNS = {"disk": {"nvme", "ahci", "virtio", "usb"}, "machine": {"q35", "pc"},
           "smp": {"1", "2", "4"}, "memory": {"96M", "256M", "6G"},
           "cpu": {"Nehalem", "max"}, "firmware": {"4m", "2m"}}
UNITS = {"M": 1 << 20, "G": 1 << 30}
CELLS_MIN = 15
BOOTS_MAX = 24


def rows() -> dict[str, dict[str, str]]:
    """The machines by name."""
    lines = [line.split() for line in TABLE.read_text("ascii").splitlines()
             if line and not line.startswith("#")]
    return {words[0]: dict(zip(COLUMNS, words[1:], strict=True)) for words in lines}


class Table(unittest.TestCase):
    """The table itself."""

    def test_every_pair_of_values_occurs(self) -> None:
        machines = list(rows().values())
        self.assertLessEqual(len(machines), BOOTS_MAX)
        for first, second in itertools.combinations(COLUMNS, 2):
            wanted = set(itertools.product(COLUMNS[first], COLUMNS[second]))
            self.assertEqual({(row[first], row[second]) for row in machines}, wanted)


class Matrix(unittest.TestCase):
    """One boot a row."""

    def boot(self, row: dict[str, str]) -> None:
        """Boots the machine and checks what its commands say."""
        machine = Machine(**{**row, "smp": int(row["smp"])})
        size = int(row["memory"][:-1]) * UNITS[row["memory"][-1]]
        with Guest(machine, image_path()) as guest:
            memory = json.loads(guest.run("memory -j").text)
            self.assertLessEqual(memory["total"], size)
            self.assertGreater(memory["total"], size - (8 << 20))
            self.assertEqual(memory["total"],
                             memory["free"] + memory["reserved"] + memory["in_use"])
            cells = [json.loads(line) for line in guest.run("cells -j").text.splitlines()]
            self.assertGreaterEqual(len(cells), CELLS_MIN)
            audit = guest.run("memory audit")
            self.assertEqual(audit.status, 0, audit.text)
            self.assertEqual(guest.run("exit 42").status, 42)


for _name, _row in rows().items():
    setattr(Matrix, f"test_{_name}", lambda self, row=_row: self.boot(row))
