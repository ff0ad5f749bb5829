# SPDX-License-Identifier: MIT
"""How the text of the tree looks: encoding, lengths, licence lines, spelling, scripts."""

import configparser
import fnmatch
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

from tree import output_of, text_files, tracked

C_ENDINGS = (".c", ".h", ".cpp", ".hpp")
SPDX = "SPDX-License-Identifier: MIT"
NO_COMMENTS = (".json", ".md", ".txt", ".png", ".expected")  # formats without comments, and prose
NO_SPDX_NEEDED = {"LICENSE", ".clang-format", ".editorconfig", ".gitignore"}
FILE_LINES = 600
FUNCTION_LINES = 60
FUNCTION_LINES_GOOD = 40
SCRIPT_LINES = 45
SPELLING_IGNORE = "test/quality/spelling_ignore.txt"


def clang_format(root: Path) -> list[str]:
    """What clang-format would change."""
    return output_of(["clang-format-19", "--dry-run", "-Werror", *tracked(root, *C_ENDINGS)], root)


def _expand(pattern: str) -> list[str]:
    """The alternatives of a pattern of .editorconfig: `*.{S,asm}` is `*.S` and `*.asm`."""
    braces = re.search(r"\{([^}]*)\}", pattern)
    if not braces:
        return [pattern]
    return [pattern[: braces.start()] + word + pattern[braces.end():]
            for word in braces[1].split(",")]


def _rules(config: configparser.ConfigParser, name: str) -> dict[str, str]:
    """The rules of .editorconfig for a file: later sections win."""
    rules: dict[str, str] = {}
    for section in config.sections():
        if any(fnmatch.fnmatch(name, pattern) for pattern in _expand(section)):
            rules |= config[section]
    return rules


def _text_findings(data: bytes, rules: dict[str, str]) -> Iterator[tuple[int, str]]:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        yield data[: error.start].count(b"\n") + 1, "not UTF-8"
        return
    longest = rules.get("max_line_length", "off")
    for number, line in enumerate(text.split("\n"), 1):
        if "\r" in line:
            yield number, "a carriage return"
        if line.rstrip("\r") != line.rstrip():
            yield number, "blanks at the end"
        if "\t" in line and rules.get("indent_style") == "space":
            yield number, "a tab"
        if longest != "off" and len(line) > int(longest):
            yield number, f"{len(line)} characters, {longest} are allowed"
    if text and not text.endswith("\n"):
        yield text.count("\n") + 1, "no newline at the end"


def editorconfig(root: Path) -> list[str]:
    """Lines that break the rules of .editorconfig."""
    config = configparser.ConfigParser()
    config.read_string("[DEFAULT]\n" + (root / ".editorconfig").read_text())
    return [f"{path.relative_to(root)}:{number}: {sentence}" for path in text_files(root)
            for number, sentence in _text_findings(path.read_bytes(), _rules(config, path.name))]


FIRST_WORDS = ("#!", "theoris-policy ")


def spdx(root: Path) -> list[str]:
    """Sources that do not begin with the licence line; #!, or a format's name, may come first."""
    findings = []
    for path in text_files(root):
        if path.name in NO_SPDX_NEEDED or path.suffix in NO_COMMENTS:
            continue
        lines = path.read_text().splitlines()[:2] + ["", ""]
        if SPDX not in lines[1 if lines[0].startswith(FIRST_WORDS) else 0]:
            findings.append(f"{path.relative_to(root)}:1: the licence line is missing: {SPDX}")
    return findings


def spelling(root: Path) -> list[str]:
    """Words that codespell does not believe."""
    return output_of(["codespell", "--ignore-words", root / SPELLING_IGNORE,
                      *(path.relative_to(root) for path in text_files(root)
                        if path != root / SPELLING_IGNORE)], root)


def _function_lengths(lines: list[str]) -> Iterator[tuple[int, int]]:
    """First line and length of each function: clang-format puts its braces at the margin."""
    start = 0
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            yield start, number - start + 1
            start = 0


def size(root: Path) -> list[str]:
    """Files and functions of C that are too long; prints the functions that are nearly so."""
    findings = []
    for path in tracked(root, *C_ENDINGS):
        name = path.relative_to(root)
        lines = path.read_text().splitlines()
        if len(lines) > FILE_LINES:
            findings.append(f"{name}:1: {len(lines)} lines, {FILE_LINES} are allowed")
        for number, length in _function_lengths(lines):
            if length > FUNCTION_LINES:
                findings.append(f"{name}:{number}: a function of {length} lines, "
                                f"{FUNCTION_LINES} are allowed")
            elif length > FUNCTION_LINES_GOOD:
                print(f"note: {name}:{number}: a function of {length} lines")
    return findings


def python(root: Path) -> list[str]:
    """What the compiler, which warns here, and pyflakes find in Python."""
    findings = []
    paths = tracked(root, ".py")
    for path in paths:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                compile(path.read_bytes(), path, "exec", dont_inherit=True)
            except (SyntaxError, Warning) as error:
                findings.append(f"{path.relative_to(root)}: {error}")
    return findings + output_of(["pyflakes3", *paths], root)


def scripts(root: Path) -> list[str]:
    """What bash and shellcheck find in scripts, and scripts that are too long."""
    paths = [path for path in text_files(root)
             if re.match(rb"#!.*\b(ba)?sh\b", path.read_bytes())]
    findings = []
    for path in paths:
        findings += output_of(["bash", "-n", path], root)
        length = len(path.read_text().splitlines())
        if length > SCRIPT_LINES:
            findings.append(f"{path.relative_to(root)}:1: {length} lines, "
                            f"{SCRIPT_LINES} are allowed")
    return findings + output_of(["shellcheck", "--format=gcc", *paths], root)
