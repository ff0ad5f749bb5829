# SPDX-License-Identifier: MIT
"""What headers may include, and the table of statuses."""

import re
from pathlib import Path

from tree import tracked

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
HEADERS = (".h", ".def")
STATUS_TABLE = "cells/vocabulary/cell/status.def"
STATUSES = """
    OK INVALID EXHAUSTED NOT_FOUND EXISTS BUSY WOULD_BLOCK TIMEOUT DISCONNECTED_SENDER
    DISCONNECTED_RECEIVER EVOLVED POISONED CANCELLED DENIED DAMAGED UNSUPPORTED OVERFLOW IO INTERNAL
""".split()


def _included(root: Path, path: Path, quote: str, name: str) -> Path | None:
    """The tracked file that an include in `path` means, if it is one of the tree."""
    parts = Path(name)
    places = [root / name, root / "cells/vocabulary" / name,
              root / "cells" / parts.parent / parts.stem / parts.name]
    if quote == '"':
        places.insert(0, path.parent / name)
    return next((place for place in places if place.is_file()), None)


def _climbs(path: Path, name: str) -> bool:
    """Whether an include leaves its folder, but for the one that the cell's INTERFACE names: there
    lies the source that it shares with others."""
    manifest = path.parent / "CMakeLists.txt"
    text = manifest.read_text() if manifest.exists() else ""
    shared = re.search(r"^ *INTERFACE (\w+)", text, re.M)
    parts = Path(name).parts
    if shared and parts[:2] == ("..", shared.group(1)):
        parts = parts[2:]
    return ".." in parts


def _graph(root: Path) -> tuple[dict[Path, list[Path]], list[str]]:
    """What each header includes, and includes that climb out of their folder."""
    graph = {}
    findings = []
    for path in tracked(root, *HEADERS, ".c"):
        found = INCLUDE.findall(path.read_text())
        findings += [f"{path.relative_to(root)}: includes {name}: a folder's own headers and "
                     "declared interfaces are all that it may reach"
                     for _, name in found if _climbs(path, name)]
        if path.suffix in HEADERS:
            included = [_included(root, path, quote, name) for quote, name in found]
            graph[path] = [target for target in included if target]
    return graph, findings


def include_cycles(root: Path) -> list[str]:
    """Headers that include each other, and includes of `..`."""
    graph, findings = _graph(root)
    done: set[Path] = set()

    def visit(path: Path, trail: list[Path]) -> None:
        if path in trail:
            cycle = [*trail[trail.index(path):], path]
            names = " -> ".join(str(step.relative_to(root)) for step in cycle)
            findings.append(f"headers include each other: {names}")
        elif path not in done:
            for target in graph.get(path, []):
                visit(target, [*trail, path])
            done.add(path)

    for path in graph:
        visit(path, [])
    return findings


def status_table(root: Path) -> list[str]:
    """Where the table of statuses differs from the frozen one."""
    names = re.findall(r"^STATUS\((\w+),", (root / STATUS_TABLE).read_text(), re.MULTILINE)
    if names == STATUSES:
        return []
    return [f"{STATUS_TABLE}: the statuses are {' '.join(names)}, "
            f"but frozen as {' '.join(STATUSES)}"]
