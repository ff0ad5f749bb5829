# SPDX-License-Identifier: MIT
"""Runs `scripts/run` against a real guest that misbehaves, and checks every status it can give.

The guest needs the application `misbehave`, built as a cell and put into the extra folder:

    misbehave hang          prints `hanging` and never returns
    misbehave stop          stops the system beyond recovery: `theoris: stopped: it was asked to`
    misbehave reset         resets the machine without a word
    misbehave off           powers it off without a word
    misbehave flood         prints lines for ever
    misbehave say TEXT      prints TEXT and a newline
    misbehave status N      returns N

$THEORIS_TEST_IMAGE is the image to boot (default: the build's), $THEORIS_TEST_MISBEHAVE the cell
(default: cells/misbehave.cell of the build).
"""

import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import termios
import time
import unittest
from collections.abc import Iterator

import pexpect

from harness import image
from harness.build import SOURCE, build_folder, image_path

RUN = str(SOURCE / "scripts/run")
IMAGE = pathlib.Path(os.environ.get("THEORIS_TEST_IMAGE", image_path()))
MISBEHAVE = pathlib.Path(os.environ.get("THEORIS_TEST_MISBEHAVE",
                                        build_folder() / "cells/misbehave.cell"))
HANG_TIMEOUT = "20"
"""Enough to boot; what hangs afterwards should not hold up the suite."""
MEMORY_MAX_KIB = 200 << 10
CTRL_BRACKET = "\x1d"
PROMPT = "theoris> "


def wait_for(condition: object, seconds: float = 60) -> None:
    """Waits until `condition()` holds."""
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("this did not come about in time")
        time.sleep(0.05)


def child_of(pid: int, name: str) -> int | None:
    """A child process by name."""
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    for child in map(int, children):
        with contextlib.suppress(OSError):
            if pathlib.Path(f"/proc/{child}/comm").read_text("ascii").strip() == name:
                return child
    return None


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be collected does not."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text("ascii")
        return text.rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class Runs(unittest.TestCase):
    """Gives tests a guest with `misbehave`."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="theoris test ")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        extra = self.folder / "extra"
        extra.mkdir()
        (extra / "misbehave.cell").symlink_to(MISBEHAVE.resolve())
        self.boot = [RUN, "--image", str(IMAGE), "--extra", str(extra)]

    def run_it(self, *words: str, command: list[str] | None = None, text: str = "",
               **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs scripts/run to its end; nothing is typed unless `text` is given."""
        return subprocess.run([*(command or self.boot), *words], check=False, input=text, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=os.environ | environment)

    def expect(self, status: int, sentence: str, *words: str, **more: object) -> str:
        """Checks status and sentence, and gives what stood on stdout."""
        done = self.run_it(*words, **more)  # type: ignore[arg-type]
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertIn(sentence, done.stderr)
        return done.stdout

    @contextlib.contextmanager
    def hanging(self) -> Iterator[tuple[subprocess.Popen[bytes], int, pathlib.Path]]:
        """A run whose command hangs, QEMU's process and the run's temporary folder."""
        with subprocess.Popen([*self.boot, "--exec", "misbehave hang"], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL) as process:
            try:
                assert process.stdout is not None
                self.assertEqual(process.stdout.readline(), b"hanging\n")
                qemu = child_of(process.pid, "qemu-system-x86")
                assert qemu is not None
                words = pathlib.Path(f"/proc/{qemu}/environ").read_bytes().split(b"\0")
                folder = next(word for word in words if word.startswith(b"TMPDIR="))
                yield process, qemu, pathlib.Path(folder[len(b"TMPDIR="):].decode())
            finally:
                process.kill()


class Commands(Runs):
    """What goes in and comes out where nothing goes wrong."""

    def test_output_is_exact_and_in_order(self) -> None:
        words = ["--exec", "misbehave say 'one  two'", "--exec", "misbehave say three"]
        self.assertEqual(self.expect(0, "", *words), "one  two\nthree\n")

    def test_the_first_failure_counts_and_stops_nothing(self) -> None:
        words = ["--exec", "misbehave status 3", "--exec", "misbehave say on",
                 "--exec", "misbehave status 4"]
        self.assertEqual(self.expect(3, "", *words), "on\n")

    def test_a_line_longer_than_the_fifo_arrives(self) -> None:
        text = "".join(chr(97 + number % 26) for number in range(150))
        self.assertEqual(self.expect(0, "", "--exec", f"misbehave say {text}"), text + "\n")

    def test_exit_gives_its_status(self) -> None:
        self.expect(42, "", "--exec", "misbehave status 3", "--exec", "exit 42")

    def test_what_comes_after_poweroff_is_named(self) -> None:
        words = ["--exec", "poweroff", "--exec", "misbehave say late"]
        self.expect(125, "'misbehave say late'", *words)

    def test_commands_go_on_after_a_reboot(self) -> None:
        words = ["--exec", "reboot", "--exec", "misbehave say again"]
        self.assertEqual(self.expect(0, "", *words), "again\n")

    def test_lines_of_the_input_are_commands(self) -> None:
        text = "misbehave say hi\n\nmisbehave status 7\n"
        self.assertEqual(self.expect(7, "", text=text), "hi\n")

    def test_keys_and_screenshots_work(self) -> None:
        picture = self.folder / "screen.png"
        keys = " ".join("misbehave") + " spc s a y spc h i ret"
        out = self.expect(0, "", "--send-key", keys, "--screenshot", str(picture))
        self.assertEqual(out, "hi\n")
        self.assertEqual(picture.read_bytes()[:8], b"\x89PNG\r\n\x1a\n")

    def test_two_runs_do_not_disturb_each_other(self) -> None:
        runs = [subprocess.Popen([*self.boot, "--exec", f"misbehave say {name}"], text=True,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
                for name in ("one", "two")]
        outputs = [run.communicate()[0] for run in runs]
        self.assertEqual(outputs, ["one\n", "two\n"])
        self.assertEqual([run.returncode for run in runs], [0, 0])

    def test_a_person_has_a_shell_and_the_terminal_back(self) -> None:
        session = pexpect.spawn(self.boot[0], [*self.boot[1:], "--smp", "1"], encoding="utf-8",
                                timeout=60, env=os.environ | {"DISPLAY": "", "WAYLAND_DISPLAY": ""})
        self.addCleanup(session.close)
        before = termios.tcgetattr(session.child_fd)
        session.expect_exact(PROMPT)
        self.assertNotEqual(termios.tcgetattr(session.child_fd), before)
        session.send("misbehave say hello\r")
        session.expect_exact("\x1b]133;C\x07hello\r\n")
        session.expect_exact(PROMPT)
        session.send(CTRL_BRACKET)
        wait_for(lambda: termios.tcgetattr(session.child_fd) == before)
        session.expect(pexpect.EOF)
        session.close()
        self.assertEqual(session.exitstatus, 0)


class Statuses(Runs):
    """Each status that is not a command's."""

    def test_bad_usage_is_120(self) -> None:
        self.expect(120, "--bogus", "--bogus")

    def test_a_missing_package_is_121(self) -> None:
        tool = self.folder / "dpkg-query"
        tool.write_text("#!/bin/sh\nexit 1\n")
        tool.chmod(0o755)
        path = f"{self.folder}:{os.environ['PATH']}"
        self.expect(121, "Missing: clang-19", "--no-install", PATH=path)

    def test_a_failed_build_is_122(self) -> None:
        (self.folder / "build.ninja").write_text("this is no build file\n")
        self.expect(122, "failed", command=[RUN], THEORIS_BUILD=str(self.folder))

    def test_a_volume_without_nano_core_is_123(self) -> None:
        loader = self.folder / "loader"
        loader.write_bytes(subprocess.run(
            ["mtype", "-i", f"{IMAGE}@@{image.PARTITION_START}", f"::/{image.LOADER_PATH}"],
            check=True, stdout=subprocess.PIPE).stdout)
        disk = self.folder / "disk.img"
        image.make_image(disk, {image.LOADER_PATH: loader})
        self.expect(123, "nano_core.elf", command=[RUN, "--image", str(disk)])

    def test_a_volume_without_loader_is_123(self) -> None:
        disk = self.folder / "disk.img"
        image.make_image(disk, {})
        self.expect(123, "nothing to boot", command=[RUN, "--image", str(disk)])

    def test_a_timeout_is_124(self) -> None:
        words = ["--timeout", HANG_TIMEOUT, "--exec", "misbehave hang"]
        self.assertEqual(self.expect(124, "finish 'misbehave hang'", *words), "hanging\n")

    def test_a_stop_is_125(self) -> None:
        self.expect(125, "stopped: it was asked to", "--exec", "misbehave stop")

    def test_a_reset_is_125(self) -> None:
        self.expect(125, "reset by itself", "--exec", "misbehave reset")

    def test_a_power_off_without_a_word_is_125(self) -> None:
        self.expect(125, "powered itself off", "--exec", "misbehave off")

    def test_a_failing_qemu_is_126(self) -> None:
        self.expect(126, "-bogus", "--qemu-arg", "-bogus")

    def test_a_flood_passes_through_in_bounded_memory(self) -> None:
        command = [*self.boot, "--timeout", HANG_TIMEOUT, "--exec", "misbehave flood"]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL) as process:
            assert process.stdout is not None
            peak = count = 0
            while piece := process.stdout.read1():
                count += len(piece)
                status = pathlib.Path(f"/proc/{process.pid}/status").read_text("ascii")
                peaks = [line for line in status.splitlines() if line.startswith("VmHWM")]
                peak = int(peaks[0].split()[1]) if peaks else peak
        self.assertEqual(process.returncode, 124)
        self.assertGreater(count, 1 << 20)
        self.assertTrue(0 < peak < MEMORY_MAX_KIB, peak)


class Endings(Runs):
    """Nothing is left behind, however a run ends."""

    def ends_with(self, number: signal.Signals, status: int) -> None:
        """Sends a signal and waits until QEMU and the folder are gone."""
        with self.hanging() as (process, qemu, folder):
            self.assertTrue(folder.is_dir())
            process.send_signal(number)
            self.assertEqual(process.wait(), status)
            wait_for(lambda: not is_alive(qemu) and not folder.exists())

    def test_nothing_is_left_after_a_kill(self) -> None:
        self.ends_with(signal.SIGKILL, -signal.SIGKILL)

    def test_nothing_is_left_after_a_termination(self) -> None:
        self.ends_with(signal.SIGTERM, 128 + signal.SIGTERM)

    def test_nothing_is_left_after_an_interrupt(self) -> None:
        self.ends_with(signal.SIGINT, 128 + signal.SIGINT)

    def test_a_killed_qemu_is_126(self) -> None:
        with self.hanging() as (process, qemu, folder):
            os.kill(qemu, signal.SIGKILL)
            self.assertEqual(process.wait(), 126)
            wait_for(lambda: not folder.exists())


if __name__ == "__main__":
    sys.exit(unittest.main())
