# SPDX-License-Identifier: MIT
"""Damaged, missing and unfit parts of the boot: each gives its sentence and status 123."""

import pathlib
import random
import struct
import tempfile
import unittest
from collections.abc import Callable

from harness.build import build_folder, image_path
from harness.guest import stop_of
from harness.image import ARCHIVE_PATH, LOADER_PATH, NANO_CORE_PATH, make_image
from harness.machine import Machine

STOPPED = 123
PLACES = 20
SEED = 2
EHDR_TYPE, EHDR_ENTRY, EHDR_PHOFF = 16, 24, 32
PHDR_SIZE, PHDR_FLAGS, PHDR_VADDR = 56, 4, 16
READ_WRITE_EXECUTE = 7
BOOT_INFO_MAGIC = b"\0THEORI1"


def built(name: str) -> bytes:
    """A file of the build."""
    return (build_folder() / name).read_bytes()


class Damage(unittest.TestCase):
    """Makes images of damaged files and boots them."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="theoris-damage-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def image(self, changes: dict[str, bytes | None]) -> pathlib.Path:
        """An image of the build's files, but for `changes`; None leaves a file out."""
        files: dict[str, pathlib.Path] = {}
        originals = {LOADER_PATH: "BOOTX64.EFI", NANO_CORE_PATH: "nano_core.elf",
                     ARCHIVE_PATH: "cells.img"}
        for path, name in originals.items():
            data = changes.get(path, built(name))
            if data is not None:
                files[path] = self.folder / name
                files[path].write_bytes(data)
        output = self.folder / "damaged.img"
        make_image(output, files, base=image_path())
        return output

    def expect(self, sentence: str, changes: dict[str, bytes | None] | None = None,
               machine: Machine | None = None) -> None:
        """Boots and checks status and sentence."""
        stop = stop_of(machine or Machine(), self.image(changes or {}), timeout=60)
        self.assertEqual(stop.status, STOPPED, str(stop))
        self.assertRegex(str(stop), sentence)


class Archive(Damage):
    """cells.img."""

    def test_archive_truncated_at_twenty_places(self) -> None:
        whole = built("cells.img")
        chance = random.Random(SEED)
        for size in [0, 100, 150, *(chance.randrange(len(whole)) for _ in range(PLACES - 3))]:
            with self.subTest(size=size):
                self.expect(r"cells\.img", {ARCHIVE_PATH: whole[:size]})

    def test_archive_flipped_at_twenty_places(self) -> None:
        whole = built("cells.img")
        chance = random.Random(SEED)
        places = [0, 60, 112, 120, 165, *(chance.randrange(len(whole)) for _ in range(PLACES - 5))]
        for place in places:
            with self.subTest(place=place):
                damaged = bytearray(whole)
                damaged[place] ^= 1 << chance.randrange(8)
                self.expect(r"cells\.img", {ARCHIVE_PATH: bytes(damaged)})

    def test_archive_missing(self) -> None:
        self.expect(r"cells\.img", {ARCHIVE_PATH: None})

    def test_archive_of_a_newer_format(self) -> None:
        newer = built("cells.img").replace(b"theoris-archive 1.0", b"theoris-archive 2.0", 1)
        self.expect(r"2\.0", {ARCHIVE_PATH: newer})


class NanoCore(Damage):
    """nano_core.elf."""

    def patched(self, sentence: str, change: Callable[[bytearray], None]) -> None:
        """Boots with a changed nano_core."""
        core = bytearray(built("nano_core.elf"))
        change(core)
        self.expect(sentence, {NANO_CORE_PATH: bytes(core)})

    def test_nano_core_missing(self) -> None:
        self.expect(r"nano_core\.elf", {NANO_CORE_PATH: None})

    def test_nano_core_truncated(self) -> None:
        core = built("nano_core.elf")
        for size in (0, 10, 64, 5000):
            with self.subTest(size=size):
                self.expect(r"nano_core\.elf", {NANO_CORE_PATH: core[:size]})

    def test_nano_core_of_bad_magic(self) -> None:
        self.patched(r"nano_core\.elf.*ELF", lambda core: core.__setitem__(0, 0))

    def test_nano_core_of_the_wrong_class(self) -> None:
        self.patched(r"nano_core\.elf.*64", lambda core: core.__setitem__(4, 1))

    def test_nano_core_of_the_wrong_type(self) -> None:
        self.patched(r"nano_core\.elf",
                     lambda core: struct.pack_into("<H", core, EHDR_TYPE, 3))

    def test_nano_core_with_overlapping_segments(self) -> None:
        def overlap(core: bytearray) -> None:
            table, = struct.unpack_from("<Q", core, EHDR_PHOFF)
            first, = struct.unpack_from("<Q", core, table + PHDR_VADDR)
            struct.pack_into("<QQ", core, table + PHDR_SIZE + PHDR_VADDR, first, first)
        self.patched(r"nano_core\.elf.*(overlap|order)", overlap)

    def test_nano_core_with_its_entry_outside(self) -> None:
        self.patched(r"nano_core\.elf.*entry", lambda core: struct.pack_into(
            "<Q", core, EHDR_ENTRY, 0xFFFFFFFF90000000))

    def test_nano_core_with_a_writable_executable_segment(self) -> None:
        def open_up(core: bytearray) -> None:
            table, = struct.unpack_from("<Q", core, EHDR_PHOFF)
            struct.pack_into("<I", core, table + PHDR_FLAGS, READ_WRITE_EXECUTE)
        self.patched(r"nano_core\.elf.*executable", open_up)


class HandOver(Damage):
    """Loader and nano_core that do not fit together, or too much to hand over."""

    def test_a_loader_of_another_kind_is_refused(self) -> None:
        loader = built("BOOTX64.EFI")
        self.assertEqual(loader.count(BOOT_INFO_MAGIC), 1)
        self.expect("no boot information",
                    {LOADER_PATH: loader.replace(BOOT_INFO_MAGIC, b"\0THEORI2")})

    def test_too_little_memory_is_said(self) -> None:
        extra = self.folder / "extra"
        extra.mkdir()
        with (extra / "large").open("wb") as large:
            large.truncate(90 << 20)
        stop = stop_of(Machine(memory="96M"), image_path(), extra=[extra], timeout=100)
        self.assertEqual(stop.status, STOPPED, str(stop))
        self.assertIn("memory", str(stop))


class Processor(Damage):
    """A CPU that lacks something."""

    def test_processor_without_execute_disable(self) -> None:
        self.expect(r"NX", machine=Machine(cpu="max,-nx"))

    def test_processor_without_compare_exchange_of_16_bytes(self) -> None:
        self.expect(r"CMPXCHG16B", machine=Machine(cpu="max,-cx16"))
