# SPDX-License-Identifier: MIT
"""A guest for tests and scripts: boots, takes commands, keys and screenshots, and goes away.

    with Guest(Machine(), image) as guest:
        result = guest.run("cells -j")
        assert result.status == 0

Whatever fails raises a HarnessError of status.py. Leaving the block ends the machine.
"""

import contextlib
import dataclasses
import functools
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .console import Finished, Output, Phase
from .image import make_private_image
from .machine import Machine
from .process import TemporaryFolder
from .qemu import Qemu, Sink
from .status import (COMMAND_STATUS_MAX, BadUsage, HarnessError, QemuFailed, TimedOut)

FIFO_SIZE = 16
"""How many bytes the guest's UART holds: no more are sent than it has echoed, and these."""
OUTPUT_MAX = 64 << 20
KEY_HOLD_MS = 40
KEY_ECHO_SECONDS = 0.5
"""How long to wait for a key to show on COM1; keys such as Shift alone never do."""
ENTER_KEYS = ("ret", "kp_enter")
ENTER_SECONDS = 5.0
"""How long Enter may take to make the shell move on; a shell that edits may stay where it is."""
STEADY_PICTURES = 20
PICTURE_SECONDS = 0.05
_STROKE = re.compile(r"[a-z0-9_]+(-[a-z0-9_]+)*")


@dataclasses.dataclass(frozen=True)
class Result:
    """What a command printed and its status. `lost` bytes beyond the limit were not kept."""

    output: bytes
    status: int
    lost: int = 0

    @property
    def text(self) -> str:
        """The output as text."""
        return self.output.decode("utf-8", "replace")


def check_command(command: str) -> None:
    """Refuses what cannot be typed as one line."""
    if not command.strip():
        raise BadUsage("a command must not be empty")
    if any(ord(character) < 32 or ord(character) == 127 for character in command):
        raise BadUsage(f"a command must be one line without control characters: {command!r}")


def check_keys(keys: str) -> list[str]:
    """The strokes in `keys`, in order; refuses what is not QEMU key names joined by `-`."""
    strokes = keys.split()
    bad = [stroke for stroke in strokes if not _STROKE.fullmatch(stroke)]
    if bad or not strokes:
        what = f"'{bad[0]}'" if bad else "nothing"
        raise BadUsage(f"keys are QEMU's key names joined by '-', as in 'ctrl-c ret', not {what}")
    return strokes


class Guest:
    """A machine that boots `image`. The image itself is never written."""

    audits = False
    """Whether leaving the block at the prompt audits memory first, as it does in tests."""

    def __init__(self, machine: Machine, image: Path, *, extra: Sequence[Path] = (),
                 options: Sequence[str] = (), timeout: float = 120,
                 log_sink: Sink | None = None, console_sink: Sink | None = None,
                 folder: TemporaryFolder | None = None) -> None:
        self._folder = folder if folder is not None else TemporaryFolder()
        self._finished: list[int] = []
        self.qemu: Qemu | None = None
        try:
            if extra or options:
                private = self._folder.path / "theoris.img"
                make_private_image(image, private, extra, options)
                image = private
            self.qemu = Qemu(machine, image, self._folder, log_sink, console_sink)
            self._deadline = self.qemu.started + timeout
            self.qemu.go()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Guest":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None and Guest.audits:
                self._audit()
        finally:
            self.close()

    def _audit(self) -> None:
        """The page tables must be in order whenever a test leaves a guest at its prompt."""
        qemu = self._running()
        if qemu.off or qemu.console.phase is not Phase.TYPING:
            return
        audit = self.run("memory audit")
        if audit.status != 0:
            raise AssertionError(f"memory audit at the end of the test: {audit.text}")

    def close(self) -> None:
        """Ends the machine and removes its files. May be called again."""
        if self.qemu is not None:
            self.qemu.close()
        self._folder.close()

    @property
    def powered_off(self) -> bool:
        """Whether a command ended the machine."""
        return self._running().off

    @property
    def folder(self) -> Path:
        """A folder for files that should vanish with the guest."""
        return self._folder.path

    def remove_deadline(self) -> None:
        """From now on nothing times out: a person is at work."""
        self._deadline = float("inf")

    def remaining(self) -> float:
        """Seconds until the timeout."""
        return self._deadline - time.monotonic()

    def check(self) -> None:
        """Raises what went wrong, if anything did; does not wait."""
        qemu = self._running()
        if self.remaining() <= 0:
            qemu.give_up(lambda: qemu.console.phase.value)
        with qemu.changed:
            qemu.raise_failure()

    def log(self) -> str:
        """The end of what COM2 said, at most a mebibyte."""
        with self._running().changed:
            return self._running().log.text()

    def last_lines(self, count: int = 20) -> list[str]:
        """The last lines of the log; of COM1 where there is no log."""
        if self.qemu is None:
            return []
        with self.qemu.changed:
            return self.qemu.log.lines(count) or self.qemu.console.transcript.lines(count)

    def monitor(self, command: str, **arguments: Any) -> Any:
        """Gives QEMU's monitor (QMP) a command."""
        return self._running().ask(command, **arguments)

    def wait_for_prompt(self) -> None:
        """Waits until the shell takes a command."""
        console = self._running().console
        self._running().wait_until(lambda: console.phase is Phase.TYPING,
                                   lambda: console.phase.value, self._deadline)

    def run(self, command: str, sink: Sink | None = None) -> Result:
        """Types a command, gives `sink` its output as it comes, and waits for its end.

        With a sink, nothing is kept in the result. A command that powers off or reboots has ended
        when the machine has.
        """
        check_command(command)
        self.wait_for_prompt()
        self._begin(command)
        kept = _Kept()
        goal = functools.partial(self._goal, f"'{command}'")
        prompts = self._running().console.prompts
        self._type(command, goal)
        self._pass_on_until(lambda: self._at_rest(prompts), goal, sink or kept.add)
        status = self._finished[-1] if self._finished else 0
        return Result(bytes(kept.data), status, kept.lost)

    def send_keys(self, keys: str, sink: Sink | None = None) -> list[int]:
        """Presses keys at the prompt; waits for the commands they start and gives the statuses."""
        strokes = check_keys(keys)
        self.wait_for_prompt()
        self._begin(None)
        sink = sink or _Kept().add
        for stroke in strokes:
            self._press(stroke, sink)
        self._pass_on_until(lambda: self._at_rest(0), lambda: self._goal("the keys"), sink)
        return list(self._finished)

    def screenshot(self, path: Path) -> None:
        """Writes the screen at the prompt to a PNG file, once drawing has come to rest."""
        self.wait_for_prompt()
        picture = self._picture()
        for _ in range(STEADY_PICTURES):
            time.sleep(PICTURE_SECONDS)
            before, picture = picture, self._picture()
            if before == picture:
                break
        path.write_bytes(picture)

    def _running(self) -> Qemu:
        assert self.qemu is not None
        return self.qemu

    def _goal(self, what: str) -> str:
        """What the guest has to do next after it was given `what`."""
        phase = self._running().console.phase
        if phase in (Phase.TYPING, Phase.RUNNING):
            return f"{'take' if phase is Phase.TYPING else 'finish'} {what}"
        return f"{phase.value} after {what}"

    def _at_rest(self, prompts: int) -> bool:
        """Whether a prompt after the first `prompts` waits, or the machine is off or boots anew."""
        qemu = self._running()
        prompted = qemu.console.phase is Phase.TYPING and qemu.console.prompts > prompts
        return prompted or qemu.off or qemu.console.phase is Phase.BOOTING

    def _begin(self, command: str | None) -> None:
        """Notes what runs next; what unasked commands left behind is forgotten."""
        qemu = self._running()
        with qemu.changed:
            qemu.last_command = command
            while qemu.console.take() is not None:
                pass
        qemu.read_on()
        self._finished.clear()

    def _type(self, command: str, goal: Callable[[], str]) -> None:
        """Types a line, never further ahead of the echo than the guest's UART can hold."""
        qemu = self._running()
        rest = command.encode() + b"\r"
        sent = 0
        while rest:
            room = qemu.wait_until(lambda: FIFO_SIZE + qemu.console.echoed - sent > 0
                                   and FIFO_SIZE + qemu.console.echoed - sent,
                                   goal, self._deadline)
            piece, rest = rest[:min(room, FIFO_SIZE)], rest[min(room, FIFO_SIZE):]
            sent += len(piece)
            qemu.type(piece)

    def _pass_on_until(self, ready: Callable[[], bool], goal: Callable[[], str], sink: Sink,
                       deadline: float | None = None) -> None:
        """Gives output to `sink` and notes statuses until nothing is queued and `ready` holds."""
        qemu = self._running()
        deadline = deadline or self._deadline
        while True:
            if time.monotonic() >= deadline:  # A flood always has a next event.
                qemu.give_up(goal)
            event = qemu.wait_until(lambda: qemu.console.take() or ready(), goal, deadline)
            if isinstance(event, Output):
                qemu.read_on()
                sink(event.data)
            elif isinstance(event, Finished):
                status = event.status
                self._finished.append(COMMAND_STATUS_MAX if status is None else status)
            else:
                return

    def _press(self, stroke: str, sink: Sink) -> None:
        """Presses keys together and waits a moment for what they cause on COM1."""
        qemu = self._running()
        console = qemu.console
        seen, prompts = console.bytes_seen, console.prompts
        at_prompt = console.phase is Phase.TYPING
        keys = [{"type": "qcode", "data": key} for key in stroke.split("-")]
        try:
            qemu.ask("send-key", keys=keys, **{"hold-time": KEY_HOLD_MS})
        except QemuFailed as error:
            raise BadUsage(f"'{stroke}' cannot be pressed: {error}") from error
        enters = at_prompt and stroke in ENTER_KEYS

        def acted() -> bool:
            moved_on = console.phase is not Phase.TYPING or console.prompts > prompts
            return moved_on if enters else console.bytes_seen > seen

        patience = time.monotonic() + (ENTER_SECONDS if enters else KEY_ECHO_SECONDS)
        with contextlib.suppress(TimedOut):
            self._pass_on_until(acted, lambda: "act on a key", sink,
                                min(patience, self._deadline))

    def _picture(self) -> bytes:
        """The screen as PNG."""
        path = self.folder / "screen.png"
        self.monitor("screendump", filename=str(path), format="png")
        return path.read_bytes()


class _Kept:
    """A sink that keeps the beginning of what it gets."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.lost = 0

    def add(self, data: bytes) -> None:
        """Keeps what still fits."""
        room = max(OUTPUT_MAX - len(self.data), 0)
        self.data += data[:room]
        self.lost += len(data) - len(data[:room])


def stop_of(machine: Machine, image: Path, **boot: Any) -> HarnessError:
    """Boots a guest that is expected not to reach its prompt, and gives what ended it."""
    try:
        with Guest(machine, image, **boot) as guest:
            guest.wait_for_prompt()
    except HarnessError as error:
        return error
    raise AssertionError("the guest reached its prompt")
