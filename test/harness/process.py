# SPDX-License-Identifier: MIT
"""Child processes that do not outlive us, and a folder that does not either.

The kernel kills a child when the thread that started it ends (PR_SET_PDEATHSIG), so start children
from a thread that lives as long as they may. What must happen even if we are killed without
warning, removing the temporary folder and restoring the terminal, is done by a keeper: a small
shell that waits for the end of a pipe which only we hold open.
"""

import ctypes
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from typing import IO, Any

PR_SET_PDEATHSIG = 1
PARENT_VARIABLE = "THEORIS_END_WITH_PARENT"
"""If set, each of our programs ends when its parent does: CTest kills only the test itself."""
_LIBC = ctypes.CDLL(None, use_errno=True)

KEEPER = """
trap '' INT HUP TERM TTOU
cat >/dev/null
rm -rf -- "$1"
if [ -n "$2" ]; then stty "$3" <"$2"; fi
"""


def dies_with_parent(signal_number: int) -> Callable[[], None]:
    """What a child runs first so that it gets `signal_number` when its parent dies."""
    parent = os.getpid()

    def arrange() -> None:
        _LIBC.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    return arrange


def obey_parent() -> None:
    """Lets us end with our parent, if an ancestor such as a test asked for that.

    Not always: a run in the background outlives the shell that started it.
    """
    if os.environ.get(PARENT_VARIABLE):
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def start_guarded(command: Sequence[str], errors: IO[bytes] | int, environment: dict[str, str],
                  pass_fds: Sequence[int] = ()) -> subprocess.Popen[bytes]:
    """Starts `command` in a process group of its own; it is killed when we die."""
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors,
                            env=environment, pass_fds=pass_fds, start_new_session=True,
                            preexec_fn=dies_with_parent(signal.SIGKILL))


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Ends a process of start_guarded() with its whole group, and collects it."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def run_build_step(command: Sequence[str], **options: Any) -> int:
    """Runs `command` in our process group and gives its status; it is ended when we die."""
    with subprocess.Popen(command, preexec_fn=dies_with_parent(signal.SIGTERM),
                          **options) as process:
        try:
            return process.wait()
        except BaseException:
            process.terminate()
            raise


def require_program(name: str, package: str) -> str:
    """The path of program `name`, or a sentence that names its package."""
    from .status import MissingPackage
    path = shutil.which(name)
    if path is None:
        raise MissingPackage(f"{name} is missing: scripts/install installs it ({package})")
    return path


class TemporaryFolder:
    """A folder with a short path, as sockets need it; gone after close(), or when we die."""

    def __init__(self, terminal: str = "", terminal_settings: str = "") -> None:
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="theoris-", dir="/tmp"))
        self._keeper = subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, "keeper", str(self.path), terminal, terminal_settings],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True)

    def close(self) -> None:
        """Removes the folder. May be called again."""
        if self._keeper.stdin is not None and not self._keeper.stdin.closed:
            self._keeper.stdin.close()
        self._keeper.wait()
