# SPDX-License-Identifier: MIT
"""`scripts/image`: writes the disk image to a file, or to a stick after asking."""

import os
import shutil
import stat
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from .build import build, image_path
from .status import BadUsage

USAGE = """\
Usage: scripts/image [--no-install] [--yes] OUT.img
       scripts/image [--no-install] [--yes] --write /dev/sdX

Builds and writes the disk image, to a file or over all that is on a USB stick. Before it writes to
a device it shows its name and size and asks; --yes is about packages and does not answer that.
"""
PIECE = 1 << 20


class Device:
    """A disk as the kernel describes it. `system` is where /sys and /proc are."""

    def __init__(self, path: Path, system: Path = Path("/")) -> None:
        self.path = path
        self._block = system / "sys/class/block" / path.name
        self._system = system
        if not (self._block / "size").exists():
            raise BadUsage(f"'{path}' is not a disk that the kernel knows")

    @property
    def is_whole(self) -> bool:
        """Whether it is a disk and not a part of one."""
        return not (self._block / "partition").exists()

    @property
    def is_removable(self) -> bool:
        """Whether it is a stick or card, and not a disk of the computer."""
        return self._word("removable") == "1"

    @property
    def size(self) -> int:
        """Bytes."""
        return int(self._word("size")) * 512

    @property
    def description(self) -> str:
        """Name and size for a person."""
        name = " ".join(filter(None, (self._word("device/vendor"), self._word("device/model"))))
        return f"{self.path} ({name or 'unnamed'}, {self.size / 1e9:.1f} GB)"

    def mounts(self) -> list[str]:
        """Where the disk or a part of it is mounted or used as swap."""
        parts = {self.path.name}
        parts |= {entry.parent.name for entry in self._block.glob("*/partition")}
        users: list[str] = []
        for table, column in (("proc/self/mounts", 1), ("proc/swaps", 0)):
            for line in self._read(self._system / table).splitlines():
                fields = line.split()
                if fields and os.path.realpath(fields[0]) in {f"/dev/{part}" for part in parts}:
                    users.append(fields[column])
        return users

    def _word(self, name: str) -> str:
        return self._read(self._block / name).strip()

    @staticmethod
    def _read(path: Path) -> str:
        return path.read_text("utf-8", "replace") if path.exists() else ""


def check_device(device: Device, image_size: int) -> None:
    """Refuses a device that must not be overwritten, or is too small."""
    if not device.is_whole:
        raise BadUsage(f"'{device.path}' is a partition: name the whole disk")
    if device.mounts():
        users = ", ".join(device.mounts())
        raise BadUsage(f"'{device.path}' is in use ({users}): unmount it first")
    if device.size < image_size:
        raise BadUsage(f"the image does not fit on {device.description}")


def confirm(device: Device, ask: Callable[[str], str]) -> bool:
    """Whether the user wants to lose what is on the device; a fixed disk must be named in full."""
    expected = "yes" if device.is_removable else f"overwrite {device.path}"
    warning = "" if device.is_removable else " This is NOT a removable disk."
    answer = ask(f"All data on {device.description} will be lost.{warning}\n"
                 f"Type '{expected}' to go on: ")
    return answer.strip() == expected


def image(words: Sequence[str]) -> int:
    """The whole of `scripts/image`; gives its status."""
    words = [word for word in words if word not in ("--no-install", "--yes")]
    if {"--help", "-h"} & set(words):
        print(USAGE, end="")
        return 0
    if len(words) == 2 and words[0] == "--write":
        return _write(_block_device(Path(words[1])))
    if len(words) != 1 or words[0].startswith("-"):
        raise BadUsage("scripts/image takes OUT.img, or --write and a device; --help says more")
    output = Path(words[0])
    if output.exists() and not output.is_file():
        raise BadUsage(f"'{output}' is not a file: --write writes to a device")
    build("default")
    try:
        shutil.copyfile(image_path(), output)
    except OSError as error:
        raise BadUsage(f"cannot write '{output}': {error.strerror}") from error
    return 0


def _block_device(path: Path) -> Path:
    """The device that `path` or a link such as /dev/disk/by-id/... names."""
    try:
        if stat.S_ISBLK(path.stat().st_mode):
            return path.resolve()
    except OSError as error:
        raise BadUsage(f"cannot use '{path}': {error.strerror}") from error
    raise BadUsage(f"'{path}' is not a block device")


def _write(path: Path) -> int:
    device = Device(path)
    build("default")
    check_device(device, image_path().stat().st_size)
    if not sys.stdin.isatty() or not confirm(device, input):
        raise BadUsage(f"nothing was written to {path}: it was not confirmed at a terminal")
    try:
        _copy(image_path(), path)
    except OSError as error:
        raise BadUsage(f"cannot write '{path}': {error.strerror}") from error
    print(f"Wrote {path}.")
    return 0


def _copy(source: Path, device: Path) -> None:
    """Copies, and waits until all is on the device; the kernel refuses it if it is in use."""
    descriptor = os.open(device, os.O_WRONLY | os.O_EXCL)
    with source.open("rb") as reader, os.fdopen(descriptor, "wb") as writer:
        shutil.copyfileobj(reader, writer, PIECE)
        writer.flush()
        os.fsync(writer.fileno())
