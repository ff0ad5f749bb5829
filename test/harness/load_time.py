# SPDX-License-Identifier: MIT
"""What a load costs by the size of the cell: the figures in the book, and their picture."""

import dataclasses
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .guest import Guest
from .plot import Panel, plot
from .process import run_build_step
from .status import BuildFailed, MeasurementFailed

FOLDER = "docs/measurements"
COUNTS = (100, 1000, 2500, 5000, 7500, 10000)
MANIFEST = "manifest: 1.0\nname: {name}\nversion: 1.0.0\nkind: application\npurpose: Is large.\n"


def sections(count: int) -> str:
    """Sections of text without a symbol."""
    return "".join(f'.section .text.f{i}, "ax"\nret\n' for i in range(count))


def relocations(count: int) -> str:
    """Relocations of one section to one symbol."""
    return '.section .data.all, "aw"\n.globl all\nall:\n' + ".quad all\n" * count


def symbols(count: int) -> str:
    """Exported objects in one section."""
    return '.section .data.all, "aw"\n' + "".join(
        f".globl object{i}\n.type object{i}, @object\nobject{i}: .byte 1\n.size object{i}, 1\n"
        for i in range(count))


def functions(count: int) -> str:
    """Of each one: a section with an exported function, whose call of another is a relocation."""
    return "".join(
        f'.section .text.f{i}, "ax"\n.globl f{i}\n.type f{i}, @function\nf{i}:\n'
        f"call f{(i * 7919 + 1) % count}\nret\n.size f{i}, 6\n" for i in range(count))


KINDS: dict[str, Callable[[int], str]] = {
    "sections": sections, "relocations": relocations, "symbols": symbols, "functions": functions}
TITLES = {"functions": "all three: functions"}


@dataclasses.dataclass(frozen=True)
class Tools:
    """The programs that make a cell of an assembler's source."""

    compiler: str
    objcopy: str


def make_cell(tools: Tools, kind: str, count: int, folder: Path) -> Path:
    """Makes KINDCOUNT.cell in `folder`, by way of files beside it."""
    name = f"{kind}{count}"
    source, described = folder / f"{name}.s", folder / f"{name}.manifest"
    made = folder / f"{name}.cell"
    source.write_text(KINDS[kind](count), "utf-8")
    described.write_text(MANIFEST.format(name=name), "utf-8")
    _run(tools.compiler, "--target=x86_64-unknown-none-elf", "-c", str(source), "-o", str(made))
    _run(tools.objcopy, "--add-section", f".cell.manifest={described}", str(made))
    source.unlink()
    described.unlink()
    return made


def _run(*words: str) -> None:
    if run_build_step(words) != 0:
        raise BuildFailed(f"{words[0]} failed")


def load_time(guest: Guest, name: str) -> int:
    """Instructions between the lines that a load begins and ends with in the log (log=debug)."""
    result = guest.run(f"cells load --unsigned {name}")
    if result.status != 0:
        raise MeasurementFailed(result.text.strip(), result.status)
    log = guest.run("log").text
    times = [float(re.findall(rf"\[ *([0-9.]+)\] debug cell_loader: {line}\n", log)[-1])
             for line in (f"loading {name}", f"loaded {name}.cell")]
    return round((times[1] - times[0]) * 1e9)


def picture(points: Sequence[Mapping[str, Any]]) -> str:
    """A panel for each kind."""
    panels = [Panel(TITLES.get(kind, kind), {"one load": [
        (point["count"], point["instructions"] / 1e6) for point in points
        if point["kind"] == kind]}) for kind in KINDS]
    return plot("Load time by what a cell has many of", "how many", "million instructions",
                panels, linear=True)


def write_measurement(command: str, versions: Mapping[str, str],
                      points: Sequence[Mapping[str, Any]], root: Path) -> list[Path]:
    """Writes the figures and the picture; gives their paths."""
    figures, drawing = root / FOLDER / "load_time.json", root / FOLDER / "load_time.svg"
    content = {"command": command, "versions": versions, "points": points}
    figures.write_text(json.dumps(content, indent=4) + "\n", "utf-8")
    drawing.write_text(picture(points), "utf-8")
    return [figures, drawing]
