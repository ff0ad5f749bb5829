# SPDX-License-Identifier: MIT
"""A guest's serial line as a pair of named pipes.

QEMU writes serial output byte by byte. A socket's buffer is full after a few hundred such writes,
and then firmware, which waits only so long, loses what it prints; a pipe packs them and holds a
mebibyte.
"""

import fcntl
import os
from pathlib import Path

CAPACITY = 1 << 20


class SerialLine:
    """Our end, with the methods of a socket that the pump needs; never blocks in reading."""

    def __init__(self, path: Path) -> None:
        self.path = path
        output, input_ = (path.with_suffix(suffix) for suffix in (".out", ".in"))
        for pipe in (output, input_):
            os.mkfifo(pipe, 0o600)
        self._output = os.open(output, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        # Open for reading too, so that it opens before QEMU does and no write ends us.
        self._input = os.open(input_, os.O_RDWR | os.O_CLOEXEC)
        fcntl.fcntl(self._output, fcntl.F_SETPIPE_SZ, CAPACITY)

    def fileno(self) -> int:
        """What a selector waits for: output of the guest."""
        return self._output

    def recv(self, size: int, _flags: int = 0) -> bytes:
        """What the guest said; empty once QEMU is gone, or not there yet."""
        return os.read(self._output, size)

    def sendall(self, data: bytes) -> None:
        """Types; far less than a pipe holds."""
        while data:
            data = data[os.write(self._input, data):]

    def close(self) -> None:
        """Lets go of both pipes."""
        os.close(self._output)
        os.close(self._input)
