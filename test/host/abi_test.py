# SPDX-License-Identifier: MIT
"""docs/abi.md says what the headers say; the examples of docs/concepts/ownership.md compile."""

import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "test/docs"))
# pylint: disable-next=wrong-import-position
from pages import rows, section  # noqa: E402

HOST_BUILD = Path(os.environ["THEORIS_HOST_BUILD"])
CC = os.environ["THEORIS_CC"]
CELLS = ("box", "shared", "heap", "ownership_walk")
INCLUDES = [f"-I{ROOT / 'cells/vocabulary'}",
            *(f"-I{HOST_BUILD / 'interfaces' / cell}" for cell in CELLS)]
WARNINGS = ["-Wall", "-Wextra", "-Werror", "-Wshadow", "-Wconversion", "-Wmissing-prototypes",
            "-Wthread-safety", "-Wthread-safety-beta", "-fexperimental-late-parse-attributes"]
KERNEL = ["-ffreestanding", "-mcmodel=kernel", "-mno-red-zone", "-mgeneral-regs-only", "-O2"]
SIDES = (["-O0"], KERNEL)


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


def compiled(source: str, flags: list[str]) -> str:
    """What the compiler said; empty: nothing."""
    command = [CC, "-std=gnu2x", *flags, *WARNINGS, *INCLUDES, "-x", "c", "-c", "-", "-o",
               os.devnull]
    return subprocess.run(command, input=source, capture_output=True, text=True,
                          check=False).stderr


def structures(abi: str) -> list[tuple[str, str, str, str]]:
    """Name, header, size and section of each layout."""
    found = []
    for name in re.findall(r"^## `struct (\w+)`$", abi, re.MULTILINE):
        text = section(abi, f"struct {name}")
        said = re.search(r"^`(<\S+>)`, (\d+) bytes", text, re.MULTILINE)
        assert said, f"{name}: no header or size"
        found.append((name, said[1], said[2], text))
    return found


def assertions(abi: str) -> str:
    """The page as static assertions."""
    includes: set[str] = set()
    lines: list[str] = []
    for name, header, size, text in structures(abi):
        includes.add(header)
        lines.append(f"static_assert(sizeof(struct {name}) == {size});")
        for member, offset, width in rows(text):
            member = member.strip("`")
            lines.append(f"static_assert(offsetof(struct {name}, {member}) == {offset});")
            lines.append(f"static_assert(sizeof(((struct {name} *)0)->{member}) == {width});")
    for name, value, header in rows(section(abi, "Constants")):
        includes.add(header.strip("`"))
        lines.append(f"static_assert({name.strip('`')} == {value});")
    return "\n".join([*(f"#include {header}" for header in sorted(includes)), *lines, ""])


class Tests(unittest.TestCase):
    """Each is host.abi.NAME."""

    def test_the_page_lists_the_layouts(self) -> None:
        names = {name for name, *_ in structures(page("abi.md"))}
        self.assertLessEqual({"context_header", "ownership_entry", "ownership_descriptor",
                              "binding", "bytes", "box"}, names)

    def test_the_headers_agree_with_the_page(self) -> None:
        for flags in SIDES:
            self.assertEqual(compiled(assertions(page("abi.md")), flags), "")

    def test_each_wrong_number_of_the_page_is_noticed(self) -> None:
        lines = assertions(page("abi.md")).splitlines()
        wrong = [re.sub(r"== (\d+)\);$", lambda number: f"== {int(number[1]) + 1});", line)
                 for line in lines]
        said = compiled("\n".join(wrong) + "\n", ["-O0", "-ferror-limit=0"])
        self.assertEqual(said.count("error: static assertion failed"),
                         sum(line.startswith("static_assert") for line in lines))

    def test_the_examples_of_the_ownership_chapter_compile(self) -> None:
        examples = re.findall(r"^```c\n(.*?)^```$", page("concepts/ownership.md"),
                              re.MULTILINE | re.DOTALL)
        self.assertGreaterEqual(len(examples), 5)
        for example in examples:
            for flags in SIDES:
                self.assertEqual(compiled(example, flags), "", example)

    def test_a_guarded_member_without_its_lock_does_not_compile(self) -> None:
        source = ("#include <cell/lock.h>\n"
                  "struct counter { struct spin_lock lock; int value GUARDED_BY(&lock); };\n"
                  "int read_it(struct counter *c);\n"
                  "int read_it(struct counter *c) { return c->value; }\n")
        self.assertIn("requires holding spin lock", compiled(source, ["-O0"]))


if __name__ == "__main__":
    unittest.main()
