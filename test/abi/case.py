# SPDX-License-Identifier: MIT
"""Runs one case of changes.txt or harmless.txt: case.py FILE NAME"""

import re
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import cells

PRELUDE = ("#include <cell/annotations.h>\n#include <cell/capability.h>\n"
           "#include <cell/ownership.h>\n#include <cell/status.h>\n")
REFERS = "const void *user(void) { return (const void *)&provided; }\n"


@dataclass
class Case:
    """The header before and after, with a private one, and what is said."""
    before: str = ""
    after: str = ""
    private_before: str = ""
    private_after: str = ""
    user: str = ""
    user_shows: list[str] = field(default_factory=list)
    provider_shows: list[str] = field(default_factory=list)


def add_line(case: Case, line: str) -> None:
    """A line of the header: its first character says when it is there."""
    mark, text = line[:1], line[1:]
    private = text.startswith("*")
    if mark not in "-+ ":
        mark, text, private = " ", line, line.startswith("*")
    text = text.removeprefix("*") + "\n"
    for when, marks in (("before", "- "), ("after", "+ ")):
        if mark in marks:
            name = f"private_{when}" if private else when
            setattr(case, name, getattr(case, name) + text)


def read(path: Path, name: str) -> Case:
    """The case NAME of a file."""
    found = re.search(rf"^== {name}\n(.*?)(?=^== |\Z)", path.read_text(), re.M | re.S)
    assert found, name
    case = Case()
    in_user = False
    for line in found[1].rstrip("\n").split("\n"):
        if line.startswith("! "):
            case.user_shows.append(line[2:])
        elif line.startswith("? "):
            case.provider_shows.append(line[2:])
        elif line == ">>":
            in_user = True
        elif in_user:
            case.user += line + "\n"
        else:
            add_line(case, line)
    case.user = case.user or REFERS
    return case


def provider(folder: Path, public: str, private: str) -> Path:
    """A cell of that header. Its symbols are labels: only what the header says counts."""
    folder.mkdir()
    cells.header(folder, "provider", PRELUDE + public)
    names = re.findall(r"\b(?:provided|another)\b", public)
    labels = "".join(f".globl {name}\\n.type {name}, @object\\n{name}: .byte 0\\n"
                     for name in sorted(set(names)))
    source = folder / "provider.c"
    (folder / "private.h").write_text(private)
    source.write_text(f'#include <lib/provider.h>\n#include "private.h"\nasm("{labels}");\n')
    made = cells.compile_source(source, "provider", [folder / "provider"])
    return cells.pack([made], folder / "provider.cell")


def user(folder: Path, text: str) -> Path:
    """A cell that was compiled with the provider's header in that folder."""
    source = folder / "user.c"
    source.write_text("#include <lib/provider.h>\n" + text)
    made = cells.compile_source(source, "user", [folder / "provider"])
    return cells.pack([made], folder / "user.cell", manifest="needs: provider\n")


def marked(said: str) -> tuple[list[str], list[str]]:
    """The lines marked in what was said, of the user and of the provider; where the provider has
    nothing to show, all lines count as the user's."""
    left, _, right = said.partition("\nprovider has:")
    return ([line[2:].strip() for line in left.split("\n") if right == "" or line[:1] == ">"],
            [line[2:].strip() for line in right.split("\n") if line[:1] == ">"])


def problems_of(case: Case, folder: Path) -> list[str]:
    """Sentences on what is not as it should be."""
    before = provider(folder / "before", case.before, case.private_before)
    after = provider(folder / "after", case.after, case.private_after)
    using = user(folder / "before", case.user)
    problems = []
    status, said = cells.check(using, before)
    if status != 0:
        problems.append(f"with the header that it was compiled with: {said}")
    status, said = cells.check(using, after)
    if not case.user_shows:
        return problems + ([f"it is harmless, but: {said}"] if status != 0 else [])
    if status != 1 or "does not fit" not in said:
        return [*problems, f"the change was not noticed: status {status}: {said}"]
    sides = marked(said)
    for side, wanted in zip(sides, (case.user_shows, case.provider_shows), strict=True):
        problems += [f"not shown: {text}\n{said}" for text in wanted
                     if not any(text in line for line in side)]
    return problems


def main() -> int:
    """Prints what is wrong."""
    case = read(Path(sys.argv[1]), sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        problems = problems_of(case, Path(folder))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
