# SPDX-License-Identifier: MIT
"""Compiles one program with the plugin and compares what the compiler says with what it should say.

A program in good/ must compile without a word. One in bad/ says at the end of a line what must be
reported there: `// expect: [cellcheck-leak]`, several of them separated by ` ; `; each is a part of
the message. Nothing else may be reported. Where NAME.expected lies beside the program, it is the
whole text, notes included; --update writes it anew.
"""

import argparse
import pathlib
import re
import subprocess
import sys

MESSAGE = re.compile(r"^[^:\n]+\.c:(\d+):\d+: (?:fatal )?(?:error|warning): (.*)$", re.MULTILINE)


def compile_program(program, command):
    """Returns the compiler's exit status and what it said, in the program's own folder."""
    result = subprocess.run(
        [*command, "-fsyntax-only", "-fno-caret-diagnostics", program.name],
        cwd=program.parent, stderr=subprocess.PIPE, text=True, check=False)
    return result.returncode, result.stderr


def expectations(program):
    """The pairs (line, part of a message) that the program states."""
    pairs = []
    for number, line in enumerate(program.read_text().splitlines(), 1):
        _, found, parts = line.partition("// expect: ")
        if found:
            pairs += [(number, part.strip()) for part in parts.split(" ; ")]
    return pairs


def differences(expected, reported):
    """Sentences on what was expected and not reported, and the other way round."""
    problems = []
    left = list(reported)
    for line, part in expected:
        found = [one for one in left if one[0] == line and part in one[1]]
        left = [one for one in left if one not in found]
        if not found:
            problems.append(f"line {line}: not reported: {part}")
    problems += [f"line {line}: not expected: {text}" for line, text in left]
    return problems


def check_text(program, text, update):
    """Compares the whole text, where it is stated."""
    stated = program.with_suffix(".expected")
    if update and stated.exists():
        stated.write_text(text)
    if not stated.exists() or stated.read_text() == text:
        return []
    return [f"the text differs from {stated.name}; it is:\n{text}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("command", nargs="+", help="the compiler and its options")
    options = parser.parse_args()
    program = options.program.resolve()

    status, text = compile_program(program, options.command)
    expected = expectations(program)
    reported = [(int(line), message) for line, message in MESSAGE.findall(text)]
    problems = differences(expected, reported) + check_text(program, text, options.update)
    if program.parent.name == "bad" and not expected:
        problems.append("the program does not say what is wrong with it")
    if (status != 0) != bool(expected):
        problems.append(f"the compiler's status is {status}:\n{text}")
    for problem in problems:
        print(f"{program.name}: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
