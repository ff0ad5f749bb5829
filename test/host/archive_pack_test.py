# SPDX-License-Identifier: MIT
"""What archive_pack writes, seen by cpio, by a second seal and by our reader."""
import os
import pathlib
import subprocess
import tempfile
import unittest
import zlib

BUILD = pathlib.Path(os.environ["THEORIS_HOST_BUILD"])
PACK = BUILD / "tools/archive_pack"
LIST = BUILD / "test/archive_list"
SECONDS = "1700000000"
FILES = {"b.cell": b"four", "a.cell": b"one", "empty": b"", "z.cell": bytes(range(256)) * 9}


class Tests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.archive = self.folder / "cells.img"

    def make(self, name, data):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return path

    def run_pack(self, *files, seconds=SECONDS):
        return subprocess.run([PACK, self.archive, seconds, *files], capture_output=True, text=True)

    def pack(self, files=FILES):
        result = self.run_pack(*[self.make(name, data) for name, data in files.items()])
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return self.archive.read_bytes()

    def refused(self, *files, **arguments):
        result = self.run_pack(*files, **arguments)
        self.assertEqual(result.returncode, 1)
        self.assertFalse(self.archive.exists())
        return result.stderr

    def test_cpio_lists_it(self):
        data = self.pack()
        listing = subprocess.run(["cpio", "-t", "--quiet"], input=data, capture_output=True,
                                 check=True)
        self.assertEqual(listing.stdout.decode().split(), ["SEAL", *sorted(FILES)])

    def test_cpio_extracts_what_went_in(self):
        data = self.pack()
        target = self.folder / "out"
        target.mkdir()
        subprocess.run(["cpio", "-i", "-m", "--quiet"], input=data, cwd=target, check=True)
        for name, content in FILES.items():
            self.assertEqual((target / name).read_bytes(), content)
            self.assertEqual((target / name).stat().st_mode, 0o100644)
            self.assertEqual((target / name).stat().st_mtime, int(SECONDS))

    def test_the_seal_has_size_and_checksum(self):
        data = self.pack()
        crc = zlib.crc32(data[:158] + b"0" * 8 + data[166:])
        seal = f"theoris-archive 1.0\nsize {len(data):010}\ncrc32 {crc:08x}\n"
        self.assertEqual(data[116 : 116 + len(seal)].decode(), seal)

    def test_it_is_padded_to_blocks(self):
        self.assertEqual(len(self.pack()) % 512, 0)

    def test_the_reader_cell_reads_it(self):
        self.pack()
        listing = subprocess.run([LIST, self.archive], capture_output=True, text=True, check=True)
        expected = [f"{name} {len(data)} {sum(data)}" for name, data in sorted(FILES.items())]
        self.assertEqual(listing.stdout.splitlines(), expected)

    def test_the_reader_cell_reads_one_without_members(self):
        self.pack({})
        listing = subprocess.run([LIST, self.archive], capture_output=True, text=True, check=True)
        self.assertEqual(listing.stdout, "")

    def test_order_and_folder_of_the_files_do_not_matter(self):
        first = self.pack()
        second = self.run_pack(*[self.make("other/" + name, FILES[name]) for name in sorted(FILES)])
        self.assertEqual(second.returncode, 0)
        self.assertEqual(self.archive.read_bytes(), first)

    def test_duplicates_are_refused(self):
        sentence = self.refused(self.make("a.cell", b"1"), self.make("other/a.cell", b"2"))
        self.assertIn("would be the same member", sentence)

    def test_the_names_of_the_format_are_refused(self):
        self.assertIn("its own SEAL", self.refused(self.make("SEAL", b"")))
        self.assertIn("its own TRAILER!!!", self.refused(self.make("TRAILER!!!", b"")))

    def test_odd_names_are_refused(self):
        self.assertIn("blanks", self.refused(self.make("a b", b"")))

    def test_a_missing_file_is_named(self):
        self.assertIn("absent.cell cannot be read", self.refused(self.folder / "absent.cell"))

    def test_a_time_is_a_number(self):
        self.assertIn("no time in seconds", self.refused(seconds="-1"))
        self.assertIn("no time in seconds", self.refused(seconds="99999999999"))

    def test_wrong_usage_has_its_own_status(self):
        self.assertEqual(subprocess.run([PACK], capture_output=True).returncode, 2)


if __name__ == "__main__":
    unittest.main()
