# SPDX-License-Identifier: MIT
"""Images whose archive was made anew, with other members than those of the build."""

import os
import subprocess
from pathlib import Path

from harness.build import build_folder, image_path
from harness.image import ARCHIVE_PATH, LOADER_PATH, NANO_CORE_PATH, make_image


def _member(name: str) -> Path:
    """Where the build has it."""
    parts = build_folder() / "cells/parts"
    return (parts if name in ("build", "policy") else build_folder() / "cells") / name


def image_with(folder: Path, changes: dict[str, bytes | None], digit: int = 0) -> Path:
    """An image in `folder`: members with other contents, or left out, and listed so in a list that
    is signed; `digit`: by how much its last one is wrong."""
    listed = (build_folder() / "cells/parts/SIGNATURES").read_text().splitlines()[1:-1]
    files = []
    for name in (line.split()[1] for line in listed):
        contents = changes.get(name, b"")
        if contents:
            (folder / name).write_bytes(contents)
        if contents is not None:
            files.append(folder / name if contents else _member(name))
    made, archive, output = folder / "SIGNATURES", folder / "cells.img", folder / "made.img"
    subprocess.run([os.environ["THEORIS_SIGN"], "list", os.environ["THEORIS_KEY"], made, *files],
                   check=True)
    made.write_bytes(made.read_bytes()[:-2] + b"%x\n" % (
        int(made.read_bytes()[-2:-1], 16) ^ digit))
    subprocess.run([build_folder() / "tools/archive_pack", archive, "0", made, *files], check=True)
    make_image(output, {LOADER_PATH: build_folder() / "BOOTX64.EFI",
                        NANO_CORE_PATH: build_folder() / "nano_core.elf",
                        ARCHIVE_PATH: archive}, base=image_path())
    return output
