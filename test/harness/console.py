# SPDX-License-Identifier: MIT
"""What the shell is doing, as COM1 tells it.

    BOOTING --A--> PROMPTING --B--> TYPING --C--> RUNNING --D--> DONE --A--> PROMPTING ...

One thread feeds bytes, another takes events; both hold the guest's lock. What a command prints is
queued for the taker. The queue is bounded: while it is full the feeder must not read on, so that
the guest waits for a slow reader instead of filling our memory.
"""

import collections
import dataclasses
import enum

from .marks import Mark, MarkParser, NewlineFilter
from .status import COMMAND_STATUS_MAX
from .stops import StopDetector
from .text import Tail, visible

QUEUE_MAX = 4 << 20
TRANSCRIPT_MAX = 64 << 10
ECHO_MAX = 64 << 10


class Phase(enum.Enum):
    """Where between two prompts the shell is."""

    BOOTING = "boot to the first prompt"
    PROMPTING = "show its prompt"
    TYPING = "wait for a command"
    RUNNING = "finish the command"
    DONE = "show the next prompt"


@dataclasses.dataclass(frozen=True)
class Output:
    """A piece of what a command printed."""

    data: bytes


@dataclasses.dataclass(frozen=True)
class Finished:
    """A command is done; `status` is None if the shell started anew without giving one."""

    status: int | None


class Console:
    """The state of COM1. The caller holds the lock around every call."""

    def __init__(self) -> None:
        self.phase = Phase.BOOTING
        self.prompts = 0
        self.bytes_seen = 0
        self.stop = StopDetector()
        self.transcript = Tail(TRANSCRIPT_MAX)
        self._parser = MarkParser()
        self._newlines = NewlineFilter()
        self._echo = bytearray()
        self._events: collections.deque[Output | Finished] = collections.deque()
        self._queued = 0

    @property
    def full(self) -> bool:
        """Whether the taker must catch up before more is fed."""
        return self._queued >= QUEUE_MAX

    @property
    def echoed(self) -> int:
        """How many visible bytes of the line being typed the guest has echoed."""
        return len(visible(bytes(self._echo)))

    def feed(self, data: bytes) -> None:
        """More bytes of COM1."""
        self.bytes_seen += len(data)
        self.transcript.append(data)
        for item in self._parser.feed(data):
            if isinstance(item, Mark):
                self._mark(item)
            else:
                self._text(item)

    def finish(self) -> None:
        """Nothing more will come."""
        self._text(self._parser.flush())
        self._queue_output(self._newlines.flush())

    def restart(self) -> None:
        """The machine was reset: a new boot begins."""
        self.finish()
        self.phase = Phase.BOOTING
        self.stop = StopDetector()
        self._parser = MarkParser()

    def take(self) -> Output | Finished | None:
        """The next event, if there is one."""
        if not self._events:
            return None
        event = self._events.popleft()
        if isinstance(event, Output):
            self._queued -= len(event.data)
        return event

    def _text(self, data: bytes) -> None:
        if not data:
            return
        self.stop.feed(data)
        if self.phase is Phase.RUNNING:
            self._queue_output(self._newlines.feed(data))
        elif self.phase is Phase.TYPING and len(self._echo) < ECHO_MAX:
            self._echo += data

    def _queue_output(self, data: bytes) -> None:
        if data:
            self._events.append(Output(data))
            self._queued += len(data)

    def _mark(self, mark: Mark) -> None:
        self.stop.take_back()
        if mark.letter == "A":
            self._prompt_begins()
        elif mark.letter == "B":
            self.phase = Phase.TYPING
            self._echo.clear()
        elif mark.letter == "C" and self.phase is not Phase.RUNNING:
            self.phase = Phase.RUNNING
        elif mark.letter == "D" and self.phase is not Phase.DONE:
            self._command_ends(mark.status)
            self.phase = Phase.DONE

    def _prompt_begins(self) -> None:
        if self.phase is Phase.RUNNING:
            self._command_ends(None)
        self.phase = Phase.PROMPTING
        self.prompts += 1
        self.stop.booting = False

    def _command_ends(self, status: int | None) -> None:
        self._queue_output(self._newlines.flush())
        if status is not None and status > COMMAND_STATUS_MAX:
            status = None
        self._events.append(Finished(status))
