# SPDX-License-Identifier: MIT
"""Small cells, compiled with the checker and packed with their section `.cell.abi`."""

import os
import subprocess
import tempfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
VOCABULARY = SOURCE / "cells/vocabulary"
FLAGS = ["--target=x86_64-unknown-none-elf", "-std=gnu23", "-O1", "-ffreestanding", "-nostdlibinc",
         "-fno-pic", "-mcmodel=kernel", "-mno-red-zone", "-mgeneral-regs-only", "-fno-common",
         "-ffunction-sections", "-fdata-sections", "-fsanitize=kcfi",
         "-fexperimental-late-parse-attributes", "-w"]
STRIP = ["--wildcard", "--localize-symbol=__cfi_*", "--strip-unneeded-symbol=__cfi_*",
         "--strip-unneeded-symbol=__kcfi_typeid_*", "--localize-symbol=__kcfi_typeid_*"]
MANIFEST = "manifest: 1.0\nname: {name}\nversion: {version}\nkind: {kind}\n"
SIGNATURE_ROOM = b"theoris-sig 1.0\n" + bytes(64)

POLICY = "theoris-policy 1.0\nallow kind kernel needs *\nallow kind application needs *\n"


def tools() -> Path:
    """Where the build put the plugin and the programs."""
    return Path(os.environ.get("THEORIS_HOST_BUILD") or os.environ["THEORIS_BUILD"]) / "tools"


def header(folder: Path, cell: str, text: str, subsystem: str = "lib") -> Path:
    """Writes a cell's public header as <SUBSYSTEM/CELL.h>; gives the include folder."""
    place = folder / cell / subsystem
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{cell}.h").write_text(f"#pragma once\n{text}")
    return folder / cell


def compile_source(path: Path, cell: str, includes: list[Path], *,
                   vocabulary: Path = VOCABULARY) -> Path:
    """The object, with what the plugin wrote beside it. Its findings are not the matter here."""
    plugin = [f"-fplugin={tools() / 'cellcheck.so'}", f"-fplugin-arg-cellcheck-cell={cell}",
              f"-fplugin-arg-cellcheck-abi={cell}", "-fplugin-arg-cellcheck-findings=warning"]
    made = path.with_suffix(".c.o")
    result = subprocess.run([os.environ["THEORIS_CC"], *FLAGS, *plugin, f"-I{vocabulary}",
                             f'-DCELL_NAME="{cell}"',
                             *(f"-I{folder}" for folder in includes), "-c", path, "-o", made],
                            text=True, capture_output=True, check=False)
    assert result.returncode == 0, result.stderr
    return made


def join(whole: Path, section: Path, *objects: Path) -> subprocess.CompletedProcess[str]:
    """Runs abi_join."""
    return subprocess.run([tools() / "abi_join", whole, section, *objects], text=True,
                          capture_output=True, check=False)


def pack(objects: list[Path], cell: Path, kind: str = "kernel", manifest: str = "", *,
         name: str = "", version: str = "0.1.0") -> Path:
    """Makes the cell's file of its objects. It has the file's name if no other is given."""
    whole, section = cell.with_suffix(".whole"), cell.with_suffix(".abi")
    described = cell.with_suffix(".manifest")
    subprocess.run([os.environ.get("THEORIS_LLD", "ld.lld-19"), "-r", "-o", whole, *objects],
                   check=True)
    result = join(whole, section, *objects)
    assert result.returncode == 0, result.stderr
    described.write_text(MANIFEST.format(name=name or cell.stem, version=version, kind=kind) +
                         manifest)
    subprocess.run([os.environ["THEORIS_OBJCOPY"], *STRIP,
                    f"--add-section=.cell.manifest={described}",
                    f"--add-section=.cell.abi={section}", whole, cell], check=True)
    return cell


def sign(cell: Path) -> Path:
    """Signs a cell's file by the key of the build."""
    room = cell.with_suffix(".room")
    room.write_bytes(SIGNATURE_ROOM)
    subprocess.run([os.environ["THEORIS_OBJCOPY"], f"--add-section=.cell.signature={room}", cell],
                   check=True)
    subprocess.run([os.environ["THEORIS_SIGN"], "object", os.environ["THEORIS_KEY"], cell],
                   check=True)
    return cell


def remove_section(cell: Path, name: str) -> None:
    """Takes a section out of a cell's file."""
    subprocess.run([os.environ["THEORIS_OBJCOPY"], f"--remove-section={name}", cell], check=True)


def check(*cells: Path) -> tuple[int, str]:
    """What cell_check says of the first with the others as its needs, which are granted."""
    with tempfile.NamedTemporaryFile("w") as policy:
        policy.write(POLICY)
        policy.flush()
        result = subprocess.run([tools() / "cell_check", policy.name, *cells], text=True,
                                capture_output=True, check=False)
    return result.returncode, result.stdout + result.stderr
