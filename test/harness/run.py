# SPDX-License-Identifier: MIT
"""`scripts/run`: builds, boots, and carries commands in and their output and status out."""

import argparse
import os
import select
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import accelerator
from .build import build, build_folder, image_path
from .guest import Guest, check_command
from .interactive import Terminal, give_shell
from .machine import Machine
from .options import DEMO_COMMAND, Action, parse
from .qemu import Sink, write_to_stderr
from .status import COMMAND_STATUS_MAX, HarnessError, StoppedLate, TimedOut

LOG_LINES = 20


class Outcome:
    """The status of a run, from the statuses of its commands."""

    def __init__(self) -> None:
        self.status = 0

    def note(self, command: str, statuses: Sequence[int]) -> None:
        """The first that is not 0 counts, but `exit` decides whatever came before."""
        for status in statuses:
            self.status = self.status or status
        if command.split()[:1] == ["exit"] and statuses:
            self.status = statuses[-1]


def run(words: Sequence[str]) -> int:
    """The whole of `scripts/run`; gives its status."""
    chosen = parse(words)
    if chosen.image is None:
        build("default")
        chosen.image = image_path()
    if not chosen.actions and sys.stdin.isatty():
        return _run_at_terminal(chosen)
    guest = None
    try:
        guest = Guest(_machine(chosen, "none"), chosen.image, **_boot_options(chosen))
        demo = [Action("exec", DEMO_COMMAND)] if chosen.demo else []
        return _act(guest, demo + (chosen.actions or _lines_of_stdin()))
    except HarnessError:
        explain(guest, chosen.verbose)
        raise
    finally:
        if guest is not None:
            guest.close()


def explain(guest: Guest | None, verbose: bool) -> None:
    """Shows the end of the log after a failure, unless the log was shown all along."""
    lines = guest.last_lines(LOG_LINES) if guest is not None and not verbose else []
    if lines:
        print("The log ended with:", *(f"    {line}" for line in lines), sep="\n",
              file=sys.stderr)


def _machine(chosen: argparse.Namespace, display: str) -> Machine:
    accel = accelerator.choose(chosen.accel, chosen.icount, build_folder())
    if chosen.verbose or display != "none" or sys.stdin.isatty():
        print(f"Running under {accel.upper()}.", file=sys.stderr)
    return Machine(smp=chosen.smp, memory=chosen.memory, disk=chosen.disk, machine=chosen.machine,
                   cpu=chosen.cpu, accel=accel, icount=chosen.icount, firmware=chosen.firmware,
                   display=display, extra_args=tuple(chosen.qemu_arg))


def _boot_options(chosen: argparse.Namespace) -> dict[str, Any]:
    return {"extra": chosen.extra, "options": chosen.option, "timeout": chosen.timeout,
            "log_sink": write_to_stderr if chosen.verbose else None}


def _lines_of_stdin() -> list[Action]:
    """Without a terminal, each line of the input is a command."""
    lines = [line.strip() for line in sys.stdin.read().splitlines()]
    for line in filter(None, lines):
        check_command(line)
    return [Action("exec", line) for line in lines if line]


def _writer(guest: Guest) -> Sink:
    """A sink that passes output on at once, and does not wait for a reader beyond the timeout."""
    output = sys.stdout.fileno()

    def write(data: bytes) -> None:
        while data:
            _, ready, _ = select.select([], [output], [], max(guest.remaining(), 0))
            if not ready:
                raise TimedOut("timeout: nobody read what the guest printed")
            data = data[os.write(output, data[:select.PIPE_BUF]):]

    return write


def _act(guest: Guest, actions: Sequence[Action]) -> int:
    """Carries the actions out in order; without any, sees that the system comes up."""
    outcome = Outcome()
    write = _writer(guest)
    guest.wait_for_prompt()
    for position, action in enumerate(actions):
        if guest.powered_off:
            left = ", ".join(f"'{action.value}'" for action in actions[position:])
            print(f"The system is off: {left} came too late.", file=sys.stderr)
            return outcome.status or StoppedLate.status
        if action.kind == "exec":
            result = guest.run(action.value, write)
            outcome.note(action.value, [result.status])
        elif action.kind == "send-key":
            outcome.note("", guest.send_keys(action.value, write))
        else:
            guest.screenshot(Path(action.value))
    return outcome.status


def _run_at_terminal(chosen: argparse.Namespace) -> int:
    """A person's session; the window is QEMU's where there is a screen to show it on."""
    has_screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    machine = _machine(chosen, "gtk" if has_screen else "none")
    guest = None
    with Terminal() as terminal:
        try:
            guest = Guest(machine, chosen.image, **_boot_options(chosen),
                          console_sink=terminal.show, folder=terminal.folder)
            status = give_shell(guest, terminal, chosen.timeout_given,
                                DEMO_COMMAND if chosen.demo else "")
        except HarnessError:
            terminal.restore()
            explain(guest, chosen.verbose)
            raise
        finally:
            terminal.restore()
            if guest is not None:
                guest.close()
    return min(status, COMMAND_STATUS_MAX)
