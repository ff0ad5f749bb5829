# SPDX-License-Identifier: MIT
"""What may be loaded: signatures, the policy, guards and privileged instructions."""

import tempfile
import unittest
from pathlib import Path

from abi.cells import SIGNATURE_ROOM
from boot.archives import image_with
from boot.test_cells import FAILED, NOT_FOUND, Objects
from harness.build import build_folder
from harness.guest import Guest, stop_of
from harness.machine import Machine

ANOTHER_KEY = "is not by this system's key"


class Authority(unittest.TestCase):
    """All objects are on one volume and loaded in one boot."""

    objects: type[Objects]

    @classmethod
    def setUpClass(cls) -> None:
        """The objects are made like those of test_cells."""
        class Ours(Objects):
            """With those of this file."""

            @classmethod
            def make_all(cls) -> None:
                """Everything that the tests load."""
                make_all(cls)
        Ours.setUpClass()
        cls.addClassCleanup(Ours.doClassCleanups)
        cls.objects = Ours

    def refused(self, name: str, *parts: str, waive: bool = False,
                status: int = NOT_FOUND) -> None:
        """Loads; the sentence names the cell and has the parts."""
        result = self.objects.guest.run(f"cells load {'--unsigned ' * waive}{name}")
        self.assertEqual(result.status, status, result.text)
        for part in (name, *parts):
            self.assertIn(part, result.text)
        self.assertEqual(self.objects.guest.run("echo alive").text, "alive\n")

    def loaded(self, name: str, waive: bool = False) -> None:
        """Loads well."""
        result = self.objects.guest.run(f"cells load {'--unsigned ' * waive}{name}")
        self.assertEqual(result.status, 0, result.text)

    def test_a_signed_object_is_loaded(self) -> None:
        self.loaded("vouched")
        self.assertIn('"signed":true', self.line_of("vouched"))

    def line_of(self, name: str) -> str:
        """What `cells -j` says of a cell."""
        lines = self.objects.guest.run("cells -j").text.splitlines()
        return next(line for line in lines if f'{{"name":"{name}"' in line)

    def test_an_unsigned_object_is_refused_unless_that_is_waived(self) -> None:
        self.refused("by_hand", "it is not signed", "cells load --unsigned by_hand")
        self.loaded("by_hand", waive=True)
        self.assertIn('"signed":false', self.line_of("by_hand"))
        log = self.objects.guest.run("log").text
        self.assertIn("warning cell_loader: by_hand.cell is loaded all the same", log)

    def test_a_change_after_signing_is_found(self) -> None:
        for part in "text", "manifest", "signature":
            self.refused(f"flipped_{part}", ANOTHER_KEY)
        self.refused("zeroed", ANOTHER_KEY)

    def test_the_waiver_is_for_the_signature_only(self) -> None:
        self.refused("wants_ports", "capability port_io", "allow cell wants_ports capabilities",
                     waive=True)
        self.refused("needs_pages", "it needs page_table",
                     "allow cell needs_pages needs page_table", waive=True)
        self.refused("says_kernel", "it needs page_table", waive=True)
        self.refused("stop_again", "it needs port_io", waive=True)

    def test_what_the_policy_does_not_grant_is_refused_of_a_signed_object_too(self) -> None:
        self.refused("signed_wants_ports", "capability port_io",
                     "add the line to cells/policy: allow cell signed_wants_ports capabilities "
                     "port_io")
        self.refused("signed_application", "it needs page_table")

    def test_a_guarded_symbol_is_refused_without_its_capability(self) -> None:
        self.refused("claims_less", "it uses port_write_8, which port_io keeps",
                     "CAPABILITIES port_io")

    def test_a_privileged_instruction_is_refused_and_named(self) -> None:
        for name, instruction, capability in INSTRUCTIONS:
            self.refused(name, f"main+0x1 is the instruction {instruction}",
                         f"CAPABILITIES {capability}", waive=True)

    def test_a_relocation_makes_no_privileged_instruction(self) -> None:
        self.refused("relocated", "is the instruction out", waive=True)

    def test_only_a_text_that_is_the_same_in_every_load_is_looked_at_once(self) -> None:
        often = "its text is looked at whenever it is loaded"
        for name in UNSTEADY:
            for times in 1, 2:
                self.loaded(name, waive=True)
                found = self.objects.guest.run("log").text.count(f"{name}.cell: {often}")
                self.assertEqual(found, times, name)
                self.assertEqual(self.objects.guest.run(f"cells unload {name}").status, 0)
        for name in ("steady", "steady_branch"):
            self.loaded(name, waive=True)
            self.assertNotIn(f"{name}.cell: {often}", self.objects.guest.run("log").text)

    def test_what_is_entered_is_the_start_of_an_instruction(self) -> None:
        self.refused("hidden", "hidden_one", "within an instruction", waive=True, status=FAILED)
        self.refused("branches_in", "branches into an instruction", waive=True, status=FAILED)
        self.refused("branches_away", "branches to what it does not import", waive=True,
                     status=FAILED)
        self.refused("data", "is no instruction", waive=True, status=FAILED)


class Lists(unittest.TestCase):
    """The archive's list of signatures: nano_core's own, and others."""

    verified = "cells.img is not of nano_core's build: its signature is verified"

    def image(self, change: bytes = b"", digit: int = 0) -> Path:
        """An image whose archive was made anew: with other facts, or another digit in the list."""
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        facts = (build_folder() / "cells/parts/build").read_bytes()
        return image_with(folder, {"build": facts + change}, digit)

    def test_the_list_of_the_build_is_known(self) -> None:
        with Guest(Machine(), self.image()) as guest:
            self.assertNotIn(self.verified, guest.run("log").text)
            self.assertIn('"name":"shell"', guest.run("cells -j").text)

    def test_another_list_is_verified_by_the_key(self) -> None:
        with Guest(Machine(), self.image(b"more: facts\n")) as guest:
            self.assertIn(self.verified, guest.run("log").text)
            self.assertIn("more: facts", guest.run("version").text)

    def test_a_list_that_the_key_did_not_sign_is_refused(self) -> None:
        stop = stop_of(Machine(), self.image(digit=1), timeout=60)
        self.assertIn("the archive's list of signatures is not by this system's key", str(stop))


INSTRUCTIONS = (("does_out", "out", "port_io"), ("does_wrmsr", "wrmsr", "msr"),
                ("does_cli", "cli", "interrupts"),
                ("does_mov_cr", "mov to a control register", "processor_control"))
BYTES = {"does_out": "0xee", "does_wrmsr": "0x0f, 0x30", "does_cli": "0xfa",
         "does_mov_cr": "0x0f, 0x22, 0xd8"}
# The four bytes before it are the identity of its type.
ENTRY = ('.section .text.main, "ax"\n.globl main\n.type main, @function\n'
         ".byte 0xb8\n.long 0x4b0a875f\nmain: nop\n")

UNSTEADY = {
    # An opcode is written, four times `nop` as it happens.
    "writes_code": ".reloc ., R_X86_64_32, 0x90909090\n.long 0\n",
    # The end of an operand and the opcode behind it.
    "writes_across": ".byte 0xb8, 0, 0, 0\n.reloc ., R_X86_64_32, 0x90909000\n.long 0\n",
}
STEADY = {
    "steady": "mov $main, %rax\nmov main(%rip), %eax\nmovabs $main, %rax\n",
    "steady_branch": "jmp 1f\ncall main\n1:\n",
}


def make_all(objects: type[Objects]) -> None:
    """Makes the objects."""
    objects.make("vouched", signed=True)
    objects.make("by_hand")
    signed = objects.make("flipped", "int main(int, char **) { return 77; }", signed=True)
    for part, mark in (("text", b"\xb8\x4d\0\0\0"), ("manifest", b"purpose"),
                       ("signature", SIGNATURE_ROOM)):
        place = signed.index(mark[:16]) + (20 if part == "signature" else 1)
        objects.files[f"flipped_{part}"] = flip(signed, place)
    place = signed.index(SIGNATURE_ROOM[:16]) + 16
    objects.files["zeroed"] = signed[:place] + bytes(64) + signed[place + 64:]
    del objects.files["flipped"]
    objects.make("wants_ports", more="capabilities: port_io\n")
    objects.make("needs_pages", more="needs: app page_table\n")
    objects.make("says_kernel", "int f(void) { return 0; }", kind="kernel",
                 more="needs: page_table\n")
    # The name of a cell that may, but nobody vouches for this one.
    objects.make("stop_again", kind="kernel", more="needs: port_io\n")
    objects.make("signed_wants_ports", kind="kernel", more="capabilities: port_io\n", signed=True)
    objects.make("signed_application", more="needs: page_table\n", signed=True)
    objects.make("claims_less", "void port_write_8(unsigned short, unsigned char); "
                 "void f(void) { port_write_8(0x80, 0); }",
                 kind="kernel", more="needs: port_io\n", signed=True)
    for name, bytes_ in BYTES.items():
        objects.make(name, f"{ENTRY}.byte {bytes_}\nret\n", language="s")
    # Zeros in the file; the relocation writes 0x...ee, and the next byte starts an instruction.
    objects.make("relocated", f"{ENTRY}.reloc ., R_X86_64_32, 0x909090ee\n.long 0\nret\n",
                 language="s")
    for name, lines in (UNSTEADY | STEADY).items():
        objects.make(name, f"{ENTRY}{lines}ret\n", language="s")
    objects.make("hidden", f"{ENTRY}.byte 0xb8\n.type hidden_one, @function\nhidden_one: "
                 ".byte 0xee, 0x90, 0x90, 0x90\nret\n", language="s")
    objects.make("branches_in", f"{ENTRY}.byte 0xeb, 0x01, 0xb8, 0xee, 0x90, 0x90, 0x90\nret\n",
                 language="s")
    # A branch whose place, as seen from the text, depends on where that lies.
    objects.make("branches_away", f"{ENTRY}.byte 0xe9\n.reloc ., R_X86_64_PC32, 0x1000\n.long 0\n",
                 language="s")
    objects.make("data", f"{ENTRY}.byte 0x06\nret\n", language="s")


def flip(data: bytes, place: int) -> bytes:
    """The data with one bit changed."""
    changed = bytearray(data)
    changed[place] ^= 1
    return bytes(changed)
