# SPDX-License-Identifier: MIT
"""The shell and its commands, typed at and looked at."""

import json
import tempfile
import unittest
from pathlib import Path

from boot.screen_text import screen_text
from harness.build import build_folder, image_path
from harness.guest import Guest
from harness.machine import Machine

COMMANDS = ("help", "version", "cells", "memory", "echo", "log", "reboot", "poweroff", "exit",
            "test", "hello", "bench", "bench_mappings", "deps")
CELL_KEYS = {"name", "version", "kind", "namespace", "text", "rodata", "data", "sections",
             "dependencies", "dependents", "state", "pinned"}
MEMORY_KEYS = {"total", "free", "reserved", "device", "in_use", "heap", "cells", "stacks",
               "page_tables", "tombstones"}
AUDIT_KEYS = {"mappings", "writable_executable", "frames_mapped_twice", "nano_core_text_frames",
              "exceptions", "window_aliases", "window_executable", "too_large"}
USAGE, NOT_FOUND = 2, 3


class Shell(unittest.TestCase):
    """One guest for all tests that leave it as it was."""

    guest: Guest

    @classmethod
    def setUpClass(cls) -> None:
        cls.guest = cls.enterClassContext(Guest(Machine(), image_path()))

    def run_it(self, command: str, status: int = 0) -> str:
        """Runs a command and checks its status."""
        result = self.guest.run(command)
        self.assertEqual(result.status, status, result.text)
        return result.text

    def test_every_command_is_listed_and_has_help(self) -> None:
        listed = [json.loads(line) for line in self.run_it("help -j").splitlines()]
        self.assertLessEqual(set(COMMANDS), {entry["name"] for entry in listed})
        for entry in listed:
            shown = self.run_it(f"{entry['name']} --help")
            self.assertIn(entry["purpose"], shown)
            self.assertIn(f"usage: {entry['name']}", shown)
            self.assertIn(entry["name"], self.run_it("help"))

    def test_echo_prints_its_words(self) -> None:
        self.assertEqual(self.run_it("echo a  'b  c' \\' -- d"), "a b  c ' -- d\n")
        self.assertEqual(self.run_it("echo"), "\n")
        self.assertEqual(self.run_it("echo -- --help"), "--help\n")

    def test_hello_does_nothing(self) -> None:
        self.assertEqual(self.run_it("hello"), "")

    def test_version_names_project_commit_and_compiler(self) -> None:
        version = json.loads(self.run_it("version -j"))
        self.assertRegex(version["project"], r"^Theoris \d+\.\d+\.\d+$")
        self.assertRegex(version["commit"], r"^([0-9a-f]{12}|unknown)$")
        self.assertRegex(version["compiler"], r"^Clang 19\.")
        for value in version.values():
            self.assertIn(value, self.run_it("version"))

    def test_cells_lists_at_least_fifteen_with_all_keys(self) -> None:
        self.run_it("cells load hello")
        self.addCleanup(self.run_it, "cells unload hello")
        cells = {cell["name"]: cell
                 for cell in map(json.loads, self.run_it("cells -j").splitlines())}
        self.assertGreaterEqual(len(cells), 15)
        for cell in cells.values():
            self.assertLessEqual(CELL_KEYS, set(cell))
            self.assertLessEqual(set(cell["dependencies"]), set(cells))
            for name in cell["dependencies"]:
                self.assertIn(cell["name"], cells[name]["dependents"])
        self.assertEqual(cells["hello"]["kind"], "application")
        self.assertEqual(cells["hello"]["dependencies"], ["app"])
        self.assertIn("hello", self.run_it("cells"))

    def test_bench_says_what_it_counts(self) -> None:
        self.assertIn("figures are ticks", self.run_it("bench lock_unlock"))
        line = json.loads(self.run_it("bench -j lock_unlock"))
        self.assertEqual((line["name"], line["unit"]), ("lock_unlock", "ticks"))
        self.assertIn("no benchmark nothing", self.run_it("bench remap nothing", NOT_FOUND))
        self.assertIn("no benchmark channel_round_trip",
                      self.run_it("bench channel_round_trip", NOT_FOUND))
        lines = [json.loads(line) for line in self.run_it("bench_mappings 7 -j").splitlines()]
        self.assertEqual({(line["design"], line["operation"], line["live"]) for line in lines},
                         {(design, operation, 7) for design in ("owned", "areas")
                          for operation in ("map", "remap", "unmap")})
        self.assertNotEqual(self.run_it("bench_mappings 0", USAGE), "")

    def test_memory_adds_up_and_passes_its_audit(self) -> None:
        memory = json.loads(self.run_it("memory -j"))
        self.assertEqual(set(memory), MEMORY_KEYS)
        self.assertEqual(memory["total"], memory["free"] + memory["reserved"] + memory["in_use"])
        audit = json.loads(self.run_it("memory audit -j"))
        self.assertLessEqual(AUDIT_KEYS, set(audit))
        self.assertEqual((audit["writable_executable"], audit["frames_mapped_twice"]), (0, 0))
        self.assertEqual(audit["exceptions"], ["firmware_runtime_services"])
        self.assertEqual(audit["nano_core_text_frames"], 0)
        self.assertIn("the audit holds", self.run_it("memory audit"))

    def test_memory_in_use_at_the_prompt_is_below_8_mib(self) -> None:
        self.assertLess(json.loads(self.run_it("memory -j"))["in_use"], 8 << 20)

    def test_unknown_commands_and_bad_arguments_get_a_sentence(self) -> None:
        self.assertIn("there is no command nothing", self.run_it("nothing", NOT_FOUND))
        self.assertIn("not a command", self.run_it("heap_owned", NOT_FOUND))
        self.assertIn("quote", self.run_it("echo 'a", USAGE))
        for command in ("help x", "version x", "cells x", "cells load", "cells load a b",
                        "cells show", "cells unload a b", "deps", "deps a b",
                        "deps -j --dot shell", "memory x", "memory audit x", "log x", "reboot x",
                        "poweroff x", "exit 100", "exit -1", "exit x", "exit 1 2", "exit ''"):
            with self.subTest(command=command):
                self.assertNotEqual(self.run_it(command, USAGE), "")
        self.assertIn("no tests", self.run_it("test nothing", NOT_FOUND))
        self.assertIn("there is no cell", self.run_it("cells load nothing", NOT_FOUND))
        for command in ("cells show nothing", "cells unload nothing", "cells verify nothing",
                        "deps nothing", "deps shell:nothing", "deps 0x10", "deps 0xnothing"):
            with self.subTest(command=command):
                self.assertIn("no ", self.run_it(command, NOT_FOUND))
        self.assertIn("32 words", self.run_it("echo " + "x " * 40, USAGE))
        self.assertNotEqual(self.run_it("../../etc", NOT_FOUND), "")

    def test_a_long_line_arrives_whole(self) -> None:
        words = "".join(chr(97 + i % 26) for i in range(500))
        self.assertEqual(self.run_it(f"echo {words}"), words + "\n")

    def test_a_new_line_is_edited_and_history_comes_back(self) -> None:
        self.assertEqual(self.guest.send_keys("e c h o spc x y left backspace z ret"), [0])
        self.assertEqual(self.guest.send_keys("up ret"), [0])

    def test_keys_of_the_keyboard_arrive_on_the_screen(self) -> None:
        self.guest.send_keys("e c h o spc shift-h i shift-1 ret")
        picture = self.guest.folder / "prompt.png"
        self.guest.screenshot(picture)
        text = screen_text(picture.read_bytes())
        self.assertIn("theoris> echo Hi!", text)
        self.assertEqual(text[text.index("theoris> echo Hi!") + 1], "Hi!")
        self.assertTrue([line for line in text if line][-1].startswith("theoris>"), text)


class Ends(unittest.TestCase):
    """Commands after which the system is gone, or back."""

    def test_reboot_comes_back_to_the_prompt(self) -> None:
        with Guest(Machine(), image_path()) as guest:
            self.assertEqual(guest.run("reboot").status, 0)
            self.assertEqual(guest.run("echo back").text, "back\n")

    def test_a_command_is_in_memory_only_while_it_runs(self) -> None:
        with Guest(Machine(), image_path(), options=("log=debug",)) as guest:
            self.assertNotIn('"name":"hello"', guest.run("cells -j").text)
            guest.run("hello")
            self.assertNotIn('"name":"hello"', guest.run("cells -j").text)
            self.assertIn('"name":"cells"', guest.run("cells -j").text)
            self.assertIn("loaded hello.cell", guest.run("log").text)

    def test_more_mappings_than_memory_fail_and_go_back(self) -> None:
        with Guest(Machine(), image_path()) as guest:
            failed = guest.run("bench_mappings 1000000")
            self.assertEqual(failed.status, 1)
            self.assertIn("1000000 mappings failed", failed.text)
            self.assertEqual(guest.run("bench_mappings 1000").status, 0)
            self.assertEqual(guest.run("memory audit").status, 0)

    def test_poweroff_ends_with_status_0(self) -> None:
        with Guest(Machine(), image_path()) as guest:
            self.assertEqual(guest.run("poweroff").status, 0)
            self.assertTrue(guest.powered_off)

    def test_no_display_is_no_obstacle(self) -> None:
        with Guest(Machine(extra_args=("-vga", "none")), image_path()) as guest:
            self.assertEqual(guest.run("echo blind").text, "blind\n")

    def test_no_acpi_is_no_obstacle(self) -> None:
        with Guest(Machine(extra_args=("-no-acpi",)), image_path()) as guest:
            self.assertEqual(guest.run("echo bare").text, "bare\n")

    def test_options_are_read_and_unknown_ones_are_warned_of(self) -> None:
        options = ("log=debug", "colour=blue", "log=loud # not a level")
        with Guest(Machine(), image_path(), options=options) as guest:
            log = guest.run("log").text
            self.assertIn("warning nano_core: unknown option colour", log)
            self.assertIn("loud is not one of", log)
            self.assertRegex(log, r"\[ *\d+\.\d{6}\] debug shell: prompt \d+ ticks")

    def test_an_extra_file_is_found_by_its_full_name(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            cell = (build_folder() / "cells/misbehave.cell").read_bytes()
            (Path(folder) / "another.name").write_bytes(cell)
            with Guest(Machine(), image_path(), extra=[Path(folder)]) as guest:
                self.assertIn("loaded misbehave", guest.run("cells load another.name").text)
