# SPDX-License-Identifier: MIT
"""What mapping costs beside many mappings: the figures in the book, and their picture."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .plot import Panel, plot

FOLDER = "docs/measurements"
COUNTS = (10, 100, 1000, 10000, 100000)
OPERATIONS = ("map", "remap", "unmap")
DESIGNS = {"areas": "red-black tree of areas", "owned": "Theoris: owned mappings"}


def picture(points: Sequence[Mapping[str, Any]]) -> str:
    """A panel for each operation, a line for each design."""
    panels = [
        Panel(operation, {title: [(point["live"], point["instructions"]) for point in points
                                  if (point["design"], point["operation"]) == (design, operation)]
                          for design, title in DESIGNS.items()})
        for operation in OPERATIONS]
    return plot("One page of 4 KiB beside many mappings", "live mappings",
                "instructions (median)", panels)


def write_measurement(command: str, versions: Mapping[str, str],
                      points: Sequence[Mapping[str, Any]], root: Path) -> list[Path]:
    """Writes the figures and the picture; gives their paths."""
    folder = root / FOLDER
    figures = folder / "live_mappings.json"
    content = {"command": command, "versions": versions, "points": points}
    figures.write_text(json.dumps(content, indent=4) + "\n", "utf-8")
    drawing = folder / "live_mappings.svg"
    drawing.write_text(picture(points), "utf-8")
    return [figures, drawing]
