# SPDX-License-Identifier: MIT
"""What can go wrong, and the status with which `scripts/run` says so.

Statuses 0 to 99 belong to the commands of the guest; those below belong to the harness. Each has
an exception that carries one sentence for the user.
"""

COMMAND_STATUS_MAX = 99
BROKEN_PIPE_STATUS = 141
"""What a shell reports for a program that died of SIGPIPE: nobody reads our output any more."""


class HarnessError(Exception):
    """Ends a run. `str()` is the sentence, `status` the status of `scripts/run`."""

    status = 1


class BadUsage(HarnessError):
    """The command line, or what it names, makes no sense."""

    status = 120


class MissingPackage(HarnessError):
    """A program that a package would bring is not there."""

    status = 121


class BuildFailed(HarnessError):
    """CMake or a compiler refused."""

    status = 122


class StoppedEarly(HarnessError):
    """Firmware, loader or nano_core gave up before the first prompt."""

    status = 123


class TimedOut(HarnessError):
    """The guest did not get there in time; the sentence names what was waited for."""

    status = 124


class StoppedLate(HarnessError):
    """The system stopped beyond recovery, or reset or powered off by itself."""

    status = 125


class QemuFailed(HarnessError):
    """QEMU did not start, or ended for a reason of its own."""

    status = 126


class MeasurementFailed(HarnessError):
    """A command that measures failed, with this status."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status
