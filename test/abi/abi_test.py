# SPDX-License-Identifier: MIT
"""The section `.cell.abi` beyond single changes: its format, real cells, the vocabulary, several
sources, and cells that come from elsewhere."""

import re
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

import cells
import section

sys.path.insert(0, str(cells.SOURCE / "test/docs"))
# pylint: disable-next=wrong-import-position
import pages  # noqa: E402

REAL = {"manifest": ["string"], "box": ["heap_owned"], "elf_object": ["string"],
        "cell_metadata": ["box", "logger", "mapped_pages", "per_cpu", "shared", "string"]}


def page_section(title: str) -> str:
    page = (cells.SOURCE / "docs/reference/cell_abi.md").read_text("utf-8")
    return pages.section(page, title)


def example_bytes() -> bytes:
    """The section as the page prints it."""
    lines = re.findall(r"^    [0-9a-f]{6} ((?:[0-9a-f]{2} ?)+)", page_section("A worked example"),
                       re.M)
    return bytes.fromhex("".join(lines))


def fenced(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page_section("A worked example"),
                      re.M | re.S)


class Tests(unittest.TestCase):
    """Each is host.cell_abi.example.NAME."""

    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def cell(self, name: str, source: str, *needs: str, vocabulary: Path = cells.VOCABULARY,
             folder: Path | None = None) -> Path:
        """A cell in `folder`, which sees its own header and those of its needs."""
        folder = folder or self.folder
        folder.mkdir(exist_ok=True)
        path = folder / f"{name}.c"
        path.write_text(source)
        made = cells.compile_source(path, name, [folder / cell for cell in (name, *needs)],
                                    vocabulary=vocabulary)
        return cells.pack([made], folder / f"{name}.cell",
                          manifest=f"needs: {' '.join(needs)}\n" if needs else "")

    def entries(self, cell: Path) -> dict[tuple[str, str], section.Entry]:
        return {(one.kind, one.name): one
                for one in section.read(cell.with_suffix(".abi").read_bytes())}

    def provider(self, text: str = "int provided(struct thing *);\nstruct thing { int a; };\n",
                 source: str = "int provided(struct thing *t) { return t->a; }\n") -> Path:
        cells.header(self.folder, "provider", "struct thing;\n" + text)
        return self.cell("provider", "#include <lib/provider.h>\n" + source)

    # The format.

    def test_the_example_of_the_page_is_what_the_build_makes(self) -> None:
        header, source = fenced("c")
        cells.header(self.folder, "frames", header, "memory")
        cell = self.cell("frames", source)
        self.assertEqual(cell.with_suffix(".abi").read_bytes(), example_bytes())

    def test_the_hashes_of_the_page_follow_from_its_bytes(self) -> None:
        entries = section.read(example_bytes())
        self.assertEqual([one.name for one in entries], ["frames_drop", "struct frames"])
        self.assertEqual([one.hash for one in entries], [one.computed() for one in entries])
        self.assertEqual(entries[0].canonical(), fenced("text")[0])
        self.assertIn(f"hash is `{entries[0].hash.hex()}`", page_section("A worked example"))

    def test_the_hashes_of_real_cells_follow_from_their_texts(self) -> None:
        interfaces = cells.tools().parent / "interfaces"
        for name, needs in REAL.items():
            source = next(cells.SOURCE.glob(f"cells/*/{name}/{name}.c"))
            copy = self.folder / source.name
            shutil.copy(source, copy)
            for header in source.parent.glob("*.h"):
                shutil.copy(header, self.folder)
            made = cells.compile_source(copy, name, [interfaces / cell for cell in (name, *needs)])
            cell = cells.pack([made], self.folder / f"{name}.cell")
            entries = self.entries(cell).values()
            self.assertGreaterEqual(len(entries), 5, name)
            for one in entries:
                self.assertEqual(one.hash, one.computed(), f"{name}: {one.name}")
                self.assertTrue(one.text.endswith("\n"), one.text)

    def test_the_page_lists_the_kinds_and_the_words(self) -> None:
        table = {row[1]: row[0] for row in pages.rows(page_section("Entries"))}
        self.assertEqual(table, {str(number): word for number, word in section.KINDS.items()})
        words = (cells.VOCABULARY / "cell/annotations.h").read_text()
        of_parameters = {"TAKES", "FILLS"}
        no_interface = {"TAG", "STATE", "UNSAFE", "LIVE_POINTER"}
        for word in re.findall(r"^#define ([A-Z_]+)\b", words, re.M):
            if word in no_interface or word.startswith(("UNSAFE_", "PRIMITIVE_")):
                continue
            self.assertIn(f"`{word}" + ("(T)" if word in of_parameters else ""),
                          page_section("Canonical text"))

    def test_a_newer_major_version_is_refused(self) -> None:
        provider = self.provider()
        packed = bytearray(provider.read_bytes())
        packed[packed.index(b"CABI") + 4] = 2
        provider.write_bytes(packed)
        status, said = cells.check(provider)
        self.assertEqual(status, 1)
        self.assertIn("it is of a newer major version than 1", said)

    # What a cell consists of.

    def test_what_two_sources_of_a_cell_say_is_kept_once(self) -> None:
        objects = []
        cells.header(self.folder, "pair", "enum { LIMIT = 4 };\nint one(void);\nint two(void);\n")
        for name in "one", "two":
            path = self.folder / f"{name}.c"
            path.write_text(f"#include <lib/pair.h>\nint {name}(void) {{ return LIMIT; }}\n")
            objects.append(cells.compile_source(path, "pair", [self.folder / "pair"]))
        entries = self.entries(cells.pack(objects, self.folder / "pair.cell"))
        self.assertEqual(list(entries), [("export", "one"), ("export", "two"),
                                         ("offered", "LIMIT")])

    def joined(self, header: str, *sources: str) -> tuple[int, str]:
        """What abi_join says of several sources of a cell."""
        objects = []
        cells.header(self.folder, "pair", header)
        for i, source in enumerate(sources):
            path = self.folder / f"part{i}.c"
            path.write_text(source)
            objects.append(cells.compile_source(path, "pair", [self.folder / "pair"]))
        result = cells.join(objects[0], self.folder / "pair.abi", *objects)
        return result.returncode, result.stderr

    def test_two_sources_that_disagree_are_refused(self) -> None:
        status, said = self.joined(
            "#ifndef WIDE\n#define WIDE int\n#endif\nstruct thing { WIDE a; };\n",
            "#include <lib/pair.h>\n", "#define WIDE long\n#include <lib/pair.h>\n")
        self.assertEqual(status, 1)
        for part in ("disagree about struct thing (offered)", "int a; // offset 0, size 4",
                     "long a; // offset 0, size 8"):
            self.assertIn(part, said)

    def test_a_state_object_has_a_name_of_its_own(self) -> None:
        source = "#include <cell/annotations.h>\nSTATE int count;\n"
        status, said = self.joined("", source, source)
        self.assertEqual(status, 1)
        self.assertIn("count is STATE in ", said)

    def state_hash(self, source: str) -> bytes:
        cells.header(self.folder, "keeper", "")
        cell = self.cell("keeper", f"#include <cell/annotations.h>\n{source}")
        return self.entries(cell)["state", "table"].hash

    def test_state_is_described_with_its_private_types(self) -> None:
        source = "struct node {{ {} key; struct node *next; }};\nSTATE struct node *table[{}];\n"
        before = self.state_hash(source.format("int", 4))
        self.assertEqual(self.state_hash("// moved\n\n" + source.format("int", 4)), before)
        changed = {self.state_hash(source.format("long", 4)),
                   self.state_hash(source.format("int", 8)),
                   self.state_hash(source.format("int", 4).replace(
                       "STATE struct", "STATE_VERSION(2) STATE struct")),
                   self.state_hash(source.format("int", 4).replace(
                       "struct node {", "struct STATE_VERSION(2) node {"))}
        self.assertEqual(len(changed | {before}), 5)

    # Cells from elsewhere.

    def test_a_symbol_that_a_user_declares_by_hand_is_compared(self) -> None:
        provider = self.provider("int provided(int);\n", "int provided(int a) { return a; }\n")
        good = "int provided(int); int user(void) { return provided(1); }\n"
        self.assertEqual(cells.check(self.cell("user", good, "provider"), provider), (0, ""))
        status, said = cells.check(self.cell("user", good.replace("(int)", "(long)"), "provider"),
                                   provider)
        self.assertEqual(status, 1)
        self.assertIn("> int provided(long);", said)
        self.assertIn("> int provided(int);", said)

    def test_a_structure_that_a_user_defines_by_hand_is_not_the_providers(self) -> None:
        provider = self.provider()
        by_hand = ("struct thing { int a; }; int provided(struct thing *);\n"
                   "int user(struct thing *t) { return provided(t); }\n")
        status, said = cells.check(self.cell("user", by_hand, "provider"), provider)
        self.assertEqual(status, 1)
        self.assertIn("> struct thing; // of user", said)

    def test_a_cell_that_was_not_built_with_the_checker_cannot_import(self) -> None:
        provider = self.provider()
        user = self.cell("user", "#include <lib/provider.h>\n"
                         "int user(struct thing *t) { return provided(t); }\n", "provider")
        self.assertEqual(cells.check(user, provider), (0, ""))
        for bare, sentence in ((user, "it was not built with the checker"),
                               (provider, "provider, which was not built with the checker")):
            whole = bare.read_bytes()
            cells.remove_section(bare, ".cell.abi")
            status, said = cells.check(user, provider)
            self.assertEqual(status, 1)
            self.assertIn(sentence, said)
            bare.write_bytes(whole)

    def test_a_cell_that_imports_nothing_needs_no_section(self) -> None:
        alone = self.provider()
        cells.remove_section(alone, ".cell.abi")
        self.assertEqual(cells.check(alone), (0, ""))

    def test_a_header_of_a_cell_that_is_not_needed_is_named(self) -> None:
        cells.header(self.folder, "provider", "enum { LIMIT = 4 };\n")
        user = self.cell("user", "#include <lib/provider.h>\nint user(void) { return LIMIT; }\n",
                         "provider")
        status, said = cells.check(user)
        self.assertEqual(status, 1)
        self.assertIn("it was compiled with LIMIT of provider, which is not in its NEEDS", said)

    def test_calls_that_the_compiler_adds_are_compared(self) -> None:
        cells.header(self.folder, "provider", "void *memcpy(void *restrict to, "
                     "const void *restrict from, unsigned long size);\n")
        provider = self.cell("provider", "#include <lib/provider.h>\n"
                             "void *memcpy(void *to, const void *from, unsigned long size)\n"
                             "{ return size ? to : (void *)from; }\n")
        user = self.cell("user", "struct big { char bytes[999]; };\n"
                         "void user(struct big *a, struct big *b) { *a = *b; }\n")
        self.assertIn(("import", "memcpy"), self.entries(user))
        self.assertEqual(cells.check(user, provider), (0, ""))

    # The vocabulary.

    def keeper(self, vocabulary: Path, folder: str) -> Path:
        """The cell that answers for a vocabulary."""
        place = self.folder / folder
        place.mkdir()
        source = cells.SOURCE / "cells/cell/cell_abi"
        path = place / "cell_abi.c"
        path.write_text((source / "vocabulary.c").read_text())
        made = cells.compile_source(path, "cell_abi", [], vocabulary=vocabulary)
        return cells.pack([made], place / "cell_abi.cell")

    def test_every_header_of_the_vocabulary_is_answered_for(self) -> None:
        text = (cells.SOURCE / "cells/cell/cell_abi/vocabulary.c").read_text()
        self.assertEqual(re.findall(r"^#include <cell/(\w+\.h)>$", text, re.M),
                         sorted(path.name for path in (cells.VOCABULARY / "cell").glob("*.h")))

    def test_a_change_of_the_vocabulary_is_noticed(self) -> None:
        changed = self.folder / "other" / "vocabulary"
        shutil.copytree(cells.VOCABULARY, changed)
        header = changed / "cell/text.h"
        header.write_text(header.read_text().replace("    size_t length;\n", "    int length;\n"))
        user = self.cell("user", "#include <cell/text.h>\n"
                         "unsigned long user(struct text *t) { return t->length; }\n")
        same = self.keeper(cells.VOCABULARY, "same")
        self.assertEqual(cells.check(user, same), (0, ""))
        status, said = cells.check(user, self.keeper(changed, "changed"))
        self.assertEqual(status, 1)
        self.assertIn(">     unsigned long length; // offset 8, size 8", said)
        self.assertIn(">     int length; // offset 8, size 4", said)


if __name__ == "__main__":
    unittest.main()
