# SPDX-License-Identifier: MIT
"""Tests of command lines: what is accepted, in which order, and what QEMU is told. No QEMU."""

import pathlib
import tempfile
import unittest

from .machine import Machine, qemu_command
from .options import Action, parse
from .run import Outcome
from .status import BadUsage
from .stick import Device, check_device, confirm
from .suite import summary


class Parsing(unittest.TestCase):
    """The options of scripts/run."""

    def test_defaults_are_those_of_the_reference(self) -> None:
        chosen = parse([])
        self.assertEqual((chosen.smp, chosen.memory, chosen.disk, chosen.machine, chosen.cpu),
                         (2, "256M", "nvme", "q35", "max"))
        self.assertEqual((chosen.accel, chosen.timeout, chosen.actions), ("auto", 120, []))

    def test_actions_keep_their_order(self) -> None:
        chosen = parse(["--exec", "a", "--send-key", "b ret", "--screenshot", "/tmp/c.png",
                        "--exec=d"])
        self.assertEqual(chosen.actions, [Action("exec", "a"), Action("send-key", "b ret"),
                                          Action("screenshot", "/tmp/c.png"), Action("exec", "d")])

    def test_a_value_may_begin_with_a_dash(self) -> None:
        chosen = parse(["--qemu-arg", "-device", "--qemu-arg", "edu", "--exec", "--help"])
        self.assertEqual(chosen.qemu_arg, ["-device", "edu"])
        self.assertEqual(chosen.actions, [Action("exec", "--help")])

    def test_icount_implies_one_processor_and_more_time(self) -> None:
        chosen = parse(["--icount"])
        self.assertEqual((chosen.smp, chosen.timeout), (1, 300))
        self.assertEqual(parse(["--icount", "--timeout", "9"]).timeout, 9)

    def test_bad_usage_is_refused_with_120(self) -> None:
        bad = [["--bogus"], ["word"], ["--exec"], ["--exec", " "], ["--exec", "a\nb"],
               ["--smp", "0"], ["--smp", "two"], ["--icount", "--smp", "2"],
               ["--icount", "--accel", "kvm"], ["--memory", "256"], ["--memory", "0M"],
               ["--disk", "floppy"], ["--machine", "microvm"], ["--accel", "xen"],
               ["--timeout", "0"], ["--timeout", "-1"], ["--timeout", "nan"], ["--option", "x"],
               ["--option", "a=b c"], ["--option", "A=b"], ["--extra", "/nowhere"],
               ["--screenshot", "x.jpg"], ["--screenshot", "/nowhere/x.png"],
               ["--send-key", ""], ["--send-key", "a--b"], ["--image", "/nowhere.img"],
               ["--firmware", "8m"], ["--ex", "a"]]
        for words in bad:
            with self.subTest(words=words), self.assertRaises(BadUsage) as caught:
                parse(words)
            self.assertEqual(caught.exception.status, 120)


class QemuCommands(unittest.TestCase):
    """What a machine becomes on QEMU's command line."""

    def command(self, machine: Machine) -> str:
        """The command line in one string."""
        lines = {"com1": pathlib.Path("/c1"), "com2": pathlib.Path("/c2")}
        files = (pathlib.Path("/i,m.img"), pathlib.Path("/v"))
        return " ".join(qemu_command(machine, *files, lines, 5))

    def test_every_disk_boots_first(self) -> None:
        for disk, driver in (("nvme", "nvme"), ("ahci", "ide-hd"), ("virtio", "virtio-blk-pci"),
                             ("usb", "usb-storage")):
            for machine in ("q35", "pc"):
                command = self.command(Machine(disk=disk, machine=machine))
                self.assertRegex(command, f"-device {driver},drive=disk,[^ ]*bootindex=0")
                self.assertEqual("ich9-ahci" in command, disk == "ahci" and machine == "pc")

    def test_a_comma_in_a_path_is_doubled(self) -> None:
        self.assertIn("snapshot=on,file=/i,,m.img ", self.command(Machine()))

    def test_counting_runs_on_one_thread(self) -> None:
        command = self.command(Machine(icount=True, smp=1))
        self.assertIn("-accel tcg,thread=single -icount shift=0,sleep=off", command)


class Statuses(unittest.TestCase):
    """The status of a whole run."""

    def test_the_first_failure_counts(self) -> None:
        outcome = Outcome()
        for status in (0, 3, 4, 0):
            outcome.note("ls", [status])
        self.assertEqual(outcome.status, 3)

    def test_exit_decides_whatever_came_before(self) -> None:
        outcome = Outcome()
        outcome.note("ls", [3])
        outcome.note("exit 0", [0])
        self.assertEqual(outcome.status, 0)


class Sticks(unittest.TestCase):
    """What scripts/image --write refuses and asks, with a made-up /sys and /proc."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.system = pathlib.Path(folder.name)
        self.block = self.system / "sys/class/block/sdq"
        (self.block / "device").mkdir(parents=True)
        (self.block / "sdq1").mkdir()
        (self.system / "proc/self").mkdir(parents=True)
        for name, text in (("size", "200000"), ("removable", "1"), ("device/model", "Stick 3"),
                           ("sdq1/partition", "1")):
            (self.block / name).write_text(text + "\n")
        self.mounts("/dev/sda1 / ext4 rw 0 0")

    def mounts(self, text: str) -> None:
        """Sets what is mounted."""
        (self.system / "proc/self/mounts").write_text(text + "\n")

    def device(self) -> Device:
        """The made-up stick."""
        return Device(pathlib.Path("/dev/sdq"), self.system)

    def test_a_free_stick_is_accepted_and_described(self) -> None:
        check_device(self.device(), 50 << 20)
        self.assertEqual(self.device().description, "/dev/sdq (Stick 3, 0.1 GB)")

    def test_a_mounted_part_is_refused(self) -> None:
        self.mounts("/dev/sdq1 /media/stick vfat rw 0 0")
        with self.assertRaisesRegex(BadUsage, "/media/stick"):
            check_device(self.device(), 50 << 20)

    def test_a_partition_or_a_small_device_is_refused(self) -> None:
        with self.assertRaisesRegex(BadUsage, "does not fit"):
            check_device(self.device(), 1 << 30)
        (self.block / "partition").write_text("1\n")
        with self.assertRaisesRegex(BadUsage, "partition"):
            check_device(self.device(), 50 << 20)

    def test_an_unknown_device_is_refused(self) -> None:
        with self.assertRaises(BadUsage):
            Device(pathlib.Path("/dev/sdz"), self.system)

    def test_a_fixed_disk_must_be_named_in_full(self) -> None:
        self.assertTrue(confirm(self.device(), lambda _: "yes"))
        self.assertFalse(confirm(self.device(), lambda _: ""))
        (self.block / "removable").write_text("0\n")
        self.assertFalse(confirm(self.device(), lambda _: "yes"))
        self.assertTrue(confirm(self.device(), lambda _: "overwrite /dev/sdq"))


class Summaries(unittest.TestCase):
    """What scripts/test says at the end."""

    def test_failures_are_named(self) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".xml") as report:
            report.write('<testsuite><testcase name="host.a" status="run" time="1.5"/>'
                         '<testcase name="boot.b" status="fail" time="2"/>'
                         '<testcase name="host.c" status="notrun" time="0"/></testsuite>')
            report.flush()
            text = summary(pathlib.Path(report.name))
        self.assertIn("1 passed, 1 failed, 1 not run", text)
        self.assertIn("failed: boot.b", text)


if __name__ == "__main__":
    unittest.main()
