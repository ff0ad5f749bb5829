# SPDX-License-Identifier: MIT
"""The documents and the sources say the same, and the documents hang together."""

import json
import re
import subprocess
import sys
import unittest
from pathlib import Path

from pages import anchors, documents, links, prose, rows, section

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs/reference"
LINE_MAX = 100
REFUSING = ("cells/cell/elf_object/elf_check.c", "cells/cell/manifest/manifest.c",
            "cells/cell/cell_loader/image.c", "cells/cell/cell_loader/link.c",
            "cells/cell/cell_loader/cell_loader.c", "cells/cell/cell_loader/authority.c",
            "cells/cell/cell_loader/code.c", "cells/cell/cell_loader/advice.c",
            "cells/cell/cell_loader/entries.c", "cells/cell/cell_loader/place.c",
            "cells/cell/cell_loader/replace.c", "cells/cell/cell_loader/take_over.c")


def read(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def reference(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text("utf-8")


def names(text: str) -> list[str]:
    """The first column of the tables in `text`, without backquotes."""
    return [row[0].strip("`") for row in rows(text)]


def without_comments(source: str) -> str:
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", source, flags=re.DOTALL)


def cmake_list(source: str, name: str) -> list[str]:
    """The words of `set(NAME ...)`."""
    found = re.search(rf"set\({name}\s+([^)]*)\)", source)
    assert found, name
    return found[1].split()


def sentences(source: str) -> set[str]:
    """The texts of at least three words in C, with `...` for what they are filled with."""
    literal = r'"(?:[^"\\]|\\.)*"'
    code = re.sub(r"UNSAFE\(.*?\)", "", without_comments(source), flags=re.DOTALL)
    code = re.sub(r"^#include.*", "", code, flags=re.M)
    texts = ("".join(part[1:-1] for part in re.findall(literal, run))
             for run in re.findall(rf"{literal}(?:\s*{literal})*", code))
    filled = (re.sub(r"%[-.*\d]*l*[a-z]", "...", text) for text in texts)
    return {text for text in filled if len(re.findall("[a-z]+", text)) >= 3}


def help_options() -> list[str]:
    """What `scripts/run --help` lists, as `--name VALUE`."""
    said = subprocess.run([sys.executable, "-B", ROOT / "test/harness", "run", "--help"],
                          capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^  (?:-h, )?(--[a-z-]+)(?: (\S+))?(?=\s|$)", said, re.MULTILINE)
    values = {name: value for name, value in found if name != "--help"}
    return sorted(f"{name} {value.strip('{}').replace(',', '|')}".strip()
                  for name, value in values.items())


def applications() -> dict[str, Path]:
    """The folders of the cells that are commands, by name."""
    found: dict[str, Path] = {}
    for manifest in (ROOT / "cells").glob("*/*/CMakeLists.txt"):
        call = re.search(r"cell\((\w+)(.*)\)", manifest.read_text("utf-8"), re.DOTALL)
        if call and re.search(r"\bKIND\s+application\b", call[2]):
            found[call[1]] = manifest.parent
    return found


class Tests(unittest.TestCase):
    """Each is host.docs.NAME."""

    def test_every_option_of_run_is_documented(self) -> None:
        documented = names(section(reference("scripts"), "Options of scripts/run"))
        self.assertEqual(sorted(documented), help_options())

    def test_the_statuses_of_the_scripts_are_documented(self) -> None:
        table = names(section(reference("scripts"), "Statuses"))
        source = re.findall(r"^    status = (\d{3})$", read("test/harness/status.py"), re.M)
        self.assertEqual(table, ["0 to 99", *source])

    def test_the_statuses_of_the_system_are_documented(self) -> None:
        table = [(row[0], row[1].strip("`"), row[2]) for row in rows(reference("status"))]
        source = re.findall(r'^STATUS\((\w+), "(.*)"\)$',
                            read("cells/vocabulary/cell/status.def"), re.M)
        self.assertEqual(table, [(str(number), name, sentence)
                                 for number, (name, sentence) in enumerate(source)])

    def test_the_keywords_of_cell_are_documented(self) -> None:
        source = read("cmake/cell.cmake")
        page = reference("cell_function")
        keywords = {*cmake_list(source, "CELL_SINGLE"), *cmake_list(source, "CELL_LISTS"), "SIMD"}
        set_by_cell_itself = {"SUBSYSTEM", "FOLDER"}
        self.assertEqual(set(names(section(page, "Keywords"))), keywords - set_by_cell_itself)
        self.assertEqual(names(section(page, "Kinds")), cmake_list(source, "CELL_KINDS"))
        self.assertEqual(set(names(section(page, "Capabilities"))),
                         set(cmake_list(source, "CELL_KNOWN_CAPABILITIES")))

    def test_the_keys_of_the_manifest_are_documented(self) -> None:
        keys = re.findall(r"^    KEY\((\w+),", read("cells/cell/manifest/manifest.c"), re.M)
        documented = names(section(reference("cell_format"), "The manifest"))
        self.assertEqual(set(documented), {"manifest", "kind", *keys})

    def test_every_sentence_that_refuses_a_cell_is_documented(self) -> None:
        said = {sentence for path in REFUSING for sentence in sentences(read(path))}
        self.assertGreater(len(said), 80)
        listed = re.findall(r"^[-|] `(.*)`(?: \|)?$", reference("cell_errors"), re.M)
        self.assertEqual(sorted(listed), sorted(said))

    def test_the_boot_options_are_documented(self) -> None:
        found = re.findall(r'^    \{"(\w+)", "(.*)", set_\w+\},$',
                           read("kernel/boot_options.c"), re.M)
        self.assertGreaterEqual(len(found), 1)
        table = {row[0].strip("`"): row[1].replace("`", "") for row in rows(reference("options"))}
        self.assertEqual(table, dict(found))

    def test_the_structures_of_boot_info_are_documented(self) -> None:
        page = reference("boot_info")
        source = without_comments(read("kernel/boot_info.h"))
        structures = re.findall(r"\bstruct (\w+) \{(.*?)\n\};", source, re.DOTALL)
        self.assertGreaterEqual(len(structures), 4)
        for name, body in structures:
            fields = re.findall(r"^\s*((?:struct |enum )?\w+) (\w+);", body, re.M)
            table = [(row[1].strip("`"), row[0].strip("`"))
                     for row in rows(section(page, f"struct {name}"))]
            self.assertEqual(table, fields, name)

    def test_the_values_of_boot_info_are_documented(self) -> None:
        page = reference("boot_info")
        source = without_comments(read("kernel/boot_info.h"))
        documented = set(names(section(page, "Values")))
        enumerators = {name for body in re.findall(r"\benum[^{;]*\{(.*?)\}", source, re.DOTALL)
                       for name in re.findall(r"\b([A-Z][A-Z_]+)\b", body)}
        macros = set(re.findall(r"^#define (\w+)", source, re.M))
        self.assertEqual(documented, enumerators | macros)
        for number in re.findall(r"^#define \w+ UINT64_C\((0x[0-9A-F]+)\)$", source, re.M):
            self.assertIn(f"`{number}`", page)

    def test_every_command_is_documented(self) -> None:
        page = reference("shell")
        commands = applications()
        self.assertGreaterEqual(len(commands), 11)
        for name, folder in commands.items():
            with self.subTest(command=name):
                about = section(page, name)
                code = "".join(path.read_text("utf-8") for path in folder.glob("*.c"))
                for key in re.findall(r'\\"(\w+)\\":', code):
                    self.assertIn(f"`{key}`", about)
                usage = re.search(r"app_usage\[\]\s*=(.*?);", code, re.DOTALL)
                flags = set(re.findall(r"(?<=[\[ ])--?[a-z]+", usage[1] if usage else ""))
                for flag in flags - {"--help"}:
                    self.assertIn(flag, about)

    def test_every_benchmark_is_documented_and_has_a_budget(self) -> None:
        budget = json.loads(read("test/bench/budget.json"))
        del budget["versions"]
        table = {row[0].strip("`"): row[2] for row in rows(reference("benchmarks"))}
        self.assertEqual(list(table), list(budget))
        offered = re.findall(r'\.name = "(\w+)", \.(?:function|ticks)',
                             re.sub(r"\s+", " ", read("cells/app/bench/benchmarks.c")))
        self.assertGreaterEqual(len(offered), 11)
        for name in table:
            self.assertEqual(table[name], "yes" if name in offered else "not yet", name)
            self.assertEqual(budget[name]["instructions"] is not None, name in offered, name)
        self.assertEqual(set(offered) - set(table), set())

    def test_the_options_of_bench_are_documented(self) -> None:
        said = subprocess.run([sys.executable, "-B", ROOT / "test/harness", "bench", "--help"],
                              capture_output=True, text=True, check=True).stdout
        page = section(reference("scripts"), "scripts/bench")
        for option in re.findall(r"^  (--[a-z-]+)", said, re.M):
            self.assertIn(f"`{option}`", page)

    def test_the_areas_of_the_address_space_are_documented(self) -> None:
        page = reference("address_space").upper()
        bases = re.findall(r"= 0x([0-9A-F]{16}),",
                           read("cells/memory/page_allocator/page_allocator.c"))
        self.assertEqual(len(bases), 4)
        for base in bases:
            self.assertIn(base, page)

    def test_every_package_is_named_with_its_licence(self) -> None:
        lists = re.findall(r'^(?:needs=")?[a-z ]+\|([a-z0-9.+ -]+)', read("scripts/install"), re.M)
        packages = set(" ".join(lists).split())
        self.assertIn("clang-19", packages)
        named = set(re.findall(r"`([a-z0-9.+-]+)`", read("THIRD_PARTY.md")))
        self.assertEqual(packages - named, set())

    def test_every_relative_link_leads_somewhere(self) -> None:
        broken = []
        for path in documents(ROOT):
            for target in links(path.read_text("utf-8")):
                file, _, anchor = target.partition("#")
                goal = (path.parent / file).resolve() if file else path
                if re.match(r"[a-z]+:", target):
                    continue
                if not goal.exists() or (anchor and anchor not in anchors(goal.read_text("utf-8"))):
                    broken.append(f"{path.relative_to(ROOT)}: {target}")
        self.assertEqual(broken, [])

    def test_every_page_of_the_book_is_reached_from_its_contents(self) -> None:
        book = ROOT / "docs"
        pages = set(documents(book))
        reached: set[Path] = set()
        left = [book / "README.md"]
        while left:
            page = left.pop()
            if page in reached:
                continue
            reached.add(page)
            goals = [(page.parent / target.partition("#")[0]).resolve()
                     for target in links(page.read_text("utf-8"))]
            left += [goal for goal in goals if goal in pages]
        self.assertEqual(pages - reached, set())

    def test_lines_are_short_enough_to_read(self) -> None:
        long = [f"{path.relative_to(ROOT)}:{number}" for path in documents(ROOT)
                for number, line in prose(path.read_text("utf-8"))
                if len(line) > LINE_MAX and not line.startswith("|")]
        self.assertEqual(long, [])


if __name__ == "__main__":
    unittest.main()
