# SPDX-License-Identifier: MIT
"""The files that the checks look at: those that git tracks, or all where there is no git."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
NO_SOURCE = {".git", "build", "__pycache__"}


class NothingToCheck(Exception):
    """The check has no subject here; its text says why."""


def tracked(root: Path, *endings: str) -> list[Path]:
    """Tracked files below `root` whose names end with one of `endings` (any: all), sorted."""
    result = subprocess.run(["git", "-C", root, "ls-files", "-z"], capture_output=True)
    if result.returncode == 0:
        files = [root / name for name in os.fsdecode(result.stdout).split("\0") if name]
    else:
        files = [path for path in root.rglob("*")
                 if not NO_SOURCE & set(path.relative_to(root).parts)]
    return sorted(path for path in files
                  if path.is_file() and path.name.endswith(endings or ("",)))


def text_files(root: Path) -> list[Path]:
    """Tracked files that hold text: no byte in them is zero."""
    return [path for path in tracked(root) if b"\0" not in path.read_bytes()]


def output_of(command: Sequence[str | Path], root: Path) -> list[str]:
    """The lines that a checking program prints: its findings; it prints nothing else."""
    result = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True)
    lines = [line for line in result.stdout.splitlines() if line.strip()]
    if result.returncode != 0 and not lines:
        return [f"{command[0]} ended with status {result.returncode}"]
    return lines


def folder_of(variable: str) -> Path:
    """The folder that the environment names."""
    return Path(os.environ[variable])
