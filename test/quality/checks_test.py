# SPDX-License-Identifier: MIT
"""The checks themselves: each finds an error put before it, and nothing in what is right."""

import json
import os
import pathlib
import shutil
import tempfile
import unittest

import analysis
import conformance
import headers
import style
import tree

RIGHT = f"// {style.SPDX}\nint right(void)\n{{\n    return 1;\n}}\n"
DIVIDES = f"// {style.SPDX}\nint wrong(void)\n{{\n    int zero = 0;\n    return 1 / zero;\n}}\n"


class Tests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for name in (".editorconfig", ".clang-format", ".clang-tidy"):
            shutil.copy(tree.SOURCE / name, self.root)

    def make(self, name, content):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def found(self, check, *parts):
        """The check has a finding for each of `parts`, in order, and no other."""
        findings = check(self.root)
        self.assertEqual(len(findings), len(parts), findings)
        for finding, part in zip(findings, parts):
            self.assertIn(part, finding)

    def test_editorconfig(self):
        self.make("right.c", RIGHT)
        self.make("prose.md", "long " * 30 + "line\n")
        self.found(style.editorconfig)
        self.make("a.c", "\tint a;\n")
        self.make("b.c", "int b; \n")
        self.make("c.c", "int c;\r\n")
        self.make("d.c", "int d;")
        self.make("e.c", "// " + "e" * 98 + "\n")
        self.make("f.c", b"// \xff\n")
        self.found(style.editorconfig, "a.c:1: a tab", "b.c:1: blanks at the end",
                   "c.c:1: a carriage return", "d.c:1: no newline", "e.c:1: 101 characters",
                   "f.c:1: not UTF-8")

    def test_format(self):
        self.make("right.c", RIGHT)
        self.found(style.clang_format)
        self.make("wrong.c", "int  wrong;\n")
        self.assertIn("wrong.c:1:", style.clang_format(self.root)[0])

    def test_spdx(self):
        self.make("right.c", RIGHT)
        self.make("run", f"#!/bin/bash\n# {style.SPDX}\n")
        self.found(style.spdx)
        self.make("wrong.S", f"# wrong\n# {style.SPDX}\n")
        self.make("empty.py", "")
        self.found(style.spdx, "empty.py:1:", "wrong.S:1:")

    def test_spelling(self):
        self.make(style.SPELLING_IGNORE, "thre\n")
        self.make("right.md", "The bit THRE is right.\n")
        self.found(style.spelling)
        self.make("wrong.md", "T" "eh wrong word.\n")
        self.found(style.spelling, "wrong.md:1:")

    def test_size(self):
        self.make("right.c", "int f(void)\n{\n" + "    x();\n" * 58 + "}\n")
        self.found(style.size)
        self.make("wrong.c", "int f(void)\n{\n" + "    x();\n" * 59 + "}\n")
        self.make("wrong.h", "// long\n" * 601)
        self.found(style.size, "wrong.c:2: a function of 61", "wrong.h:1: 601 lines")

    def test_python(self):
        self.make("right.py", "print(1)\n")
        self.found(style.python)
        self.make("a.py", "print(1 is 1)\n")
        self.make("b.py", "import os\n")
        findings = style.python(self.root)
        self.assertTrue(any('a.py: "is" with' in finding for finding in findings), findings)
        self.assertTrue(any("'os' imported" in finding for finding in findings), findings)

    def test_scripts(self):
        self.make("right", "#!/bin/bash\necho right\n")
        self.found(style.scripts)
        self.make("wrong", "#!/bin/bash\necho $1\n")
        self.make("wrong_long", "#!/bin/bash\n" + "echo\n" * 45)
        self.make("wrong_syntax", "#!/bin/bash\nif\n")
        findings = "\n".join(style.scripts(self.root))
        for part in "wrong:2:6:", "wrong_long:1: 46 lines", "wrong_syntax: line ":
            self.assertIn(part, findings)

    def test_include_cycles(self):
        self.make("cells/a/one/one.h", "#include <b/two.h>\n")
        self.make("cells/b/two/two.h", '#include "part.h"\n')
        self.make("cells/b/two/part.h", "#include <stdint.h>\n")
        self.found(headers.include_cycles)
        self.make("cells/b/two/part.h", "#include <a/one.h>\n")
        self.found(headers.include_cycles, "one.h -> cells/b/two/two.h -> cells/b/two/part.h")

    def test_includes_that_climb(self):
        self.make("cells/a/one/one.c", '#include "../two/two.h"\n')
        self.found(headers.include_cycles, "one.c: includes ../two/two.h")

    def test_status_table(self):
        names = headers.STATUSES
        lines = [f'STATUS({name}, "a sentence")\n' for name in names]
        self.make(headers.STATUS_TABLE, "".join(lines))
        self.found(headers.status_table)
        self.make(headers.STATUS_TABLE, "".join([lines[1], lines[0], *lines[2:]]))
        self.found(headers.status_table, "INVALID OK")
        self.make(headers.STATUS_TABLE, "".join(lines[:-1]))
        self.found(headers.status_table, "IO, but")

    def test_conformance(self):
        tests = ["host.a.b", "boot.matrix.usb"]
        text = "| it works | `host.a.b`, `boot.matrix.*`, `bench.py`, `scripts/run` | yes |"
        self.assertEqual(conformance.missing(text, tests, True), [])
        text = "| it works | `host.a.d`, `boot.other.*`, `fault.x` | yes |"
        self.assertEqual(conformance.missing(text, tests, True),
                         ["host.a.d", "boot.other.*", "fault.x"])
        self.assertEqual(conformance.missing(text, tests, False), ["host.a.d"])

    def analyse(self, source):
        """Makes `source` the only C file, and its database."""
        path = self.make("code/code.c", source)
        command = f"/usr/bin/{analysis.CLANG} -Wno-everything -o code.o -c {path}"
        entry = {"directory": str(self.root), "file": str(path), "command": command}
        self.make("build/compile_commands.json", json.dumps([entry]))
        os.environ["THEORIS_QUALITY"] = str(self.root / "build")

    def test_tidy(self):
        for source, count in (DIVIDES, 1), (DIVIDES, 1), (RIGHT, 0), (RIGHT, 0), (DIVIDES, 1):
            self.analyse(source)
            findings = "\n".join(analysis.tidy(self.root, "code"))
            self.assertEqual(findings.count("clang-analyzer-core.DivideZero"), count, findings)
        self.assertEqual(analysis.tidy(self.root, "not", "code"), [])

    def test_cppcheck(self):
        self.make(analysis.CPPCHECK_SUPPRESSIONS, "")
        self.analyse(RIGHT)
        self.found(analysis.cppcheck)
        self.analyse(DIVIDES)
        self.assertIn("code/code.c:5: Division by zero", "\n".join(analysis.cppcheck(self.root)))


if __name__ == "__main__":
    unittest.main()
