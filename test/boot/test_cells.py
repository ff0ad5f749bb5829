# SPDX-License-Identifier: MIT
"""Objects that are no good cells: `cells load` says why, and the system goes on."""

import json
import os
import re
import struct
import subprocess
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path

from abi import cells
from harness.build import build_folder, image_path
from harness.guest import Guest
from harness.machine import Machine

CC = os.environ.get("THEORIS_CC", "clang-19")
OBJCOPY = os.environ.get("THEORIS_OBJCOPY", "llvm-objcopy-19")
FLAGS = ["-std=c23", "-ffreestanding", "-mcmodel=kernel", "-mno-red-zone", "-fno-pic",
         "-ffunction-sections", "-fdata-sections", "-fsanitize=kcfi",
         "--target=x86_64-unknown-none-elf", "-O1", "-c", "-Wno-unused-command-line-argument"]
MANIFEST = "manifest: 1.0\nname: {name}\nversion: 1.0.0\nkind: {kind}\npurpose: Is bad.\n"
GOOD = "int main(int, char **) { return 0; }"
HOOKS = """
#include <cell/status.h>
#include <fault/logger.h>
int main(int, char **) { return 0; }
enum status begin(void) { log_notice("has begun"); return STATUS_OK; }
enum status end(void) { log_notice("ends"); return STATUS_IO; }
"""
FAILED, NOT_FOUND = 1, 3
EHDR_CLASS, EHDR_MACHINE, EHDR_SHOFF = 4, 18, 40
SHDR_SIZE = 64


class Objects(unittest.TestCase):
    """All objects are on one volume and loaded in one boot."""

    folder: Path
    guest: Guest

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.files = {}
        cls.make_all()
        extra = cls.folder / "extra"
        extra.mkdir()
        for name, data in cls.files.items():
            (extra / f"{name}.cell").write_bytes(data)
        cls.guest = cls.enterClassContext(Guest(Machine(), image_path(), extra=[extra]))

    files: dict[str, bytes]

    @classmethod
    def make(cls, name: str, source: str = GOOD, *, manifest: str | None = None,
             more: str = "", flags: tuple[str, ...] = (), language: str = "c",
             kind: str = "application", signed: bool = False) -> bytes:
        """Compiles and packs a cell, unchecked; it is signed by the key of the build, or not."""
        text, packed = cls.folder / f"{name}.{language}", cls.folder / f"{name}.o"
        text.write_text(source)
        subprocess.run([CC, *FLAGS, *flags, str(text), "-o", str(packed)], check=True)
        described = cls.folder / f"{name}.manifest"
        words = MANIFEST if manifest is None else manifest
        described.write_text(words.format(name=name, kind=kind) + more)
        subprocess.run([OBJCOPY, "--add-section", f".cell.manifest={described}", str(packed)],
                       check=True)
        if signed:
            cells.sign(packed)
        cls.files[name] = packed.read_bytes()
        return cls.files[name]

    @classmethod
    def with_interfaces(cls, name: str, source: str, needs: list[str], more: str) -> bytes:
        """A signed cell that was built with the checker, and so may import."""
        text = cls.folder / f"{name}.c"
        text.write_text(source)
        made = cells.compile_source(text, name,
                                    [build_folder() / "interfaces" / need for need in needs])
        packed = cells.pack([made], cls.folder / f"{name}.cell", "application",
                            f"needs: {' '.join(needs)}\n{more}")
        cells.sign(packed)
        return packed.read_bytes()

    @classmethod
    def change(cls, name: str, change: Callable[[bytearray], None]) -> None:
        """A good cell of that name with a change."""
        data = bytearray(cls.make(name))
        change(data)
        cls.files[name] = bytes(data)

    @classmethod
    def make_all(cls) -> None:
        """Everything that the tests load."""
        cls.make("good")
        cls.change("short", lambda data: data.__delitem__(slice(len(data) // 2, None)))
        cls.change("not_elf", lambda data: data.__setitem__(slice(0, 4), b"ELF!"))
        cls.change("of_32_bits", lambda data: data.__setitem__(EHDR_CLASS, 1))
        cls.change("of_arm", lambda data: struct.pack_into("<H", data, EHDR_MACHINE, 183))
        cls.change("far_section", far_section)
        cls.make("missing_symbol", "int absent(void); int main(void) { return absent(); }")
        cls.make("missing_need", more="needs: nowhere_to_be_found\n",
                 kind="kernel", signed=True)
        cls.make("itself", more="needs: itself\n", kind="kernel", signed=True)
        cls.make("common", "int shared; int main(void) { return shared; }", flags=("-fcommon",))
        cls.make("local_to_thread", "_Thread_local int mine; int main(void) { return mine; }")
        cls.make("got", "int far = 5; int main(void) { return far; }",
                 flags=("-fPIC", "-mcmodel=small"))
        cls.make("writable_text", '.section .text.x, "awx", @progbits\nnop\n', language="s")
        cls.make("own_data", '.section .bss.per_cpu, "aw", @progbits\n.quad 1\n', language="s")
        cls.make("own_much", "[[gnu::section(\".bss.per_cpu\")]] char much[20000]; " + GOOD)
        cls.make("own_pages", "[[gnu::section(\".bss.per_cpu\"), gnu::aligned(4096)]] "
                 "char aligned[64]; " + GOOD)
        # A zero-extended 32-bit address cannot name the top of the address space.
        cls.make("overflow", ".section .text.main, \"ax\"\n.globl main\n"
                 "main: movl $main, %eax\nret\n", language="s")
        cls.make("no_manifest_words", manifest="nonsense\n")
        cls.make("newer_manifest", manifest=MANIFEST.replace("1.0\n", "2.0\n", 1))
        cls.make("no_start", more="start: begin\n")
        cls.make("start_fails", GOOD + "enum status { IO = 17 }; "
                 "enum status begin(void) { return IO; }",
                 more="start: begin\n")
        cls.files["hooks"] = cls.with_interfaces("hooks", HOOKS, ["logger"],
                                                 "start: begin\nstop: end\n")
        cls.make("no_stop", more="stop: end\n")
        cls.make("unpacked")
        cls.files["unpacked"] = strip_manifest(cls.folder / "unpacked.o")
        cls.files["empty"] = b""

    def expect(self, name: str, *parts: str, status: int = FAILED) -> None:
        """Loads and checks the sentence; then the system must still work."""
        result = self.guest.run(f"cells load --unsigned {name}")
        self.assertEqual(result.status, status, result.text)
        for part in (f"{name}.cell", *parts):
            self.assertIn(part, result.text)
        self.assertEqual(self.guest.run("echo alive").text, "alive\n")

    def test_a_good_one_is_loaded_and_runs(self) -> None:
        self.assertIn("loaded good@1.0.0", self.guest.run("cells load --unsigned good").text)
        self.assertIn("already", self.guest.run("cells load good").text)
        self.assertEqual(self.guest.run("good").status, 0)
        self.assertIn("unloaded good", self.guest.run("cells unload good").text)
        self.assertEqual(self.guest.run("cells show good").status, NOT_FOUND)

    def test_damage_is_named(self) -> None:
        self.expect("short")
        self.expect("empty")
        self.expect("not_elf", "ELF")
        self.expect("of_32_bits", "64")
        self.expect("of_arm")
        self.expect("far_section", "section ")

    def test_what_cannot_be_linked_is_named(self) -> None:
        self.expect("missing_symbol", "absent", status=NOT_FOUND)
        self.expect("common", "shared", "-fno-common")
        self.expect("local_to_thread", "section ")
        self.expect("got", "section .rela", "kernel code model")
        self.expect("writable_text", "section .text.x", "writable and executable")
        self.expect("overflow", "section .rela", "does not fit")
        self.expect("own_data", "section .bss.per_cpu", "a CPU's own data begin as zero")
        self.expect("own_much", "no room for 20000 bytes of it for each CPU")
        self.expect("own_pages", "section .bss.per_cpu", "alignment is more than a cache line")

    def test_needs_that_cannot_be_met_are_named(self) -> None:
        result = self.guest.run("cells load missing_need")
        self.assertEqual(result.status, NOT_FOUND)
        self.assertIn("nowhere_to_be_found, which missing_need needs", result.text)
        result = self.guest.run("cells load itself")
        self.assertEqual(result.status, FAILED)
        self.assertIn("itself needs itself", result.text)

    def test_a_bad_manifest_is_named(self) -> None:
        self.expect("no_manifest_words", "section .cell.manifest")
        self.expect("newer_manifest", "section .cell.manifest")
        self.expect("unpacked", ".cell.manifest")

    def test_a_start_that_is_missing_or_fails_is_named(self) -> None:
        self.expect("no_start", "begin", status=NOT_FOUND)
        self.expect("start_fails", "begin", "the device failed")

    def test_start_runs_at_the_first_load_and_stop_before_the_unload(self) -> None:
        def count(text: str) -> int:
            return self.guest.run("log").text.count(text)
        begun, ended = count("hooks: has begun"), count("hooks: ends")
        self.assertEqual(self.guest.run("cells load hooks").status, 0)
        self.guest.run("cells load hooks")
        self.guest.run("hooks")
        self.assertEqual((count("hooks: has begun"), count("hooks: ends")), (begun + 1, ended))
        self.assertIn("unloaded hooks", self.guest.run("cells unload hooks").text)
        self.assertEqual(count("hooks: ends"), ended + 1)
        self.assertIn("hooks: its STOP function failed: ", self.guest.run("log").text)
        self.guest.run("hooks")
        self.assertEqual((count("hooks: has begun"), count("hooks: ends")), (begun + 2, ended + 2))

    def test_a_stop_that_is_missing_is_named(self) -> None:
        self.expect("no_stop", "STOP function end", status=NOT_FOUND)

    def test_what_is_needed_is_not_unloaded(self) -> None:
        for name, reason in (("app", "is needed by command"), ("heap_owned", "resident"),
                             ("shell", "not loaded by `cells load`")):
            result = self.guest.run(f"cells unload {name}")
            self.assertNotEqual(result.status, 0)
            self.assertIn(reason, result.text)
        # What the command needs itself counts only while it runs.
        self.guest.run("cells load dependencies")
        self.assertIn("it goes when that ends", self.guest.run("cells unload dependencies").text)
        self.guest.run("cells load cell_verify")
        self.guest.run("cells load dependencies")
        self.assertIn("needed by cell_verify:", self.guest.run("cells unload dependencies").text)
        for name in ("cell_verify", "dependencies"):
            self.assertEqual(self.guest.run(f"cells unload {name}").status, 0)

    def test_failed_loads_leave_no_memory_behind(self) -> None:
        def taken() -> tuple[int, ...]:
            memory = json.loads(self.guest.run("memory -j").text)
            # Addresses are given out in a circle, and tables that got empty are kept for a while.
            return memory["free"] + memory["page_tables"], memory["cells"], memory["heap"]
        for name in self.files:
            self.guest.run(f"cells load --unsigned {name}")
            self.guest.run(f"cells unload {name}")
        before = taken()
        for name in self.files:
            self.guest.run(f"cells load --unsigned {name}")
            self.guest.run(f"cells unload {name}")
        self.assertEqual(taken(), before)


def far_section(data: bytearray) -> None:
    """Makes the second section reach beyond the file."""
    table, = struct.unpack_from("<Q", data, EHDR_SHOFF)
    struct.pack_into("<Q", data, table + 2 * SHDR_SIZE + 32, 1 << 40)


def strip_manifest(path: Path) -> bytes:
    """The object without its manifest."""
    subprocess.run([OBJCOPY, "--remove-section", ".cell.manifest", str(path)], check=True)
    return path.read_bytes()


class Truncated(unittest.TestCase):
    """A real cell of the build, cut and flipped at many places: never a crash."""

    def test_a_real_cell_with_any_bit_flipped_is_loaded_or_refused(self) -> None:
        whole = (build_folder() / "cells/echo.cell").read_bytes()
        with tempfile.TemporaryDirectory() as folder:
            names = []
            for i in range(50):
                names.append(f"ec{i:02}")
                damaged = bytearray(whole.replace(b"name: echo\n", f"name: {names[-1]}\n".encode()))
                damaged[0x40 + i * (len(whole) - 0x40) // 50] ^= 1 << i % 8
                (Path(folder) / f"{names[-1]}.cell").write_bytes(damaged)
            with Guest(Machine(), image_path(), extra=[Path(folder)]) as guest:
                statuses = []
                for name in names:
                    result = guest.run(f"cells load --unsigned {name}")
                    self.assertNotEqual(result.text, "")
                    statuses.append(result.status)
                    guest.run(f"cells unload {name}")
                self.assertEqual(set(statuses) | {NOT_FOUND}, {0, FAILED, NOT_FOUND})
                self.assertEqual(guest.run("memory audit").status, 0)


def many_sections(name: str, count: int, folder: Path) -> bytes:
    """A cell of `count` functions in sections of their own, each with a relocation to another."""
    lines = []
    for i in range(count):
        lines += [f'.section .text.f{i}, "ax"', f".globl {name}_f{i}",
                  f".type {name}_f{i}, @function", f"{name}_f{i}:",
                  f"call {name}_f{(i * 7919 + 1) % count}", "ret", f".size {name}_f{i}, 6"]
    source, packed = folder / f"{name}.s", folder / f"{name}.o"
    source.write_text("\n".join(lines) + "\n")
    subprocess.run([CC, "--target=x86_64-unknown-none-elf", "-c", str(source), "-o", str(packed)],
                   check=True)
    described = folder / f"{name}.manifest"
    described.write_text(MANIFEST.format(name=name, kind="application"))
    subprocess.run([OBJCOPY, "--add-section", f".cell.manifest={described}", str(packed)],
                   check=True)
    return packed.read_bytes()


class Known(unittest.TestCase):
    """What is known of loaded cells, and how fast it is made."""

    def test_load_time_grows_with_sections_and_relocations_as_a_line(self) -> None:
        sizes = (1000, 3000, 10000)
        with tempfile.TemporaryDirectory() as work:
            extra = Path(work) / "extra"
            extra.mkdir()
            for size in sizes:
                (extra / f"sections{size}.cell").write_bytes(
                    many_sections(f"sections{size}", size, Path(work)))
            with Guest(Machine(icount=True, smp=1), image_path(), extra=[extra],
                       options=("log=debug",), timeout=300) as guest:
                seconds = {size: load_time(guest, f"sections{size}") for size in sizes}
                verified = json.loads(guest.run("cells verify sections10000 -j").text)
        self.assertEqual((verified["result"], verified["relocations"]), ("equal", 10000))
        # A line through the smallest: what is the same for every load makes it flatter.
        for size in sizes[1:]:
            self.assertLess(seconds[size] / seconds[1000], 1.15 * size / 1000, seconds)

    def test_deps_agree_in_both_directions(self) -> None:
        with Guest(Machine(), image_path()) as guest:
            def ask(what: str) -> list[dict[str, str]]:
                return [json.loads(line) for line in guest.run(f"deps -j {what}").text.splitlines()]
            outgoing = ask("command --outgoing")
            self.assertTrue(outgoing)
            for edge in outgoing:
                self.assertEqual((edge["direction"], edge["cell"]), ("outgoing", "command"))
            edge = next(edge for edge in outgoing if edge["symbol"] == "cell_load")
            incoming = ask("cell_loader:cell_load --incoming")
            self.assertIn({**edge, "direction": "incoming"}, incoming)
            self.assertEqual(incoming, ask(f"{edge['address']} --incoming"))
            reached = {edge["to_cell"] for edge in ask("command --outgoing --transitive")}
            self.assertLess({"cell_loader", "heap_owned", "page_table"}, reached)
            self.assertNotIn("shell", reached)
            graph = guest.run("deps --dot command --outgoing --transitive").text
            self.assertRegex(graph, r'(?s)^digraph deps \{\n(  "\w+" -> "\w+"\n)+\}\n$')
            self.assertIn('  "cell_metadata" -> "shared"\n', graph)

    def test_every_cell_verifies(self) -> None:
        with Guest(Machine(), image_path()) as guest:
            guest.run("cells load hello")
            result = guest.run("cells verify -j")
            self.assertEqual(result.status, 0, result.text)
            cells = {cell["cell"]: cell for cell in map(json.loads, result.text.splitlines())}
            self.assertLess({"hello", "heap_owned", "successor", "shell"}, set(cells))
            for name, cell in cells.items():
                self.assertEqual(cell["result"], "equal", cell)
                self.assertGreater(cell["bytes"], 0, name)
            shown = json.loads(guest.run("cells show screen -j").text)
            self.assertEqual(len(shown["section_list"]), shown["sections"])
            self.assertTrue({"screen_initialise"} <= {each["name"] for each in shown["symbols"]})


def load_time(guest: Guest, name: str) -> float:
    """Seconds between the log lines that a load begins and ends with."""
    assert guest.run(f"cells load --unsigned {name}").status == 0
    log = guest.run("log").text
    times = [float(re.findall(rf"\[ *([0-9.]+)\] debug cell_loader: {line}\n", log)[-1])
             for line in (f"loading {name}", f"loaded {name}.cell")]
    return times[1] - times[0]
