# SPDX-License-Identifier: MIT
"""The SDK installed from the build, and the example built with it, in a folder of the caller.

$THEORIS_BUILD is the build that is installed. What the user types is read from the how-to page.
"""

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("THEORIS_BUILD", ROOT / "build"))
PAGE = (ROOT / "docs/how-to/write_a_cell_outside.md").read_text("utf-8")
INSTALL_STEP = "cmake --install build "
OUTPUT_MAX = 4000


class Failed(Exception):
    """A command failed; the text is what it said."""


def steps() -> str:
    """The commands of the page, as one script; the tree's build is $THEORIS_BUILD."""
    script = "".join(re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
    if script.count(INSTALL_STEP) != 1:
        raise Failed(f"the page does not install the SDK by '{INSTALL_STEP}'")
    return script.replace(INSTALL_STEP, 'cmake --install "$THEORIS_BUILD" ')


def shown_run() -> tuple[list[str], str]:
    """The commands that the page gives the system, and what it shows as their output."""
    found = re.search(r"^    \$ scripts/run ((?:.*\\\n)*.*)\n((?:    .*\n)+)", PAGE, re.MULTILINE)
    if not found:
        raise Failed("the page shows no run")
    return (re.findall(r"--exec '([^']*)'", found[1]),
            re.sub("^    ", "", found[2], flags=re.MULTILINE))


class Outside:
    """A user's home, outside the tree."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "a home"
        self.home.mkdir()
        self.sdk = self.home / "theoris sdk"
        self.project = self.home / "my cells"

    def environment(self) -> dict[str, str]:
        """A user's, with nothing of CMake's or of this test's but the build."""
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith(("THEORIS_", "CMAKE_", "Theoris_"))}
        return kept | {"HOME": str(self.home), "THEORIS_BUILD": str(BUILD),
                       "THEORIS_SDK": str(self.sdk)}

    def run(self, *command: str | Path, folder: Path | None = None) -> str:
        """The output of a command that succeeds."""
        result = subprocess.run(command, cwd=folder or self.project, env=self.environment(),
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if result.returncode != 0:
            raise Failed(result.stdout)
        return result.stdout

    def follow_the_page(self) -> str:
        """Does all that the page says, from the tree on."""
        return self.run("bash", "-euc", steps(), folder=ROOT)

    def install(self) -> None:
        """The SDK, and a copy of the example."""
        self.run("cmake", "--install", BUILD, "--prefix", self.sdk, folder=ROOT)
        self.run("cp", "-r", self.sdk / "share/theoris/example", self.project, folder=ROOT)

    def build(self, preset: str = "default") -> str:
        """Configures and builds the example."""
        return (self.run("cmake", "--preset", preset) +
                self.run("cmake", "--build", "--preset", preset))
