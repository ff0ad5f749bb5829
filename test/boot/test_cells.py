# SPDX-License-Identifier: MIT
"""Objects that are no good cells: `cells load` says why, and the system goes on."""

import os
import struct
import subprocess
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path

from harness.build import build_folder, image_path
from harness.guest import Guest
from harness.machine import Machine

CC = os.environ.get("THEORIS_CC", "clang-19")
OBJCOPY = os.environ.get("THEORIS_OBJCOPY", "llvm-objcopy-19")
FLAGS = ["-std=c23", "-ffreestanding", "-mcmodel=kernel", "-mno-red-zone", "-fno-pic",
         "-ffunction-sections", "-fdata-sections", "-fsanitize=kcfi",
         "--target=x86_64-unknown-none-elf", "-O1", "-c", "-Wno-unused-command-line-argument"]
MANIFEST = "manifest: 1.0\nname: {name}\nversion: 1.0.0\nkind: {kind}\npurpose: Is bad.\n"
GOOD = "int main(int, char **) { return 0; }"
FAILED, NOT_FOUND = 1, 3
ROOM = b"theoris-sig 1.0\n" + bytes(64)
EHDR_CLASS, EHDR_MACHINE, EHDR_SHOFF = 4, 18, 40
SHDR_SIZE = 64


def sign(path: Path) -> None:
    """Signs an object by the key of the build."""
    room = path.with_suffix(".room")
    room.write_bytes(ROOM)
    subprocess.run([OBJCOPY, "--add-section", f".cell.signature={room}", str(path)], check=True)
    subprocess.run([os.environ["THEORIS_SIGN"], "object", os.environ["THEORIS_KEY"], str(path)],
                   check=True)


class Objects(unittest.TestCase):
    """All objects are on one volume and loaded in one boot."""

    folder: Path
    guest: Guest

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.files = {}
        cls.make_all()
        extra = cls.folder / "extra"
        extra.mkdir()
        for name, data in cls.files.items():
            (extra / f"{name}.cell").write_bytes(data)
        cls.guest = cls.enterClassContext(Guest(Machine(), image_path(), extra=[extra]))

    files: dict[str, bytes]

    @classmethod
    def make(cls, name: str, source: str = GOOD, *, manifest: str | None = None,
             more: str = "", flags: tuple[str, ...] = (), language: str = "c",
             kind: str = "application", signed: bool = False) -> bytes:
        """Compiles and packs a cell, unchecked; it is signed by the key of the build, or not."""
        text, packed = cls.folder / f"{name}.{language}", cls.folder / f"{name}.o"
        text.write_text(source)
        subprocess.run([CC, *FLAGS, *flags, str(text), "-o", str(packed)], check=True)
        described = cls.folder / f"{name}.manifest"
        described.write_text((MANIFEST if manifest is None else manifest).format(name=name, kind=kind)
                             + more)
        subprocess.run([OBJCOPY, "--add-section", f".cell.manifest={described}", str(packed)],
                       check=True)
        if signed:
            sign(packed)
        cls.files[name] = packed.read_bytes()
        return cls.files[name]

    @classmethod
    def change(cls, name: str, change: Callable[[bytearray], None]) -> None:
        """A good cell of that name with a change."""
        data = bytearray(cls.make(name))
        change(data)
        cls.files[name] = bytes(data)

    @classmethod
    def make_all(cls) -> None:
        """Everything that the tests load."""
        cls.make("good")
        cls.change("short", lambda data: data.__delitem__(slice(len(data) // 2, None)))
        cls.change("not_elf", lambda data: data.__setitem__(slice(0, 4), b"ELF!"))
        cls.change("of_32_bits", lambda data: data.__setitem__(EHDR_CLASS, 1))
        cls.change("of_arm", lambda data: struct.pack_into("<H", data, EHDR_MACHINE, 183))
        cls.change("far_section", far_section)
        cls.make("missing_symbol", "int absent(void); int main(void) { return absent(); }")
        cls.make("missing_need", more="needs: nowhere_to_be_found\n",
                 kind="kernel", signed=True)
        cls.make("itself", more="needs: itself\n", kind="kernel", signed=True)
        cls.make("common", "int shared; int main(void) { return shared; }", flags=("-fcommon",))
        cls.make("local_to_thread", "_Thread_local int mine; int main(void) { return mine; }")
        cls.make("got", "int far = 5; int main(void) { return far; }",
                 flags=("-fPIC", "-mcmodel=small"))
        cls.make("writable_text", '.section .text.x, "awx", @progbits\nnop\n', language="s")
        cls.make("own_data", '.section .bss.per_cpu, "aw", @progbits\n.quad 1\n', language="s")
        cls.make("own_much", "[[gnu::section(\".bss.per_cpu\")]] char much[20000]; " + GOOD)
        cls.make("own_pages", "[[gnu::section(\".bss.per_cpu\"), gnu::aligned(4096)]] "
                 "char aligned[64]; " + GOOD)
        # A zero-extended 32-bit address cannot name the top of the address space.
        cls.make("overflow", ".section .text.main, \"ax\"\n.globl main\n"
                 "main: movl $main, %eax\nret\n", language="s")
        cls.make("no_manifest_words", manifest="nonsense\n")
        cls.make("newer_manifest", manifest=MANIFEST.replace("1.0\n", "2.0\n", 1))
        cls.make("no_start", more="start: begin\n")
        cls.make("start_fails", GOOD + "enum status { IO = 17 }; "
                 "enum status begin(void) { return IO; }",
                 more="start: begin\n")
        cls.make("unpacked")
        cls.files["unpacked"] = strip_manifest(cls.folder / "unpacked.o")
        cls.files["empty"] = b""

    def expect(self, name: str, *parts: str, status: int = FAILED) -> None:
        """Loads and checks the sentence; then the system must still work."""
        result = self.guest.run(f"cells load --unsigned {name}")
        self.assertEqual(result.status, status, result.text)
        for part in (f"{name}.cell", *parts):
            self.assertIn(part, result.text)
        self.assertEqual(self.guest.run("echo alive").text, "alive\n")

    def test_a_good_one_is_loaded_and_runs(self) -> None:
        self.assertIn("loaded good@1.0.0", self.guest.run("cells load --unsigned good").text)
        self.assertIn("already", self.guest.run("cells load good").text)
        self.assertEqual(self.guest.run("good").status, 0)

    def test_damage_is_named(self) -> None:
        self.expect("short")
        self.expect("empty")
        self.expect("not_elf", "ELF")
        self.expect("of_32_bits", "64")
        self.expect("of_arm")
        self.expect("far_section", "section ")

    def test_what_cannot_be_linked_is_named(self) -> None:
        self.expect("missing_symbol", "absent", status=NOT_FOUND)
        self.expect("common", "shared", "-fno-common")
        self.expect("local_to_thread", "section ")
        self.expect("got", "section .rela", "kernel code model")
        self.expect("writable_text", "section .text.x", "writable and executable")
        self.expect("overflow", "section .rela", "does not fit")
        self.expect("own_data", "section .bss.per_cpu", "a CPU's own data begin as zero")
        self.expect("own_much", "no room for 20000 bytes of it for each CPU")
        self.expect("own_pages", "section .bss.per_cpu", "alignment is more than a cache line")

    def test_needs_that_cannot_be_met_are_named(self) -> None:
        result = self.guest.run("cells load missing_need")
        self.assertEqual(result.status, NOT_FOUND)
        self.assertIn("nowhere_to_be_found, which missing_need needs", result.text)
        result = self.guest.run("cells load itself")
        self.assertEqual(result.status, FAILED)
        self.assertIn("itself needs itself", result.text)

    def test_a_bad_manifest_is_named(self) -> None:
        self.expect("no_manifest_words", "section .cell.manifest")
        self.expect("newer_manifest", "section .cell.manifest")
        self.expect("unpacked", ".cell.manifest")

    def test_a_start_that_is_missing_or_fails_is_named(self) -> None:
        self.expect("no_start", "begin", status=NOT_FOUND)
        self.expect("start_fails", "begin", "the device failed")

    def test_failed_loads_leave_no_memory_behind(self) -> None:
        def free() -> int:
            text = self.guest.run("memory -j").text
            return int(text.split('"free":')[1].split(",")[0])
        for name in self.files:
            self.guest.run(f"cells load --unsigned {name}")
        before = free()
        for name in self.files:
            self.guest.run(f"cells load --unsigned {name}")
        self.assertEqual(free(), before)


def far_section(data: bytearray) -> None:
    """Makes the second section reach beyond the file."""
    table, = struct.unpack_from("<Q", data, EHDR_SHOFF)
    struct.pack_into("<Q", data, table + 2 * SHDR_SIZE + 32, 1 << 40)


def strip_manifest(path: Path) -> bytes:
    """The object without its manifest."""
    subprocess.run([OBJCOPY, "--remove-section", ".cell.manifest", str(path)], check=True)
    return path.read_bytes()


class Truncated(unittest.TestCase):
    """A real cell of the build, cut and flipped at many places: never a crash."""

    def test_a_real_cell_with_any_bit_flipped_is_loaded_or_refused(self) -> None:
        whole = (build_folder() / "cells/echo.cell").read_bytes()
        with tempfile.TemporaryDirectory() as folder:
            names = []
            for i in range(50):
                damaged = bytearray(whole)
                damaged[0x40 + i * (len(whole) - 0x40) // 50] ^= 1 << i % 8
                names.append(f"flipped{i}")
                (Path(folder) / f"{names[-1]}.cell").write_bytes(damaged)
            with Guest(Machine(), image_path(), extra=[Path(folder)]) as guest:
                guest.run("echo loads the real one")
                for name in names:
                    result = guest.run(f"cells load --unsigned {name}")
                    self.assertIn(result.status, (0, FAILED, NOT_FOUND))
                    self.assertNotEqual(result.text, "")
                self.assertEqual(guest.run("memory audit").status, 0)
