# SPDX-License-Identifier: MIT
"""Connects the user's terminal with COM1, and gives the terminal back as it was."""

import os
import select
import sys
import termios
import tty

from .console import Finished, Phase
from .guest import Guest
from .process import TemporaryFolder

LEAVE = 0x1D
"""Ctrl-]: no shell uses it, and telnet has taught it to everybody."""
INPUT_SIZE = 1024
TICK_SECONDS = 0.1


class Terminal:
    """The user's terminal in raw mode, from the first byte to the end of the block.

    The keeper of the temporary folder knows the settings too, and restores them if we are killed.
    """

    def __init__(self) -> None:
        self._leaving = False
        self._descriptor = sys.stdin.fileno()
        self._settings = termios.tcgetattr(self._descriptor)
        self.folder = TemporaryFolder(os.ttyname(self._descriptor), self._saved_for_stty())

    def __enter__(self) -> "Terminal":
        print("Booting; Ctrl-] leaves.", file=sys.stderr)
        tty.setraw(self._descriptor)
        return self

    def __exit__(self, *_: object) -> None:
        self.restore()
        self.folder.close()

    def restore(self) -> None:
        """Makes the terminal what it was. May be called again."""
        if not self._leaving:
            os.write(sys.stderr.fileno(), b"\r\x1b[0m\n")
        self._leaving = True
        termios.tcsetattr(self._descriptor, termios.TCSANOW, self._settings)

    def show(self, data: bytes) -> None:
        """A sink for COM1. A terminal that takes nothing (Ctrl-S) must not keep us from leaving."""
        output = sys.stdout.fileno()
        while data and not self._leaving:
            _, ready, _ = select.select([], [output], [], TICK_SECONDS)
            if ready:
                data = data[os.write(output, data[:select.PIPE_BUF]):]

    def read(self) -> bytes | None:
        """What the user typed within a tick; None once it is time to leave."""
        ready, _, _ = select.select([self._descriptor], [], [], TICK_SECONDS)
        if not ready:
            return b""
        data = os.read(self._descriptor, INPUT_SIZE)
        return None if not data or LEAVE in data else data

    def _saved_for_stty(self) -> str:
        """The settings in the form that stty itself reads: flags and characters in hexadecimal."""
        flags, characters = self._settings[:4], self._settings[6]
        codes = [code[0] if isinstance(code, bytes) else code for code in characters]
        return ":".join(f"{number:x}" for number in [*flags, *codes])


def give_shell(guest: Guest, terminal: Terminal, limited: bool, first: str) -> int:
    """Passes bytes both ways until the user leaves or the machine ends; gives the last status.

    Unless `limited`, the timeout ends with the first prompt. There `first` is typed, if not empty.
    """
    assert guest.qemu is not None
    qemu = guest.qemu
    status = 0
    while True:
        typed = terminal.read()
        if typed is None:
            return 0
        if typed:
            qemu.type(typed)
        with qemu.changed:
            while (event := qemu.console.take()) is not None:
                if isinstance(event, Finished):
                    status = event.status or 0
            over = qemu.off or qemu.closed_by_user
            prompted = qemu.console.phase is Phase.TYPING
        qemu.read_on()
        if over:
            return status
        if prompted and not limited:
            guest.remove_deadline()
        if prompted and first:
            qemu.type(first.encode() + b"\r")
            first = ""
        guest.check()
