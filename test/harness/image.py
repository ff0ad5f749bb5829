# SPDX-License-Identifier: MIT
r"""Makes the disk image: GPT, one FAT32 EFI system partition, the same bytes from the same files.

    /usr/bin/python3 test/harness/image.py --output theoris.img --loader BOOTX64.EFI \
        --nano-core nano_core.elf --archive cells.img [--options options.txt] [--extra FOLDER]

No root is needed: sgdisk writes the partition table, mtools the file system. All that such tools
take from the clock or from chance is fixed here: identifiers, serial number, times, order of files.
This file needs nothing else of the harness, so that the build can call it as a program.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import BinaryIO

SECTOR = 512
MIB = 1 << 20
PARTITION_START = MIB
PARTITION_MIN = 48 * MIB
TABLE_AT_END = MIB
GROWTH_MARGIN = 4 * MIB
"""Room for file allocation tables and folders, beside the files themselves."""
SMALL_CLUSTER_LIMIT = 256 * MIB
EFI_SYSTEM = "EF00"
DISK_GUID = "7B1F0C52-6E0B-4E56-9D1A-54484F524953"
PARTITION_GUID = "0E0F3A7C-38B5-4C5B-8B1D-54484F524953"
SERIAL = "54484F52"
LABEL = "THEORIS"
EPOCH_DEFAULT = 946684800
"""The first second of 2000: FAT cannot tell times before 1980."""
MTOOLS_NAME = re.compile(r"[^\x00-\x1f\x7f\"*/:<>?\\|]*[^\x00-\x20\x7f\"*./:<>?\\|]")

LOADER_PATH = "EFI/BOOT/BOOTX64.EFI"
NANO_CORE_PATH = "theoris/nano_core.elf"
ARCHIVE_PATH = "theoris/cells.img"
OPTIONS_PATH = "theoris/options.txt"
EXTRA_FOLDER = "theoris/extra"


class ImageError(Exception):
    """The image cannot be made; `str()` is a sentence."""


def make_image(output: pathlib.Path, files: Mapping[str, pathlib.Path],
               base: pathlib.Path | None = None) -> None:
    """Writes an image with `files` (path on the volume, with `/`: source). It appears at once.

    `base`: an image of ours that lends its partition table if it is as large.
    """
    with tempfile.TemporaryDirectory(prefix="theoris-image-") as scratch:
        stage = pathlib.Path(scratch)
        paths = _stage_files(stage, files)
        size = _partition_size(stage, paths)
        fresh = output.with_name(f".{output.name}.{os.getpid()}")
        try:
            _partition(fresh, size, base)
            _fill(stage, paths, fresh, size)
            os.replace(fresh, output)
        finally:
            fresh.unlink(missing_ok=True)


def extra_files(folders: Sequence[pathlib.Path]) -> dict[str, pathlib.Path]:
    """The files of `folders` at their places on the volume; no folder within, no name twice."""
    found: dict[str, pathlib.Path] = {}
    taken: set[str] = set()
    for folder in folders:
        if not folder.is_dir():
            raise ImageError(f"there is no folder '{folder}' to take extra files from")
        for path in sorted(folder.iterdir()):
            if not path.is_file():
                raise ImageError(f"'{path}' is not a file: extra files cannot be in folders")
            if not MTOOLS_NAME.fullmatch(path.name):
                raise ImageError(f"a FAT volume cannot hold a file named '{path.name}'")
            if path.name.lower() in taken:
                raise ImageError(f"two extra files are named '{path.name}'")
            taken.add(path.name.lower())
            found[f"{EXTRA_FOLDER}/{path.name}"] = path
    return found


def make_private_image(base: pathlib.Path, output: pathlib.Path, extra: Sequence[pathlib.Path],
                       options: Sequence[str]) -> None:
    """Writes a copy of the image `base` with extra files and with lines added to the options."""
    added = extra_files(extra)
    with tempfile.TemporaryDirectory(prefix="theoris-image-") as scratch:
        tree = pathlib.Path(scratch)
        _run(["mcopy", "-s", "-m", "-n", "-i", _volume(base), "::/", "."], tree)
        files = {str(path.relative_to(tree)): path for path in tree.rglob("*") if path.is_file()}
        if options:
            options_file = files.setdefault(OPTIONS_PATH, tree / "options")
            text = options_file.read_text("utf-8") if options_file.exists() else ""
            text += "" if text.endswith("\n") or not text else "\n"
            options_file.write_text(text + "".join(f"{line}\n" for line in options), "utf-8")
        make_image(output, files | added, base)


def _stage_files(stage: pathlib.Path, files: Mapping[str, pathlib.Path]) -> list[str]:
    """Copies `files` below `stage` with one fixed time, and gives their paths in order."""
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", EPOCH_DEFAULT))
    for path, source in files.items():
        copy = stage / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(source, copy)
        except OSError as error:
            raise ImageError(f"cannot read '{source}': {error.strerror}") from error
        os.utime(copy, (epoch, epoch))
    return sorted(files)


def _partition_size(stage: pathlib.Path, paths: Sequence[str]) -> int:
    """Bytes, whole mebibytes, enough for the files."""
    cluster = SECTOR * 8
    need = sum(-(-(stage / path).stat().st_size // cluster) * cluster for path in paths)
    need += need // 32 + GROWTH_MARGIN
    return max(PARTITION_MIN, -(-need // MIB) * MIB)


def _partition(image: pathlib.Path, size: int, base: pathlib.Path | None) -> None:
    """Makes a sparse file with a partition table and one partition of `size` bytes.

    Images of one size have the same table, and sgdisk always sleeps for a second: hence `base`.
    """
    whole = PARTITION_START + size + TABLE_AT_END
    with image.open("wb") as file:
        file.truncate(whole)
        if base is not None and base.stat().st_size == whole:
            _copy_table(base, file, whole)
            return
    first, last = PARTITION_START // SECTOR, (PARTITION_START + size) // SECTOR - 1
    _run(["sgdisk", "--clear", "--set-alignment=1", f"--new=1:{first}:{last}",
          f"--typecode=1:{EFI_SYSTEM}", f"--change-name=1:{LABEL}", f"--disk-guid={DISK_GUID}",
          f"--partition-guid=1:{PARTITION_GUID}", str(image.resolve())], image.parent)


def _copy_table(base: pathlib.Path, file: BinaryIO, whole: int) -> None:
    """Copies all that is outside the partition."""
    with base.open("rb") as source:
        for start, length in ((0, PARTITION_START), (whole - TABLE_AT_END, TABLE_AT_END)):
            source.seek(start)
            file.seek(start)
            file.write(source.read(length))


def _fill(stage: pathlib.Path, paths: Sequence[str], image: pathlib.Path, size: int) -> None:
    """Makes the file system and copies the files, each folder's in order."""
    volume = _volume(image)
    cluster = "1" if size <= SMALL_CLUSTER_LIMIT else "8"
    _run(["mformat", "-i", volume, "-F", "-T", str(size // SECTOR), "-h", "16", "-s", "63",
             "-H", str(PARTITION_START // SECTOR), "-c", cluster, "-N", SERIAL, "-v", LABEL,
             "::"], stage)
    parents = {str(parent) for path in paths for parent in pathlib.PurePosixPath(path).parents}
    folders = sorted(parents - {"."})
    if folders:
        _run(["mmd", "-i", volume, *(f"::/{folder}" for folder in folders)], stage)
    for folder in folders:
        names = [path for path in paths if str(pathlib.PurePosixPath(path).parent) == folder]
        if names:
            _run(["mcopy", "-m", "-Q", "-i", volume, *names, f"::/{folder}"], stage)


def _volume(image: pathlib.Path) -> str:
    """The partition of an image as mtools names it."""
    return f"{image.resolve()}@@{PARTITION_START}"


def _run(command: Sequence[str], folder: pathlib.Path) -> None:
    """Runs a tool in `folder`, blind to the user's settings and to the clock."""
    environment = dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC", MTOOLSRC="/dev/null")
    environment.setdefault("SOURCE_DATE_EPOCH", str(EPOCH_DEFAULT))
    try:
        done = subprocess.run(command, cwd=folder, env=environment, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
    except FileNotFoundError as error:
        raise ImageError(f"{command[0]} is missing: scripts/install installs it") from error
    if done.returncode != 0:
        said = done.stdout.decode("utf-8", "replace").strip()
        raise ImageError(f"{command[0]} failed with status {done.returncode}: {said}")


def main(arguments: Sequence[str]) -> int:
    """The command line that the build uses."""
    parser = argparse.ArgumentParser(description="Makes the disk image of Theoris.")
    for name in ("--output", "--loader", "--nano-core", "--archive"):
        parser.add_argument(name, type=pathlib.Path, required=True)
    parser.add_argument("--options", type=pathlib.Path)
    parser.add_argument("--extra", type=pathlib.Path, action="append", default=[])
    chosen = parser.parse_args(arguments)
    files = {LOADER_PATH: chosen.loader, NANO_CORE_PATH: chosen.nano_core,
             ARCHIVE_PATH: chosen.archive}
    if chosen.options is not None:
        files[OPTIONS_PATH] = chosen.options
    try:
        make_image(chosen.output, files | extra_files(chosen.extra))
    except ImageError as error:
        print(f"image: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
