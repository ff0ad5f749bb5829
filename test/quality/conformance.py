# SPDX-License-Identifier: MIT
"""docs/conformance names tests as proof: they must exist."""

import fnmatch
import os
import re
import subprocess
from pathlib import Path

from tree import NothingToCheck, folder_of, tracked

FOLDER = "docs/conformance"
TEST_NAME = re.compile(
    r"`((?:host|system|compile_fail|boot|fault|evolve|fuzz|bench)\.[A-Za-z0-9_.*-]+)`")
FILE_ENDINGS = (".py", ".md", ".c", ".h", ".cmake", ".json", ".txt")


def _tests(build: Path) -> list[str]:
    """The names of all tests of a build."""
    listing = subprocess.run(["ctest", "--test-dir", build, "-N"], capture_output=True, text=True,
                             check=True).stdout
    return re.findall(r"^ *Test +#\d+: (\S+)", listing, re.MULTILINE)


def _all_tests() -> tuple[list[str], bool]:
    """The known tests, and whether those of the system are among them."""
    host = folder_of("THEORIS_HOST_BUILD")
    system = host.parent
    if (system / "CTestTestfile.cmake").exists() and (system / "nano_core.elf").exists():
        return _tests(system), True
    return _tests(host), False


def missing(text: str, tests: list[str], complete: bool) -> list[str]:
    """The test names in `text` that no test has."""
    names = [name for name in TEST_NAME.findall(text) if not name.endswith(FILE_ENDINGS)]
    if not complete:
        names = [name for name in names if name.startswith("host.")]
    return [name for name in names if not fnmatch.filter(tests, name)]


def conformance(root: Path) -> list[str]:
    """Names in docs/conformance of tests that do not exist; `*` stands for anything."""
    pages = [path for path in tracked(root, ".md") if path.is_relative_to(root / FOLDER)]
    if not pages:
        raise NothingToCheck(f"{FOLDER} has no page")
    tests, complete = _all_tests()
    if not complete:
        print(f"note: without the system's build in {os.pardir}, only host tests are looked up")
    return [f"{page.relative_to(root)}: there is no test {name}" for page in pages
            for name in missing(page.read_text(), tests, complete)]
