# SPDX-License-Identifier: MIT
"""The command line of `scripts/run`."""

import argparse
import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from .guest import check_command, check_keys
from .image import ImageError, extra_files
from .machine import DISKS, FIRMWARES, MACHINES
from .status import BadUsage

TIMEOUT_DEFAULT = 120.0
TIMEOUT_ICOUNT = 300.0
SMP_DEFAULT = 2
DEMO_COMMAND = "demo"
EPILOG = """\
--exec, --send-key and --screenshot act in the order given, without a window; a command that fails
does not stop those after it. Without them you get the shell: Ctrl-] leaves it.

Status: 0 to 99 the first non-zero status of a command (that of `exit STATUS`, if one was given);
120 bad usage; 121 a package is missing; 122 the build failed; 123 firmware, loader or nano_core
stopped before the prompt; 124 timeout; 125 the system stopped, or reset by itself; 126 QEMU failed.
"""
_SIZE = re.compile(r"([1-9][0-9]*)([MG])")
_OPTION = re.compile(r"[a-z][a-z0-9_.]*=[^\s#\x00-\x1f\x7f]*")


@dataclasses.dataclass(frozen=True)
class Action:
    """One of --exec, --send-key and --screenshot (`kind` without the dashes)."""

    kind: str
    value: str


class _Parser(argparse.ArgumentParser):
    """Reports bad usage as our own exception."""

    def error(self, message: str) -> NoReturn:
        raise BadUsage(f"{message}; {self.prog} --help lists the options")


class _Append(argparse.Action):
    """Collects actions of all kinds in one list, in order."""

    def __call__(self, parser: argparse.ArgumentParser, namespace: argparse.Namespace,
                 values: Any, option_string: str | None = None) -> None:
        kind = (option_string or "").lstrip("-")
        namespace.actions = [*namespace.actions, Action(kind, values)]


def _parser() -> _Parser:
    parser = _Parser(prog="scripts/run", allow_abbrev=False, epilog=EPILOG,
                     formatter_class=argparse.RawDescriptionHelpFormatter,
                     description="Builds Theoris, boots it under QEMU and gives you its shell.")
    parser.set_defaults(actions=[])
    add = parser.add_argument
    add("--exec", action=_Append, metavar="COMMAND", help="type a command, print its output")
    add("--send-key", action=_Append, metavar="KEYS",
        help="press keys: QEMU key names joined by '-', blanks between strokes")
    add("--screenshot", action=_Append, metavar="FILE.png", help="save the screen at the prompt")
    add("--smp", type=int, metavar="N", help=f"processors ({SMP_DEFAULT})")
    add("--memory", default="256M", metavar="SIZE", help="such as 96M or 6G (256M)")
    add("--disk", default="nvme", choices=DISKS, help="what the disk hangs on (nvme)")
    add("--machine", default="q35", choices=MACHINES, help="(q35)")
    add("--cpu", default="max", metavar="MODEL", help="(max)")
    add("--firmware", default="4m", choices=tuple(FIRMWARES), help="size of the OVMF build (4m)")
    add("--accel", choices=("auto", "kvm", "tcg"), default="auto",
        help="auto: KVM if a short probe finds that it works")
    add("--icount", action="store_true", help="count instructions; one processor")
    add("--timeout", type=float, metavar="SECONDS",
        help=f"from QEMU's start ({TIMEOUT_DEFAULT:.0f}; {TIMEOUT_ICOUNT:.0f} with --icount); "
             "without it, the shell at your terminal is limited only until its prompt")
    add("--extra", action="append", default=[], type=Path, metavar="DIR",
        help=r"its files go to \theoris\extra")
    add("--option", action="append", default=[], metavar="KEY=VALUE", help="goes to options.txt")
    add("--image", type=Path, metavar="FILE", help="boot this image, build nothing")
    add("--demo", action="store_true", help=f"type '{DEMO_COMMAND}' first: the ship of Theseus")
    add("--qemu-arg", action="append", default=[], metavar="ARG", help="one more word for QEMU")
    add("--no-install", action="store_true", help="list missing packages instead of installing")
    add("--yes", action="store_true", help="install missing packages without asking")
    add("--verbose", action="store_true", help="the log goes to stderr")
    return parser


def _join_values(parser: _Parser, words: Sequence[str]) -> list[str]:
    """`--option VALUE` as `--option=VALUE`, so that a value may begin with a dash."""
    takers = {name for action in parser._actions if action.nargs is None
              for name in action.option_strings}
    joined: list[str] = []
    rest = iter(words)
    for word in rest:
        if word in takers:
            value = next(rest, None)
            if value is None:
                parser.error(f"{word} needs a value")
            word = f"{word}={value}"
        joined.append(word)
    return joined


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The options, complete and checked as far as that needs no guest; raises BadUsage."""
    parser = _parser()
    chosen = parser.parse_args(_join_values(parser, words))
    _check_numbers(chosen)
    _check_files(chosen)
    for option in chosen.option:
        if not _OPTION.fullmatch(option):
            raise BadUsage(f"--option takes KEY=VALUE without blanks, not '{option}'")
    for action in chosen.actions:
        _check_action(action)
    return chosen


def _check_numbers(chosen: argparse.Namespace) -> None:
    """Fills in what depends on --icount, and refuses what no machine can be."""
    if chosen.icount and (chosen.smp or 1) != 1:
        raise BadUsage("--icount counts on one processor: leave --smp out")
    if chosen.icount and chosen.accel == "kvm":
        raise BadUsage("--icount cannot count under KVM: leave --accel out")
    if chosen.smp is None:
        chosen.smp = 1 if chosen.icount else SMP_DEFAULT
    if not 1 <= chosen.smp <= 255:
        raise BadUsage(f"--smp takes 1 to 255, not {chosen.smp}")
    if not _SIZE.fullmatch(chosen.memory):
        raise BadUsage(f"--memory takes a size such as 256M or 6G, not '{chosen.memory}'")
    chosen.timeout_given = chosen.timeout is not None
    if chosen.timeout is None:
        chosen.timeout = TIMEOUT_ICOUNT if chosen.icount else TIMEOUT_DEFAULT
    if not 0 < chosen.timeout < float("inf"):
        raise BadUsage(f"--timeout takes a positive number of seconds, not {chosen.timeout}")


def _check_files(chosen: argparse.Namespace) -> None:
    if chosen.image is not None and not chosen.image.is_file():
        raise BadUsage(f"there is no image '{chosen.image}'")
    try:
        extra_files(chosen.extra)
    except ImageError as error:
        raise BadUsage(str(error)) from error


def _check_action(action: Action) -> None:
    if action.kind == "exec":
        check_command(action.value)
    elif action.kind == "send-key":
        check_keys(action.value)
    elif not action.value.endswith(".png"):
        raise BadUsage(f"--screenshot writes PNG: '{action.value}' should end in .png")
    elif not Path(action.value).absolute().parent.is_dir():
        raise BadUsage(f"there is no folder to write '{action.value}' to")
