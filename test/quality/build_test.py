# SPDX-License-Identifier: MIT
"""The build itself: what it makes, what it leaves alone and what it refuses.

Copies of the tree have a history of their own, one commit, so that they are equal whatever happens
to the repository meanwhile. The copy `first` is built once, for several tests.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import tree

COPIES = Path(os.environ["THEORIS_HOST_BUILD"]) / "copies"
FIRST = COPIES / "first"
PRODUCTS = ("BOOTX64.EFI", "nano_core.elf", "cells.img", "theoris.img")
SOME_CELLS = 20
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if not name.startswith(("THEORIS_", "GIT_"))}
COMMIT = {"GIT_CONFIG_GLOBAL": os.devnull} | {
    f"GIT_{role}_{field}": value for role in ("AUTHOR", "COMMITTER")
    for field, value in (("NAME", "a"), ("EMAIL", "a@example.org"), ("DATE", "1700000000 +0000"))}
NOBODY = 65534


def copy_tree(target):
    """Copies the tracked files and commits them there."""
    shutil.rmtree(target, ignore_errors=True)
    for path in tree.tracked(tree.SOURCE):
        copy = target / path.relative_to(tree.SOURCE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)
    for words in ["init", "-q"], ["add", "-A"], ["commit", "-qm", "A copy"]:
        subprocess.run(["git", *words], cwd=target, env=ENVIRONMENT | COMMIT, check=True)


def listing(root):
    """What lies below `root`: each path with its size, time and rights."""
    return {path: (status.st_size, status.st_mtime_ns, status.st_mode)
            for path in root.rglob("*") for status in [path.lstat()]}


class Tests(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def run_in(self, folder, *command, **options):
        """The status and all the output of a command."""
        result = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True,
                                stderr=subprocess.STDOUT, **({"env": ENVIRONMENT} | options))
        return result.returncode, result.stdout

    def succeeds(self, folder, *command, **options):
        status, output = self.run_in(folder, *command, **options)
        self.assertEqual(status, 0, output[-4000:])
        return output

    def refused(self, words, status_and_output):
        """A command failed and said `words`, wherever it broke its lines."""
        status, output = status_and_output
        self.assertNotEqual(status, 0)
        self.assertIn(words, " ".join(output.split()))

    def build_copy(self, target):
        copy_tree(target)
        self.succeeds(target, "cmake", "--preset", "default")
        self.succeeds(target, "ninja", "-C", "build", "-j2")

    def cell(self, name, manifest, source="", purpose='PURPOSE "Tests the build."'):
        """A cell's folder outside the tree."""
        folder = self.folder / "cells" / name
        folder.mkdir(parents=True)
        (folder / "CMakeLists.txt").write_text(f"cell({name} {purpose} {manifest})\n")
        (folder / f"{name}.h").write_text(f"#pragma once\nint {name}(void);\n")
        (folder / f"{name}.c").write_text(
            source or f"#include <cells/{name}.h>\nint {name}(void)\n{{\n    return 7;\n}}\n")
        return folder

    def configure(self, preset="default"):
        """Configures the tree with the cells made so far."""
        return self.run_in(tree.SOURCE, "cmake", "--preset", preset, "-B", self.folder / preset,
                           f"-DTHEORIS_EXTRA_CELLS={self.folder / 'cells'}")

    def configured(self, preset="default"):
        status, output = self.configure(preset)
        self.assertEqual(status, 0, output)

    def build(self, target, preset="default"):
        return self.run_in(self.folder, "ninja", "-C", preset, "-j2", target)

    def test_first_build(self):
        self.build_copy(FIRST)

    def test_reproducible(self):
        second = COPIES / "with a blank"
        self.build_copy(second)
        names = [Path(name) for name in PRODUCTS]
        names += [path.relative_to(FIRST / "build")
                  for path in (FIRST / "build/cells").glob("*.cell*")]
        self.assertGreater(len(names), SOME_CELLS)
        self.assertEqual([name for name in names if (FIRST / "build" / name).read_bytes() !=
                          (second / "build" / name).read_bytes()], [])
        shutil.rmtree(second)

    def test_second_build_does_nothing(self):
        self.assertIn("ninja: no work to do.", self.succeeds(FIRST, "ninja", "-C", "build"))

    def test_read_only_source(self):
        """By a user whom permissions bind, through the script that users run."""
        self.folder.chmod(0o755)
        source, build = self.folder / "source", self.folder / "build"
        build.mkdir()
        copy_tree(source)
        self.succeeds(self.folder, "chmod", "-R", "a-w,a+rX", source)
        self.addCleanup(self.succeeds, self.folder, "chmod", "-R", "u+w", source)
        as_user = []
        if os.geteuid() == 0:
            os.chown(build, NOBODY, NOBODY)
            as_user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        before = listing(source)
        self.succeeds("/", *as_user, source / "scripts/image", "--no-install", build / "out.img",
                      env=ENVIRONMENT | {"THEORIS_BUILD": str(build)})
        self.assertEqual(listing(source), before)
        for name in (*PRODUCTS, "out.img"):
            self.assertGreater((build / name).stat().st_size, 0)

    def test_extra_cell_works(self):
        """In the archive, and with its test on the host."""
        folder = self.cell("probe", "KIND kernel NEEDS string")
        (folder / "probe_test.c").write_text(
            "#include <cell/test.h>\n#include <cells/probe.h>\n\n"
            "TEST(it_is_seven)\n{\n    EXPECT(probe() == 7);\n}\n")
        self.configured()
        status, output = self.build("cells.img")
        self.assertEqual(status, 0, output)
        with (self.folder / "default/cells.img").open("rb") as archive:
            names = self.succeeds(self.folder, "cpio", "-t", "--quiet", stdin=archive).split()
        self.assertLessEqual({"probe.cell", "probe_test.cell", "cell_loader.cell"}, set(names))
        self.configured("host")
        status, output = self.build("probe_test", "host")
        self.assertEqual(status, 0, output)
        self.succeeds(self.folder, "ctest", "--test-dir", "host", "--no-tests=error", "-R",
                      "^host.probe.it_is_seven$")

    def test_cycle_is_refused(self):
        self.cell("chicken", "KIND kernel NEEDS egg")
        self.cell("egg", "KIND kernel NEEDS nest")
        self.cell("nest", "KIND kernel NEEDS chicken")
        self.refused("NEEDS has a cycle: chicken -> egg -> nest -> chicken.", self.configure())

    def test_undeclared_need_is_refused(self):
        source = "int secret(void);\nint needy(void);\nint needy(void) { return secret(); }\n"
        self.cell("secret", "KIND kernel")
        self.cell("needy", "KIND kernel", source)
        self.configured()
        self.refused("cell needy calls secret, which no cell in its NEEDS exports",
                     self.build("cells/needy.cell"))

    def test_other_header_is_unreachable(self):
        for name, needs, header in (("undeclared", "", "memory/heap.h"),
                                    ("below", "NEEDS cell_loader", "memory/heap.h"),
                                    ("private", "NEEDS cell_loader", "cell/load.h")):
            self.cell(name, f"KIND kernel {needs}", f"#include <{header}>\n")
        self.configured()
        for name, header in (("undeclared", "memory/heap.h"), ("below", "memory/heap.h"),
                             ("private", "cell/load.h")):
            self.refused(f"'{header}' file not found", self.build(f"cells/{name}.cell"))

    def test_declared_header_is_reachable(self):
        self.cell("declared", "KIND kernel NEEDS string", "#include <libc/string.h>\n"
                  "size_t declared(void);\nsize_t declared(void) { return strlen(\"a\"); }\n")
        self.configured()
        status, output = self.build("cells/declared.cell")
        self.assertEqual(status, 0, output)

    def test_wrong_manifests_are_refused(self):
        for words, manifest, purpose in (
                ("PURPOSE is missing", "KIND kernel", ""),
                ("KIND must be one of", "", 'PURPOSE "a"'),
                ("KIND must be one of", "KIND module", 'PURPOSE "a"'),
                ("magic is not a capability", "KIND kernel CAPABILITIES magic", 'PURPOSE "a"'),
                ("unknown words: WANTS", "KIND kernel WANTS", 'PURPOSE "a"'),
                ("NEEDS nobody, but there is no such cell", "KIND kernel NEEDS nobody",
                 'PURPOSE "a"')):
            with self.subTest(words), contextlib.ExitStack() as stack:
                folder = self.cell("wrong", manifest, purpose=purpose)
                stack.callback(shutil.rmtree, folder)
                self.refused(words, self.configure())

    def test_two_cells_of_a_name_are_refused(self):
        self.cell("string", "KIND kernel")
        self.refused("there is another cell of this name", self.configure())

    def test_a_folder_without_cells_is_refused(self):
        (self.folder / "cells").mkdir()
        self.refused("THEORIS_EXTRA_CELLS: no cell in", self.configure())


if __name__ == "__main__":
    unittest.main()
