# SPDX-License-Identifier: MIT
"""Finds the semantic marks of the OSC 133 protocol in what the shell writes to COM1.

    ESC ] 133 ; A BEL            the prompt follows
    ESC ] 133 ; B BEL            the prompt is over, input begins
    ESC ] 133 ; C BEL            a command starts its output
    ESC ] 133 ; D ; STATUS BEL   the command is done

Bytes come in pieces of any size, so that a mark may be cut anywhere. All other bytes, other escape
sequences included, pass through unchanged and in order.
"""

import dataclasses

INTRODUCER = b"\x1b]133;"
TERMINATORS = (b"\x07", b"\x1b\\")
BODY_MAX = 64
"""A longer body is no mark: nothing may make us hold back more than this."""


@dataclasses.dataclass(frozen=True)
class Mark:
    """One mark; `status` is what a D mark carries, and None where it carries no number."""

    letter: str
    status: int | None = None


def _mark_from(body: bytes) -> Mark | None:
    """The mark that `body` (what stands between introducer and terminator) spells, if any."""
    fields = body.decode("ascii", "replace").split(";")
    if fields[0] not in ("A", "B", "C", "D"):
        return None
    carries_number = fields[0] == "D" and len(fields) > 1 and fields[1].isdecimal()
    return Mark(fields[0], int(fields[1]) if carries_number else None)


def _held_back(data: bytes) -> int:
    """How many bytes at the end of `data` may be the start of an introducer."""
    for length in range(min(len(INTRODUCER) - 1, len(data)), 0, -1):
        if data.endswith(INTRODUCER[:length]):
            return length
    return 0


def _find_terminator(data: bytes, start: int) -> tuple[int, int] | None:
    """Where the first terminator after `start` begins and ends."""
    found = [(data.find(end, start), len(end)) for end in TERMINATORS]
    places = sorted((at, at + length) for at, length in found if at >= 0)
    return places[0] if places else None


class MarkParser:
    """Splits a stream into text (bytes) and marks."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, data: bytes) -> list[bytes | Mark]:
        """The text and the marks that are certain once `data` has arrived."""
        self._pending += data
        items: list[bytes | Mark] = []
        while True:
            at = self._pending.find(INTRODUCER)
            if at < 0:
                keep = _held_back(self._pending)
                self._take_text(items, len(self._pending) - keep)
                return items
            self._take_text(items, at)
            if not self._take_mark(items):
                return items

    def flush(self) -> bytes:
        """What was held back, when no more will come."""
        held, self._pending = self._pending, b""
        return held

    def _take_text(self, items: list[bytes | Mark], length: int) -> None:
        if length > 0:
            items.append(self._pending[:length])
            self._pending = self._pending[length:]

    def _take_mark(self, items: list[bytes | Mark]) -> bool:
        """Consumes the introducer that the pending bytes start with; False: more must come."""
        start = len(INTRODUCER)
        place = _find_terminator(self._pending, start)
        if place is None and len(self._pending) <= start + BODY_MAX:
            return False
        mark = None
        if place is not None and place[0] <= start + BODY_MAX:
            mark = _mark_from(self._pending[start:place[0]])
        if mark is None or place is None:
            self._take_text(items, start)
            return True
        items.append(mark)
        self._pending = self._pending[place[1]:]
        return True


class NewlineFilter:
    r"""Turns each `\r\n` of a stream into `\n`, wherever the stream is cut."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        r"""`data` with line ends changed; a final `\r` waits for what follows it."""
        data = self._held + data
        self._held = b"\r" if data.endswith(b"\r") else b""
        return data[:len(data) - len(self._held)].replace(b"\r\n", b"\n")

    def flush(self) -> bytes:
        r"""The `\r` that nothing followed, if there was one."""
        held, self._held = self._held, b""
        return held
