# SPDX-License-Identifier: MIT
"""What the benchmarks may cost: test/bench/budget.json, and the guard that compares with it.

The file has an entry `{"instructions": N, "goal": N}` for each benchmark, null where the thing that
it measures does not exist yet or nobody set a goal, and the versions with which it was measured.
"""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

VERSIONS = "versions"
SHARE_ALLOWED = 0.03
COUNT_ALLOWED = 2


@dataclasses.dataclass(frozen=True)
class Entry:
    """What a benchmark cost when that was last accepted, and what it should cost."""

    instructions: int | None
    goal: int | None


@dataclasses.dataclass(frozen=True)
class Budget:
    """The whole file. `versions`: of what makes the code and counts its instructions."""

    versions: dict[str, str]
    entries: dict[str, Entry]


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What there is to say, and whether the guard lets it pass."""

    findings: list[str]
    notes: list[str]

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.findings


def read_budget(path: Path) -> Budget:
    """Reads the file; raises where it has another form."""
    content = json.loads(path.read_text("utf-8"))
    versions = content.pop(VERSIONS)
    return Budget(versions, {name: Entry(**entry) for name, entry in content.items()})


def write_budget(path: Path, budget: Budget) -> None:
    """Writes the file, a line an entry."""
    lines = [f'    "{VERSIONS}": {json.dumps(budget.versions)}']
    lines += [f'    "{name}": {json.dumps(dataclasses.asdict(entry))}'
              for name, entry in budget.entries.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def is_over(measured: int, budget: int) -> bool:
    """Over 3 percent and over 2 instructions above the budget."""
    return measured > budget * (1 + SHARE_ALLOWED) and measured > budget + COUNT_ALLOWED


def _nameless(budget: Budget, measured: Mapping[str, int]) -> Iterator[str]:
    """Where the file and the system do not know the same benchmarks."""
    for name in sorted(measured.keys() - budget.entries.keys()):
        yield f"{name}: test/bench/budget.json does not know it"
    for name, entry in budget.entries.items():
        if name in measured and entry.instructions is None:
            yield (f"{name}: {measured[name]} instructions, and there is no budget: "
                   f"scripts/bench --update-budget {name} sets one")
        elif name not in measured and entry.instructions is not None:
            yield f"{name}: there is a budget, but the system does not offer it"


def judge(budget: Budget, measured: Mapping[str, int], versions: Mapping[str, str]) -> Verdict:
    """Compares the measured instructions of all benchmarks with the budget."""
    over = [f"{name}: {measured[name]} instructions, its budget is {entry.instructions}"
            for name, entry in budget.entries.items()
            if name in measured and entry.instructions is not None
            and is_over(measured[name], entry.instructions)]
    findings = list(_nameless(budget, measured))
    others = [f"the budget was measured with {tool} {version}, this with {versions.get(tool)}"
              for tool, version in budget.versions.items() if versions.get(tool) != version]
    if others:
        return Verdict(findings, others + over)
    return Verdict(findings + over, [])


def updated(budget: Budget, measured: Mapping[str, int], versions: Mapping[str, str]) -> Budget:
    """The budget with what was measured now; new names go to its end."""
    entries = dict(budget.entries)
    for name, instructions in measured.items():
        goal = entries[name].goal if name in entries else None
        entries[name] = Entry(instructions, goal)
    return Budget(dict(versions), entries)


def table(budget: Budget, measured: Mapping[str, int]) -> str:
    """Name, instructions, budget, goal, and how far above the budget, of what was measured."""
    lines = [f"{'name':<24}{'instructions':>14}{'budget':>12}{'goal':>12}{'difference':>12}"]
    for name, instructions in measured.items():
        entry = budget.entries.get(name, Entry(None, None))
        difference = "-"
        if entry.instructions is not None:
            difference = f"{instructions - entry.instructions:+}"
        lines.append(f"{name:<24}{instructions:>14}{_or_dash(entry.instructions):>12}"
                     f"{_or_dash(entry.goal):>12}{difference:>12}")
    return "\n".join(lines)


def _or_dash(number: int | None) -> str:
    return "-" if number is None else str(number)
