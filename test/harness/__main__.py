# SPDX-License-Identifier: MIT
"""What the scripts call: `/usr/bin/python3 test/harness run|test|bench|image|single ...`."""

import os
import signal
import sys
from pathlib import Path
from types import FrameType

TESTS = Path(__file__).resolve().parent.parent
sys.path[0] = str(TESTS)
sys.dont_write_bytecode = not os.access(TESTS, os.W_OK)


class Ended(KeyboardInterrupt):
    """A signal asked us to end; `str()` is its number. What runs tests lets only this kind pass."""


def _end(number: int, _: FrameType | None) -> None:
    """Unwinds, so that everything is put away; a second signal must not disturb that."""
    for signal_number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(signal_number, signal.SIG_IGN)
    raise Ended(number)


def main(words: list[str]) -> int:
    """Carries out a command and gives the status."""
    from harness import bench, image, process, run, single, status, stick, suite
    commands = {"run": run.run, "test": suite.suite, "bench": bench.bench, "image": stick.image,
                "single": single.single}
    for signal_number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(signal_number, _end)
    process.obey_parent()
    try:
        return commands[words[0]](words[1:])
    except status.HarnessError as error:
        print(f"theoris: {error}", file=sys.stderr)
        return error.status
    except image.ImageError as error:
        print(f"theoris: {error}", file=sys.stderr)
        return status.BuildFailed.status
    except Ended as signalled:
        return 128 + int(str(signalled))
    except BrokenPipeError:
        return status.BROKEN_PIPE_STATUS


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
