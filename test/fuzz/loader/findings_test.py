# SPDX-License-Identifier: MIT
"""What fuzzing the loader found, each made anew from a cell of the build, which is loaded whole."""
import os
import struct
import subprocess
import tempfile
import unittest
from pathlib import Path

from object import RELOCATION, SYMBOL, Object

HOST_BUILD = Path(os.environ["THEORIS_HOST_BUILD"])
CELLS = HOST_BUILD.parent / "cells"
PROGRAM = HOST_BUILD / "test/cell_loader_fuzz"
VOUCHED = bytes([2, 0, 0, 0])  # loader/world.h: input_kind, input_flag
TEXT, RELOCATIONS = ".text.main", ".rela.text.main"
SHT_DYNSYM, ET_EXEC, WEAK, ABSOLUTE_32S = 11, 2, 2, 11


def load(content):
    """What the loader says, or "loaded": then all promises hold of the cell."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(VOUCHED + content)
        file.flush()
        done = subprocess.run([PROGRAM, f"--cells={CELLS}", "--say", file.name], check=False,
                              capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("says: ")]
    assert len(lines) == 1, done.stderr
    return lines[0].removeprefix("says: ")


class Tests(unittest.TestCase):
    """Each is host.cell_loader.NAME."""

    def setUp(self):
        self.cell = Object((CELLS / "echo.cell").read_bytes())

    def change_symbol(self, symbol_name, **fields):
        places = ("name", "info", "other", "section", "value", "size")
        symbols = self.cell.entries(".symtab", SYMBOL)
        symbol = symbols[self.cell.symbol_names().index(symbol_name)]
        for field, value in fields.items():
            symbol[places.index(field)] = value
        self.cell.set_entries(".symtab", SYMBOL, symbols)

    def change_relocation(self, symbol):
        """Makes the first relocation one that anything fits."""
        relocations = self.cell.entries(RELOCATIONS, RELOCATION)
        relocations[0][1:] = [ABSOLUTE_32S, symbol, 0]
        self.cell.set_entries(RELOCATIONS, RELOCATION, relocations)

    def refused(self, sentence):
        self.assertIn(sentence, load(self.cell.write()))

    def test_a_cell_that_nobody_changed_is_loaded(self):
        self.assertEqual(load(self.cell.write()), "loaded")

    def test_control_characters_of_a_name_reach_no_sentence(self):
        self.change_symbol("print", name=self.cell.add_string(b"a\x1b[2Jb"))
        self.refused("it refers to a?[2Jb, which no")

    def test_a_function_outside_the_text_is_refused(self):
        self.change_symbol("main", section=self.cell.index(".rodata.app_usage"), value=0, size=1)
        self.refused("main is a function outside of its text")

    def test_a_function_at_the_end_of_the_text_is_refused(self):
        size = self.cell.sections[self.cell.index(TEXT)]["size"]
        self.change_symbol("main", value=size, size=0)
        self.refused("main is a function outside of its text")

    def test_a_relocation_to_an_empty_section_is_refused(self):
        symbols = self.cell.entries(".symtab", SYMBOL)
        symbols.insert(1, [0, 3, 0, self.cell.index(".text"), 0, 0])
        for relocations in (RELOCATIONS, ".rela.eh_frame"):
            entries = self.cell.entries(relocations, RELOCATION)
            for entry in entries:
                entry[2] += 1
            self.cell.set_entries(relocations, RELOCATION, entries)
        self.cell.set_entries(".symtab", SYMBOL, symbols)
        self.cell.sections[self.cell.index(".symtab")]["info"] += 1
        self.assertEqual(load(self.cell.write()), "loaded")
        self.change_relocation(1)
        self.refused("refers to what is not in memory")

    def test_relocations_by_another_symbol_table_are_refused(self):
        symtab = self.cell.index(".symtab")
        last = self.cell.data(symtab)[-24:]
        table = self.cell.add(symtab, bytes(24) + bytes(last) * 4000, type=SHT_DYNSYM, info=1)
        self.cell.sections[self.cell.index(RELOCATIONS)]["link"] = table
        self.change_relocation(3990)
        self.refused("its relocations refer to another symbol table")

    def test_two_tables_of_relocations_for_a_section_are_refused(self):
        table = self.cell.index(RELOCATIONS)
        self.cell.add(table, self.cell.data(table)[:24])
        self.refused("there are relocations for the same section elsewhere")

    def test_a_null_symbol_that_is_none_is_refused(self):
        symbols = self.cell.entries(".symtab", SYMBOL)
        symbols[0][4] = 4096
        self.cell.set_entries(".symtab", SYMBOL, symbols)
        self.refused("the symbol table does not start with the null symbol")

    def test_a_weak_symbol_that_is_nowhere_is_0_whatever_its_value(self):
        symbols = self.cell.entries(".symtab", SYMBOL)
        symbols.append([self.cell.add_string(b"nowhere"), WEAK << 4, 0, 0, 4096, 0])
        self.cell.set_entries(".symtab", SYMBOL, symbols)
        self.change_relocation(len(symbols) - 1)
        self.assertEqual(load(self.cell.write()), "loaded")

    def test_an_executable_is_refused(self):
        struct.pack_into("<H", self.cell.content, 16, ET_EXEC)
        self.refused("it is linked already")

    def test_the_name_of_a_hook_counts_to_its_end(self):
        self.change_symbol("main", name=self.cell.add_string(b"a" * 63))
        manifest = self.cell.index(".cell.manifest")
        text = bytes(self.cell.data(manifest))
        self.cell.set_data(manifest, text + b"start: " + b"a" * 63 + b"\n")
        self.assertNotIn("is not in it", load(self.cell.write()))
        self.cell.set_data(manifest, text + b"start: " + b"a" * 64 + b"\n")
        self.refused(f"its START function {'a' * 64} is not in it")


if __name__ == "__main__":
    unittest.main()
