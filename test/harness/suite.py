# SPDX-License-Identifier: MIT
"""`scripts/test`: builds all presets that the suite needs, runs it through CTest, sums it up."""

import subprocess
import xml.etree.ElementTree as xml
from collections.abc import Sequence
from pathlib import Path

from .build import build, build_folder
from .process import require_program, run_build_step
from .status import BuildFailed

USAGE = """\
Usage: scripts/test [--long] [--no-install] [--yes] [ctest arguments]

Installs what is missing, builds, and runs the tests through CTest: all but those labelled `long`,
which --long adds. Every other argument goes to CTest: `-L quick`, `-R host.frame_allocator`.
Status: CTest's; 120 to 122 as for scripts/run.
"""
OWN_OPTIONS = ("--long", "--no-install", "--yes")
GUESTS_AT_ONCE = "2"
SLOWEST_SHOWN = 3


def suite(words: Sequence[str]) -> int:
    """The whole of `scripts/test`; gives its status."""
    if {"--help", "-h"} & set(words):
        print(USAGE, end="")
        return 0
    build("default", "host")
    report = build_folder() / "test-report.xml"
    report.unlink(missing_ok=True)
    status = run_build_step(_ctest_command(words, report), stdin=subprocess.DEVNULL)
    if report.exists():
        print(summary(report), flush=True)
    return status


def _ctest_command(words: Sequence[str], report: Path) -> list[str]:
    """CTest with the user's arguments last, for there they win."""
    if not (build_folder() / "CTestTestfile.cmake").exists():
        raise BuildFailed("the build has no tests")
    passed_on = [word for word in words if word not in OWN_OPTIONS]
    command = [require_program("ctest", "cmake"), "--test-dir", str(build_folder()),
               "--output-on-failure", "--no-tests=error", "--output-junit", str(report),
               "--parallel", GUESTS_AT_ONCE]
    if "--long" not in words:
        command += ["--label-exclude", "^long$"]
    return command + passed_on


def summary(report: Path) -> str:
    """A few lines on a JUnit report: how many passed, which failed, which took longest."""
    cases = list(xml.parse(report).getroot().iter("testcase"))
    failed = [case.get("name", "?") for case in cases if case.get("status") == "fail"]
    skipped = [case for case in cases if case.get("status") not in ("run", "fail")]
    slowest = sorted(cases, key=_seconds, reverse=True)[:SLOWEST_SHOWN]
    passed = len(cases) - len(failed) - len(skipped)
    lines = [f"Summary: {passed} passed, {len(failed)} failed, {len(skipped)} not run, "
             f"{sum(map(_seconds, cases)):.0f} s of tests."]
    lines += [f"    failed: {name}" for name in failed]
    lines += [f"    slow: {case.get('name')} ({_seconds(case):.1f} s)" for case in slowest]
    return "\n".join(lines)


def _seconds(case: xml.Element) -> float:
    return float(case.get("time", "0"))
