# SPDX-License-Identifier: MIT
"""`scripts/bench`: measures what the system's basic operations cost, in instructions."""

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from . import live_mappings, load_time
from .budget import Budget, is_over, judge, read_budget, table, updated, write_budget
from .build import SOURCE, build, image_path
from .guest import Guest
from .machine import Machine
from .process import require_program
from .status import BadUsage, MeasurementFailed

BUDGET = SOURCE / "test/bench/budget.json"
BOOT_SECONDS = 300.0
SCATTERING = "boot_to_prompt"
BOOTS_FOR_BUDGET = 5
"""How many boots a new budget of what scatters is the maximum of."""
BOOTS_MORE = 2
"""How many more boots may show that what scatters is not really over its budget."""
EPILOG = """\
Boots once with --icount and compares with test/bench/budget.json: more than 3 percent and more than
2 instructions above the budget is too much. Status: 0, 1 if something is over its budget, 120 to
126 as for scripts/run, otherwise that of the command `bench`.
"""


class _Parser(argparse.ArgumentParser):
    """Reports bad usage as our own exception."""

    def error(self, message: str) -> NoReturn:
        raise BadUsage(f"{message}; {self.prog} --help lists the options")


def _parser() -> _Parser:
    parser = _Parser(prog="scripts/bench", allow_abbrev=False, epilog=EPILOG,
                     formatter_class=argparse.RawDescriptionHelpFormatter,
                     description="Counts the instructions of the system's basic operations.")
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help="only these benchmarks")
    add("--update-budget", action="store_true",
        help=f"write what was measured to the budget; {SCATTERING} as the most of "
             f"{BOOTS_FOR_BUDGET} boots")
    add("--live-mappings", action="store_true",
        help="measure mapping beside many mappings instead, and draw docs/measurements anew")
    add("--load-time", action="store_true",
        help="measure loads of large cells instead, and draw docs/measurements anew")
    add("--no-install", action="store_true", help="list missing packages and stop")
    add("--yes", action="store_true", help="install missing packages without asking")
    return parser


def counting_machine(memory: str = "256M") -> Machine:
    """A machine whose time-stamp counter counts instructions.

    Of all disks virtio's keeps the firmware waiting least, so that boots differ least.
    """
    return Machine(smp=1, memory=memory, disk="virtio", icount=True)


def lines_of(guest: Guest, command: str) -> list[dict[str, Any]]:
    """The JSON objects that a command prints; raises where it fails or counts no instructions."""
    result = guest.run(command)
    if result.status != 0:
        raise MeasurementFailed(f"'{command}' failed: {result.text.strip()}", result.status)
    found = [json.loads(line) for line in result.text.splitlines()]
    if any(line.get("unit", "instructions") != "instructions" for line in found):
        raise MeasurementFailed(f"'{command}' found no counter of instructions", 1)
    return found


def measure(guest: Guest, names: Sequence[str] = ()) -> dict[str, int]:
    """The instructions of each benchmark, or of those named."""
    lines = lines_of(guest, " ".join(["bench", "-j", *names]))
    return {line["name"]: line["instructions"] for line in lines}


def versions_of(guest: Guest) -> dict[str, str]:
    """Of the compiler that made the system, and of the QEMU that counts."""
    qemu = guest.monitor("query-version")["qemu"]
    return {"clang": lines_of(guest, "version -j")[0]["compiler"],
            "qemu": f"{qemu['major']}.{qemu['minor']}.{qemu['micro']}"}


def _boot_again() -> int:
    """What scatters, in another boot."""
    with Guest(counting_machine(), image_path(), timeout=BOOT_SECONDS) as guest:
        return measure(guest, [SCATTERING])[SCATTERING]


def settle(budget: Budget, measured: dict[str, int]) -> None:
    """If what scatters is over its budget, boots again: the least of all boots counts."""
    limit = budget.entries[SCATTERING].instructions
    for _ in range(BOOTS_MORE):
        if limit is None or SCATTERING not in measured or not is_over(measured[SCATTERING], limit):
            return
        measured[SCATTERING] = min(measured[SCATTERING], _boot_again())


def bench(words: Sequence[str]) -> int:
    """The whole of `scripts/bench`; gives its status."""
    chosen = _parser().parse_args(words)
    build("default")
    if chosen.live_mappings:
        return _measure_live_mappings()
    if chosen.load_time:
        return _measure_load_time()
    budget = read_budget(BUDGET)
    with Guest(counting_machine(), image_path(), timeout=BOOT_SECONDS) as guest:
        measured = measure(guest, chosen.names)
        versions = versions_of(guest)
    if chosen.update_budget:
        return _update(budget, measured, versions)
    settle(budget, measured)
    print(table(budget, measured))
    known = {name: entry for name, entry in budget.entries.items()
             if name in measured or not chosen.names}
    verdict = judge(Budget(budget.versions, known), measured, versions)
    for sentence in [*verdict.notes, *verdict.findings]:
        print(sentence)
    return 0 if verdict.passed else 1


def _update(budget: Budget, measured: dict[str, int], versions: dict[str, str]) -> int:
    for _ in range(BOOTS_FOR_BUDGET - 1 if SCATTERING in measured else 0):
        measured[SCATTERING] = max(measured[SCATTERING], _boot_again())
    print(table(budget, measured))
    write_budget(BUDGET, updated(budget, measured, versions))
    return 0


def _measure_live_mappings() -> int:
    with Guest(counting_machine("1G"), image_path(), timeout=BOOT_SECONDS) as guest:
        command = " ".join(["bench_mappings", "-j", *map(str, live_mappings.COUNTS)])
        points = lines_of(guest, command)
        versions = versions_of(guest)
    for path in live_mappings.write_measurement(command, versions, points, Path(SOURCE)):
        print(f"wrote {path}")
    return 0


def _measure_load_time() -> int:
    tools = load_time.Tools(require_program("clang-19", "clang-19"),
                            require_program("llvm-objcopy-19", "llvm-19"))
    with tempfile.TemporaryDirectory() as folder:
        cells = {(kind, count): load_time.make_cell(tools, kind, count, Path(folder)).stem
                 for kind in load_time.KINDS for count in load_time.COUNTS}
        with Guest(counting_machine(), image_path(), extra=[Path(folder)], options=("log=debug",),
                   timeout=BOOT_SECONDS) as guest:
            points = [{"kind": kind, "count": count,
                       "instructions": load_time.load_time(guest, name)}
                      for (kind, count), name in cells.items()]
            versions = versions_of(guest)
    command = "cells load --unsigned NAME"
    for path in load_time.write_measurement(command, versions, points, Path(SOURCE)):
        print(f"wrote {path}")
    return 0
