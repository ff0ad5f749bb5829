# SPDX-License-Identifier: MIT
"""What is read off a serial line for people: escape sequences removed, memory bounded."""

import re

_ESCAPES = re.compile(rb"\x1b\[[0-9;?=]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[^\[\]]")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")


def visible(data: bytes) -> bytes:
    """`data` without escape sequences and without control characters but newline and tab."""
    return _CONTROLS.sub(b"", _ESCAPES.sub(b"", data))


class Tail:
    """The last `limit` bytes of a stream."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = bytearray()

    def append(self, data: bytes) -> None:
        """Adds `data`; what is older than the limit is forgotten."""
        self._bytes += data
        if len(self._bytes) > 2 * self._limit:
            del self._bytes[:-self._limit]

    def text(self) -> str:
        """All that is kept, readable."""
        return visible(bytes(self._bytes[-self._limit:])).decode("utf-8", "replace")

    def lines(self, count: int) -> list[str]:
        """The last `count` lines that are not blank."""
        return [line for line in self.text().splitlines() if line.strip()][-count:]
