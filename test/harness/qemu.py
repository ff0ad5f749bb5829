# SPDX-License-Identifier: MIT
"""A running QEMU: its process, its two serial lines and its monitor, always drained.

One thread, the pump, reads everything that QEMU says, so that the guest never waits for us: only
while the queue of command output is full does COM1 rest. All state is under the condition
`changed`, which is notified whenever something new is known.

The pump also judges the end: a reset or power-off is right only if a command announced it, that is,
if its D mark came and no prompt followed. QEMU is killed on any other reset, so that a broken
system never boots in circles.
"""

import os
import selectors
import shutil
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from .console import Console, Phase
from .machine import QEMU, Machine, firmware_files, qemu_command
from .process import TemporaryFolder, kill_group, require_program, start_guarded
from .qmp import Protocol
from .serial_line import SerialLine
from .status import HarnessError, QemuFailed, StoppedEarly, StoppedLate, TimedOut
from .text import Tail

READ_SIZE = 64 << 10
LOG_MAX = 1 << 20
TICK_SECONDS = 0.1
"""How often time alone is looked at: whether a silent system has stopped."""
MONITOR_SECONDS = 60
POWER_WORDS = frozenset(("exit", "poweroff", "reboot"))

Sink = Callable[[bytes], Any]
Value = TypeVar("Value")


def _is_ready(value: object) -> bool:
    return value is not None and value is not False


class Qemu:
    """One QEMU. Start it from a thread that lives longer than it: see process.py."""

    def __init__(self, machine: Machine, image: Path, folder: TemporaryFolder,
                 log_sink: Sink | None = None, console_sink: Sink | None = None) -> None:
        self.changed = threading.Condition()
        self.console = Console()
        self.log = Tail(LOG_MAX)
        self.off = False
        self.closed_by_user = False
        self.last_command: str | None = None
        self._folder = folder
        self._sinks = {"com1": console_sink, "com2": log_sink}
        self._failure: HarnessError | None = None
        self._closing = False
        self._judged = False
        self._shutdown: dict[str, Any] | None = None
        self._open = {"com1", "com2", "qmp"}
        self._lines: dict[str, socket.socket | SerialLine] = {}
        self._start(machine, image)

    def close(self) -> None:
        """Ends QEMU and collects everything. May be called again."""
        self._closing = True
        kill_group(self.process)
        self.read_on()
        self._pump.join()
        for line in self._lines.values():
            line.close()
        self._wake_sender.close()
        self._wake_receiver.close()

    def wait_until(self, ready: Callable[[], Value | None], goal: Callable[[], str],
                   deadline: float) -> Value:
        """The first value of `ready` (called under the lock) that is neither None nor False.

        Raises what went wrong instead, or TimedOut at `deadline` with `goal` in its sentence.
        """
        with self.changed:
            while True:
                value = ready()
                if _is_ready(value):
                    return value  # type: ignore[return-value]
                self.raise_failure()
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    self.give_up(goal)
                self.changed.wait(min(remaining, TICK_SECONDS))

    def give_up(self, goal: Callable[[], str]) -> NoReturn:
        """Raises TimedOut, naming the goal."""
        elapsed = time.monotonic() - self.started
        raise TimedOut(f"timeout after {elapsed:.0f} s: waited for the guest to {goal()}")

    def type(self, data: bytes) -> None:
        """Puts bytes on COM1. The caller paces."""
        try:
            self._lines["com1"].sendall(data)
        except OSError:
            pass  # QEMU is gone; the pump knows why and the next wait says so.

    def read_on(self) -> None:
        """Tells the pump that the console's queue has room again."""
        try:
            self._wake_sender.send(b"!")
        except OSError:
            pass  # Full: the pump is about to wake anyway. Closed: there is no pump to wake.

    def ask(self, command: str, **arguments: Any) -> Any:
        """Gives QEMU a monitor command and returns its answer."""
        with self.changed:
            try:
                request = self._protocol.send(command, arguments)
            except OSError:
                request = 0
        reply = self.wait_until(lambda: self._protocol.reply(request),
                                lambda: f"answer {command} through QEMU's monitor",
                                time.monotonic() + MONITOR_SECONDS)
        if "error" in reply:
            raise QemuFailed(f"QEMU refused {command}: {reply['error'].get('desc', 'no reason')}")
        return reply.get("return")

    def error_text(self) -> str:
        """What QEMU itself wrote."""
        return self._errors.read_text("utf-8", "replace").strip()

    def _start(self, machine: Machine, image: Path) -> None:
        require_program(QEMU, "qemu-system-x86")
        variables = self._folder.path / "variables.fd"
        shutil.copyfile(firmware_files(machine.firmware)[1], variables)
        self._errors = self._folder.path / "qemu.txt"
        serial = {name: SerialLine(self._folder.path / name) for name in ("com1", "com2")}
        monitor, their_monitor = socket.socketpair()
        self._lines = {**serial, "qmp": monitor}
        self._wake_receiver, self._wake_sender = socket.socketpair()
        self._wake_sender.setblocking(False)
        self._wake_receiver.setblocking(False)
        self._protocol = Protocol(monitor)
        environment = dict(os.environ, TMPDIR=str(self._folder.path))
        command = qemu_command(machine, image, variables,
                               {name: line.path for name, line in serial.items()},
                               their_monitor.fileno())
        with self._errors.open("wb") as errors:
            self.started = time.monotonic()
            self.process = start_guarded(command, errors, environment, [their_monitor.fileno()])
        their_monitor.close()
        self._pump = threading.Thread(target=self._pump_all, name="pump", daemon=True)
        self._pump.start()

    def go(self) -> None:
        """Makes the machine run; until then it is stopped and no event can be missed."""
        self.wait_until(lambda: self._protocol.greeted, lambda: "start QEMU's monitor",
                        time.monotonic() + MONITOR_SECONDS)
        self.ask("qmp_capabilities")
        self.ask("cont")

    def raise_failure(self) -> None:
        """Raises what is known to have gone wrong; the caller holds the lock."""
        if self._failure is not None:
            raise self._failure
        sentence = self.console.stop.sentence()
        if sentence is not None:
            kind = StoppedEarly if self.console.stop.booting else StoppedLate
            raise kind(f"the system stopped: {sentence}")
        if self._judged:
            raise StoppedLate("the machine is off")

    def _pump_all(self) -> None:
        """The pump's thread: reads until every line is closed, then judges the end."""
        with selectors.DefaultSelector() as selector:
            for name, line in self._lines.items():
                selector.register(line, selectors.EVENT_READ, name)
            selector.register(self._wake_receiver, selectors.EVENT_READ, "wake")
            while self._open and not self._closing:
                self._rest_or_read_on(selector)
                for key, _ in selector.select():
                    if key.data == "wake":
                        self._wake_receiver.recv(READ_SIZE)
                    elif self._read(key.data) is False:
                        selector.unregister(key.fileobj)
                        self._close_unopened(key.data)
        self._judge_end()

    def _close_unopened(self, closed: str) -> None:
        """QEMU is gone with its monitor; a pipe that it never opened has no end to wait for."""
        if closed == "qmp":
            for name in sorted(self._open):
                self._read(name)

    def _rest_or_read_on(self, selector: selectors.BaseSelector) -> None:
        line = self._lines["com1"]
        registered = line in selector.get_map()
        with self.changed:
            wanted = "com1" in self._open and not self.console.full
        if registered and not wanted and "com1" in self._open:
            selector.unregister(line)
        elif wanted and not registered:
            selector.register(line, selectors.EVENT_READ, "com1")

    def _read(self, name: str, flags: int = 0) -> bool:
        """Reads a line once. False: it is closed."""
        try:
            data = self._lines[name].recv(READ_SIZE, flags)
        except BlockingIOError:
            return True
        except OSError:
            data = b""
        sink = self._sinks.get(name)
        if data and sink is not None:
            sink(data)
        with self.changed:
            if data:
                self._feed(name, data)
            elif name in self._open:
                self._open.discard(name)
            self.changed.notify_all()
        return bool(data)

    def _feed(self, name: str, data: bytes) -> None:
        if name == "com1":
            self.console.feed(data)
        elif name == "com2":
            self.log.append(data)
        else:
            self._protocol.feed(data)
            events, self._protocol.events = self._protocol.events, []
            for event in events:
                self._event(event["event"], event.get("data", {}))

    def _event(self, name: str, data: dict[str, Any]) -> None:
        if name == "SHUTDOWN":
            self._shutdown = data
        elif name == "RESET" and data.get("guest"):
            self._read_rest_of_com1()
            if self._announced():
                self.console.restart()
            elif self._failure is None:
                self._failure = StoppedLate("the system reset by itself while it should "
                                            + self.console.phase.value)
                self.process.kill()

    def _read_rest_of_com1(self) -> None:
        """What was written before an event is in COM1's buffer by the time the event is."""
        while "com1" in self._open and not self.console.full:
            try:
                data = self._lines["com1"].recv(READ_SIZE, socket.MSG_DONTWAIT)
            except OSError:
                return
            if not data:
                return
            self.console.feed(data)

    def _announced(self) -> bool:
        """Whether the command that ended last said that the machine would go down."""
        if self.console.phase is not Phase.DONE:
            return False
        return self.last_command is None or bool(POWER_WORDS & set(self.last_command.split()))

    def _judge_end(self) -> None:
        """QEMU is gone: was that right?"""
        code = self.process.wait()
        with self.changed:
            self.console.finish()
            reason = (self._shutdown or {}).get("reason", "")
            if self._failure is None:
                self._judge_reason(reason, code)
            self._judged = True
            self.changed.notify_all()

    def _judge_reason(self, reason: str, code: int) -> None:
        if reason.startswith("guest") and self._announced():
            self.off = True
        elif reason.startswith("guest"):
            self._failure = StoppedLate("the system powered itself off while it should "
                                        + self.console.phase.value)
        elif reason == "host-ui":
            self.closed_by_user = True
        elif reason != "host-qmp-quit":
            said = self.error_text()
            self._failure = QemuFailed(f"QEMU ended with status {code}"
                                       + (f": {said}" if said else ""))


def write_to_stderr(data: bytes) -> None:
    """A sink for the log."""
    sys.stderr.buffer.write(data)
    sys.stderr.buffer.flush()
