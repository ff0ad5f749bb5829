# SPDX-License-Identifier: MIT
"""Archives that somebody without the key has changed, and sealed so that they look whole."""

import os
import subprocess
import sys
import tempfile
import unittest
import zlib
from pathlib import Path

from boot.test_cells import FAILED, NOT_FOUND
from harness.build import SOURCE, build_folder, image_path
from harness.guest import Guest, stop_of
from harness.image import ARCHIVE_PATH, LOADER_PATH, NANO_CORE_PATH, make_image
from harness.machine import Machine

STOPPED = 123
HEADER_SIZE, BLOCK = 110, 512
SIZE_FIELD, NAME_FIELD = 54, 94
TRAILER = "TRAILER!!!"
CHANGED = "it was changed after the archive was signed"
Members = dict[str, tuple[bytes, bytes]]
"""Header and contents by name."""


def members_of(archive: bytes) -> Members:
    """What is in a cpio archive, in its order."""
    found, at = {}, 0
    while True:
        header = archive[at:at + HEADER_SIZE]
        size, length = (int(header[field:field + 8], 16) for field in (SIZE_FIELD, NAME_FIELD))
        name = archive[at + HEADER_SIZE:at + HEADER_SIZE + length - 1].decode()
        data = at + HEADER_SIZE + length + 3 & ~3
        found[name] = header, archive[data:data + size]
        if name == TRAILER:
            return found
        at = data + size + 3 & ~3


def sealed(members: Members) -> bytes:
    """The archive of these, with the sizes and the checksum that it has now."""
    whole = b""
    for name, (header, data) in members.items():
        whole += header[:SIZE_FIELD] + b"%08X" % len(data) + header[SIZE_FIELD + 8:]
        whole += name.encode() + b"\0"
        whole += bytes(-len(whole) % 4) + data
        whole += bytes(-len(whole) % 4)
    whole += bytes(-len(whole) % BLOCK)
    seal = b"theoris-archive 1.0\nsize %010d\ncrc32 " % len(whole)
    place = whole.index(b"theoris-archive 1.0\n")
    blank = whole[:place] + seal + b"00000000" + whole[place + len(seal) + 8:]
    return blank.replace(seal + b"00000000", seal + b"%08x" % zlib.crc32(blank), 1)


class Archives(unittest.TestCase):
    """Each boots an archive of its own."""

    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.members = members_of((build_folder() / "cells.img").read_bytes())

    def put(self, name: str, data: bytes) -> None:
        """Replaces the contents of a member."""
        self.assertNotEqual(self.members[name][1], data)
        self.members[name] = self.members[name][0], data

    def image(self) -> Path:
        """An image with the archive of the members."""
        archive, output = self.folder / "cells.img", self.folder / "forged.img"
        archive.write_bytes(sealed(self.members))
        make_image(output, {LOADER_PATH: build_folder() / "BOOTX64.EFI",
                            NANO_CORE_PATH: build_folder() / "nano_core.elf",
                            ARCHIVE_PATH: archive}, base=image_path())
        return output

    def stops(self, sentence: str) -> None:
        """The system does not get to its prompt."""
        stop = stop_of(Machine(), self.image(), timeout=60)
        self.assertEqual(stop.status, STOPPED, str(stop))
        self.assertIn(sentence, str(stop))

    def sign(self, key: Path) -> None:
        """Lists the members anew, by a key."""
        files, made = [], self.folder / "SIGNATURES"
        for name, (_, data) in self.members.items():
            if name not in ("SEAL", "SIGNATURES", TRAILER):
                files.append(self.folder / name)
                files[-1].write_bytes(data)
        subprocess.run([os.environ["THEORIS_SIGN"], "list", key, made, *files], check=True)
        self.put("SIGNATURES", made.read_bytes())

    def test_the_same_members_make_the_same_archive(self) -> None:
        self.assertEqual(sealed(self.members), (build_folder() / "cells.img").read_bytes())

    def test_cells_that_were_replaced_are_refused_and_the_others_work(self) -> None:
        hello, echo = self.members["hello.cell"][1], self.members["echo.cell"][1]
        self.put("hello.cell", hello.replace(b"license: MIT", b"license: X11", 1))
        self.put("echo.cell", self.members["deps.cell"][1])
        self.assertNotEqual(len(echo), len(self.members["deps.cell"][1]))
        self.put("version.cell", bytes(len(self.members["version.cell"][1])))
        with Guest(Machine(), self.image()) as guest:
            for name in "hello", "echo":
                for command in name, f"cells load {name}":
                    result = guest.run(command)
                    self.assertEqual(result.status, NOT_FOUND)
                    self.assertIn(f"{name}.cell: {CHANGED}: build it with this system's key",
                                  result.text)
            self.assertEqual(guest.run("version").status, FAILED)
            self.assertEqual(guest.run("deps command").status, 0)
            # The waiver is for a signature, and not for the name.
            self.assertIn("its manifest calls it deps, but its file otherwise",
                          guest.run("cells load --unsigned echo").text)
            self.assertEqual(guest.run("cells load --unsigned hello").status, 0)
            self.assertIn(f"hello.cell is loaded all the same, by --unsigned: {CHANGED}",
                          guest.run("log").text)

    def test_a_cell_that_the_boot_needs_is_not_replaced(self) -> None:
        shell = self.members["shell.cell"][1]
        self.put("shell.cell", shell.replace(b"license: MIT", b"license: X11", 1))
        self.stops(f"shell.cell: {CHANGED}")

    def test_a_cell_within_nano_core_is_not_replaced(self) -> None:
        self.put("echo.cell", self.members["deps.cell"][1])
        self.put("heap_owned.cell", self.members["heap_raw.cell"][1])
        self.stops("nano_core")

    def test_the_policy_is_not_replaced(self) -> None:
        self.put("policy", self.members["policy"][1] + b"allow kind application capabilities *\n")
        self.stops(f"the policy grants nothing: {CHANGED}")

    def test_a_list_by_another_key_is_refused(self) -> None:
        key = self.folder / "another.key"
        subprocess.run([sys.executable, "-B", SOURCE / "tools/signing_key.py", key], check=True)
        hello = self.members["hello.cell"][1]
        self.put("hello.cell", hello.replace(b"license: MIT", b"license: X11", 1))
        self.sign(key)
        self.stops("the archive's list of signatures is not by this system's key")

    def test_an_archive_without_a_list_is_refused(self) -> None:
        del self.members["SIGNATURES"]
        self.stops("the archive has no list of signatures")

    def test_an_archive_without_a_policy_grants_nothing(self) -> None:
        del self.members["policy"]
        self.stops("the archive has no policy that could grant it")

    def test_a_policy_that_breaks_its_rules_grants_nothing(self) -> None:
        self.put("policy", self.members["policy"][1] + b"allow everybody everything\n")
        self.sign(Path(os.environ["THEORIS_KEY"]))
        self.stops("the policy breaks its rules in the line: allow everybody everything")
