# SPDX-License-Identifier: MIT
"""Tests of the image maker with the real sgdisk and mtools. No QEMU."""

import os
import pathlib
import subprocess
import tempfile
import unittest
from unittest import mock

from . import image

PARTITION = f"@@{image.PARTITION_START}"


class Images(unittest.TestCase):
    """What is on an image, and that nothing else decides its bytes."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="theoris image ")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.files = {}
        for path in (image.LOADER_PATH, image.NANO_CORE_PATH, image.ARCHIVE_PATH):
            self.files[path] = self.file(pathlib.Path(path).name, path.encode() * 1000)

    def file(self, name: str, data: bytes) -> pathlib.Path:
        """A new file in the test's folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def read(self, disk: pathlib.Path, path: str) -> bytes:
        """A file on an image, as mtools see it."""
        return subprocess.run(["mtype", "-i", f"{disk}{PARTITION}", f"::/{path}"], check=True,
                              stdout=subprocess.PIPE).stdout

    def test_the_files_are_where_they_should_be(self) -> None:
        disk = self.folder / "disk.img"
        image.make_image(disk, self.files)
        for path, source in self.files.items():
            self.assertEqual(self.read(disk, path), source.read_bytes())
        checked = subprocess.run(["sgdisk", "--verify", "--print", str(disk)], check=True,
                                 stdout=subprocess.PIPE, text=True).stdout
        self.assertIn("No problems found", checked)
        self.assertRegex(checked, r"(?m)^ +1 +2048 .* EF00 +THEORIS$")
        self.assertLess(disk.stat().st_blocks * 512, disk.stat().st_size // 4)

    def test_equal_files_make_equal_images(self) -> None:
        first, second = self.folder / "first.img", self.folder / "second.img"
        image.make_image(first, self.files)
        for path in self.files.values():
            os.utime(path, (1, 1))
        with mock.patch.dict(os.environ, {"TZ": "Asia/Tokyo"}):
            image.make_image(second, dict(reversed(self.files.items())))
        self.assertEqual(first.read_bytes(), second.read_bytes())

    def test_an_image_grows_with_its_files(self) -> None:
        big = self.folder / "big"
        with big.open("wb") as file:
            file.truncate(60 << 20)
        disk = self.folder / "disk.img"
        image.make_image(disk, self.files | {f"{image.EXTRA_FOLDER}/big": big})
        self.assertGreater(disk.stat().st_size, 60 << 20)
        self.assertEqual(self.read(disk, f"{image.EXTRA_FOLDER}/big"), bytes(60 << 20))

    def test_a_private_image_has_extra_files_and_options(self) -> None:
        base, disk = self.folder / "base.img", self.folder / "private.img"
        self.files[image.OPTIONS_PATH] = self.file("options.txt", b"log=notice")
        image.make_image(base, self.files)
        before = base.read_bytes()
        self.file("extra/hello world.cell", b"hello")
        image.make_private_image(base, disk, [self.folder / "extra"], ["scheduler=priority"])
        self.assertEqual(self.read(disk, "theoris/extra/hello world.cell"), b"hello")
        self.assertEqual(self.read(disk, image.OPTIONS_PATH), b"log=notice\nscheduler=priority\n")
        for path in (image.LOADER_PATH, image.NANO_CORE_PATH, image.ARCHIVE_PATH):
            self.assertEqual(self.read(disk, path), self.files[path].read_bytes())
        self.assertEqual(base.read_bytes(), before)

    def test_an_image_without_options_gets_some(self) -> None:
        base, disk = self.folder / "base.img", self.folder / "private.img"
        image.make_image(base, self.files)
        image.make_private_image(base, disk, [], ["a=b", "c=d"])
        self.assertEqual(self.read(disk, image.OPTIONS_PATH), b"a=b\nc=d\n")

    def test_what_cannot_be_on_a_volume_is_refused(self) -> None:
        self.file("deep/folder/file", b"")
        self.file("odd/a:b", b"")
        self.file("one/NAME", b"")
        self.file("two/name", b"")
        for folders in (["deep"], ["odd"], ["one", "two"], ["missing"]):
            with self.subTest(folders=folders), self.assertRaises(image.ImageError):
                image.extra_files([self.folder / name for name in folders])

    def test_a_failure_leaves_no_image(self) -> None:
        self.files[image.ARCHIVE_PATH] = self.folder / "missing"
        with self.assertRaisesRegex(image.ImageError, "missing"):
            image.make_image(self.folder / "disk.img", self.files)
        self.assertEqual(list(self.folder.glob("*disk.img*")), [])


if __name__ == "__main__":
    unittest.main()
