# SPDX-License-Identifier: MIT
"""Configures and builds, once at a time, in a folder that need not be below the source."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

from .process import require_program, run_build_step
from .status import BadUsage, BuildFailed

SOURCE = Path(__file__).resolve().parents[2]
PRESETS = SOURCE / "CMakePresets.json"
BUILD_VARIABLE = "THEORIS_BUILD"


def build_folder() -> Path:
    """Where the default preset is built: $THEORIS_BUILD, or `build` in the source."""
    chosen = os.environ.get(BUILD_VARIABLE)
    return Path(chosen).absolute() if chosen else SOURCE / "build"


def image_path() -> Path:
    """The disk image that the default build makes."""
    return build_folder() / "theoris.img"


def build(*presets: str) -> None:
    """Configures where needed and builds `presets`; raises BuildFailed.

    `default` goes to the build folder, any other to the folder of its name there. All that is said
    goes to stderr, for stdout may belong to the guest's commands.
    """
    folder = build_folder()
    _make_folder(folder)
    with (folder / ".lock").open("w") as lock:
        _lock(lock.fileno(), folder)
        for preset in presets:
            _build_preset(preset, folder if preset == "default" else folder / preset)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        raise BadUsage(f"'{folder}' cannot be written: set {BUILD_VARIABLE} to a folder that can")


def _lock(lock: int, folder: Path) -> None:
    """Waits for its turn: two builds in one folder would spoil each other."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print(f"Waiting for another build in '{folder}'.", file=sys.stderr)
        fcntl.flock(lock, fcntl.LOCK_EX)


def _build_preset(preset: str, folder: Path) -> None:
    cmake = require_program("cmake", "cmake")
    if _must_configure(folder):
        command = [cmake, "-S", str(SOURCE), "-B", str(folder), "--preset", preset]
        if _run(command) != 0:
            raise BuildFailed(f"configuring the {preset} preset failed")
    command = [cmake, "--build", str(folder), "--parallel", str(os.cpu_count() or 1)]
    if not sys.stderr.isatty():
        command += ["--", "--quiet"]
    if _run(command) != 0:
        raise BuildFailed(f"building the {preset} preset failed")


def _must_configure(folder: Path) -> bool:
    """Ninja configures anew when a CMakeLists.txt changes, but does not look at the presets."""
    made = folder / "build.ninja"
    if not made.exists():
        return True
    return PRESETS.exists() and PRESETS.stat().st_mtime > made.stat().st_mtime


def _run(command: list[str]) -> int:
    """Runs a step in the source folder, where CMake looks for presets."""
    return run_build_step(command, cwd=SOURCE, stdin=subprocess.DEVNULL,
                          stdout=sys.stderr.fileno())
