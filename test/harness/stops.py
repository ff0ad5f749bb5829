# SPDX-License-Identifier: MIT
"""Notices that firmware, loader or system gave up, from what stands on COM1.

A line with `theoris: stopped: SENTENCE` is such a sign, but a command may print the same
words. So a sign counts only once the line has been silent for a while, and a mark of the shell,
which a stopped system cannot send, takes it back. Firmware may break lines at the width of its
terminal; therefore a line of exactly such a width is joined with the next.
"""

import time

from .text import visible

PREFIX = "theoris: stopped: "
FIRMWARE_SIGNS = {
    "No bootable option or device was found": "the firmware found nothing to boot",
    "UEFI Interactive Shell": "the firmware found nothing to boot and started its own shell",
}
QUIET_SECONDS_BOOTING = 0.3
QUIET_SECONDS_RUNNING = 1.5
QUIET_SECONDS_UNFINISHED = 5.0
"""How long to wait for the end of a line that began like a stop."""
FIRMWARE_WIDTHS = (80, 100, 128, 160)
LINE_MAX = 4096


class StopDetector:
    """Reads COM1 without its marks; `sentence()` is what stopped the system, or None."""

    def __init__(self) -> None:
        self.booting = True
        self._line = bytearray()
        self._sentence: str | None = None
        self._finished = False
        self._last_byte = time.monotonic()

    def take_back(self) -> None:
        """The shell is alive: whatever looked like a stop was not one."""
        self._sentence = None
        self._line.clear()

    def feed(self, data: bytes) -> None:
        """Text of COM1, with marks removed."""
        self._last_byte = time.monotonic()
        *ends, rest = data.split(b"\n")
        for piece in ends:
            self._add(piece)
            self._end_line()
        self._add(rest)
        if self.booting or PREFIX.encode() in self._line:
            self._look(self._visible_line(), ended=False)

    def sentence(self) -> str | None:
        """Why the system stopped, once that is certain."""
        if self._sentence is None:
            return None
        wait = QUIET_SECONDS_BOOTING if self.booting else QUIET_SECONDS_RUNNING
        if not self._finished:
            wait = QUIET_SECONDS_UNFINISHED
        quiet = time.monotonic() - self._last_byte
        return self._sentence if quiet >= wait else None

    def _add(self, piece: bytes) -> None:
        room = LINE_MAX - len(self._line)
        self._line += piece[:max(room, 0)]

    def _visible_line(self) -> str:
        return visible(bytes(self._line)).decode("utf-8", "replace")

    def _end_line(self) -> None:
        if not self.booting and PREFIX.encode() not in self._line:
            self._line.clear()
            return
        line = self._visible_line()
        self._look(line, ended=True)
        broken_by_firmware = self.booting and len(line) in FIRMWARE_WIDTHS
        if not (broken_by_firmware and PREFIX in line):
            self._line.clear()

    def _look(self, line: str, ended: bool) -> None:
        if self._finished and self._sentence is not None:
            return
        if PREFIX in line:
            self._sentence = line.split(PREFIX, 1)[1].strip()
            self._finished = ended and len(line) not in FIRMWARE_WIDTHS
        elif self.booting:
            for sign, meaning in FIRMWARE_SIGNS.items():
                if sign in line:
                    self._sentence, self._finished = meaning, True
