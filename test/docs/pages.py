# SPDX-License-Identifier: MIT
"""Reads just as much of Markdown as the documents use: headings, tables, links, fences."""

import re
from collections.abc import Iterator
from pathlib import Path

_FENCE = re.compile(r"^\s*(```|~~~)")
_HEADING = re.compile(r"^(#{1,6}) +(.*?) *$")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^()\s]+)\)")
_CODE = re.compile(r"`[^`]*`")
_CELL_END = re.compile(r"(?<!\\)\|")


def prose(text: str) -> Iterator[tuple[int, str]]:
    """Line numbers and lines that are not code: neither fenced nor indented by four blanks."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and not line.startswith("    "):
            yield number, line


def links(text: str) -> list[str]:
    """The targets of all links and images."""
    without_code = "\n".join(_CODE.sub("``", line) for _, line in prose(text))
    return _LINK.findall(without_code)


def anchors(text: str) -> set[str]:
    """The names by which links reach the headings, as GitHub forms them."""
    found: set[str] = set()
    for _, line in prose(text):
        heading = _HEADING.match(line)
        if heading:
            name = re.sub(r"[^\w\- ]", "", heading[2].lower()).replace(" ", "-")
            count = 0
            while (name if count == 0 else f"{name}-{count}") in found:
                count += 1
            found.add(name if count == 0 else f"{name}-{count}")
    return found


def section(text: str, title: str) -> str:
    """What stands below the heading `title`, with its lower headings; fails if there is none."""
    lines = text.splitlines()
    numbers = {number for number, _ in prose(text)}
    start, level = 0, 0
    for index, line in enumerate(lines):
        heading = _HEADING.match(line) if index + 1 in numbers else None
        if not heading:
            continue
        if level and len(heading[1]) <= level:
            return "\n".join(lines[start:index])
        if not level and heading[2].replace("`", "") == title:
            start, level = index + 1, len(heading[1])
    if not level:
        raise AssertionError(f"there is no heading '{title}'")
    return "\n".join(lines[start:])


def rows(text: str) -> list[list[str]]:
    """The cells of all rows of all tables, without heads; `\\|` is a bar."""
    found: list[list[str]] = []
    in_table = False
    for _, line in prose(text):
        if not line.startswith("|"):
            in_table = False
            continue
        cells = [cell.strip().replace("\\|", "|")
                 for cell in _CELL_END.split(line.strip().strip("|"))]
        if all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            in_table = True
        elif in_table:
            found.append(cells)
    return found


def documents(root: Path) -> list[Path]:
    """All Markdown files of the tree, without build folders and what is hidden."""
    return sorted(path for path in root.rglob("*.md") if not any(
        part.startswith(".") or part == "build" for part in path.relative_to(root).parts))
