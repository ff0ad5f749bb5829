# SPDX-License-Identifier: MIT
"""What the kernel's compilation of test/fault/cost.c costs, read from the disassembly: there locks
really switch interrupts off, which fault.chain.cost, a program of the host, cannot."""

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOST_BUILD = Path(os.environ["THEORIS_HOST_BUILD"])
CC = os.environ["THEORIS_CC"]
OBJDUMP = os.environ["THEORIS_OBJCOPY"].replace("objcopy", "objdump")
KERNEL = ["-O2", "-ffreestanding", "-mcmodel=kernel", "-fno-pic", "-mno-red-zone",
          "-mgeneral-regs-only", "-fno-omit-frame-pointer"]


def lengths() -> dict[str, int]:
    """Instructions of each function up to its return: slow paths stand behind it."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "cost.o"
        subprocess.run([CC, "-std=gnu2x", *KERNEL, f"-I{ROOT / 'cells/vocabulary'}",
                        f"-I{HOST_BUILD / 'interfaces/ownership_walk'}", "-c",
                        ROOT / "test/fault/cost.c", "-o", output], check=True)
        listing = subprocess.run([OBJDUMP, "-d", "--no-show-raw-insn", output], check=True,
                                 capture_output=True, text=True).stdout
    found = {}
    for name, body in re.findall(r"^\w+ <(\w+)>:\n(.*?)(?:\n\n|\Z)", listing, re.M | re.S):
        instructions = [line.split("\t", 1)[1] for line in body.splitlines() if "\t" in line]
        until = next(i for i, word in enumerate(instructions) if word.startswith(("ret", "jmp")))
        # A prefix such as `lock` is a line of its own here, but no instruction.
        found[name] = sum(word.strip() != "lock" for word in instructions[:until + 1])
    return found


class Tests(unittest.TestCase):
    """Each is host.kernel_cost.NAME."""

    def test_locks_and_guards_cost_what_they_may(self) -> None:
        found = lengths()
        plain = found["no_lock"]
        for name, limit in (("raw_spin_lock", 10), ("held_spin_lock", 18), ("raw_irq_lock", 15),
                            ("held_irq_lock", 20)):
            cost = found[name] - plain
            print(f"{name}: {cost} instructions (limit {limit})")
            self.assertTrue(0 < cost <= limit, f"{name}: {cost}")

    def test_an_owner_costs_what_it_may(self) -> None:
        found = lengths()
        chain = found["owned_three"] - found["owned_one"]
        plain = found["plain_three"] - found["plain_one"]
        print(f"per owner: {(chain - plain) / 2} instructions")
        self.assertLessEqual((chain - plain) / 2, 7)


if __name__ == "__main__":
    unittest.main()
