# SPDX-License-Identifier: MIT
"""clang-tidy and cppcheck over all C, with the flags that the build uses.

The build says itself how it compiles: the kernel side is configured, not built, in a folder of
ours, and `ninja -t compdb` lists the commands of both sides, the loader's and the tools' included.
"""

import hashlib
import json
import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from tree import folder_of, output_of, tracked

CLANG = "clang-19"
TIDY = "clang-tidy-19"
LINKING = re.compile("-c$|-l|-fuse-ld=")
CPPCHECK_SUPPRESSIONS = "test/quality/cppcheck_suppressions.txt"
Commands = dict[Path, list[str]]


def _compilations(build: Path) -> Iterator[tuple[Path, list[str]]]:
    """Each C source that the build compiles, and the words of the command."""
    listing = subprocess.run(["ninja", "-C", build, "-t", "compdb"], capture_output=True, text=True,
                             check=True).stdout
    for entry in json.loads(listing):
        for command in entry["command"].split(" && "):
            words = shlex.split(command)
            if not words or Path(words[0]).name != CLANG:
                continue
            sources = [word for word in words if word.endswith(".c")]
            linked = {word for before, word in pairwise(words)
                      if word.endswith(".o") and before not in ("-o", "-MT")}
            rest = [word for word in words if word not in sources and word not in linked
                    and not LINKING.match(word)]
            for source in sources:
                yield Path(source), [*rest, "-c", source]


def _choose(system: Commands, host: Commands) -> Commands:
    """One command a source: the system's, but tests as the host sees them, for it sees more."""
    tests = {path: words for path, words in host.items() if path.name.endswith("_test.c")}
    return host | system | tests


def _command_for(path: Path, command: list[str]) -> list[str]:
    """A compile command for one source alone, without what only the compiler itself can load."""
    return [word for word in command if not word.startswith(("-fplugin", "-fpass-plugin", "-L"))
            and (not word.endswith(".c") or Path(word) == path)]


def _quoted(command: list[str]) -> str:
    """A command in one line, quoted as cppcheck understands it: by backslashes."""
    return " ".join(re.sub(r"([^\w./=+,:@%-])", r"\\\1", word) for word in command)


def compile_commands(root: Path) -> list[str]:
    """Writes compile_commands.json for the other checks; its findings: sources that it lacks."""
    ours = folder_of("THEORIS_QUALITY")
    system = ours / "system"
    subprocess.run(["cmake", "--preset", "default", "-S", root, "-B", system], cwd=root, check=True,
                   stdout=subprocess.DEVNULL)
    chosen = _choose(dict(_compilations(system)),
                     dict(_compilations(folder_of("THEORIS_HOST_BUILD"))))
    # Programs that must not compile, or must, and the example outside the tree are compiled by
    # their own tests.
    others = (root / "test/compile_fail", root / "test/sdk/example")
    sources = [path for path in tracked(root, ".c")
               if not any(path.is_relative_to(folder) for folder in others)]
    database = [{"directory": str(ours), "file": str(path),
                 "command": _quoted(_command_for(path, chosen[path]))}
                for path in sources if path in chosen]
    (ours / "compile_commands.json").write_text(json.dumps(database, indent=1))
    return [f"{path.relative_to(root)}: no build compiles it" for path in sources
            if path not in chosen]


def _commands_below(root: Path, folders: tuple[str, ...]) -> Commands:
    """What compile_commands() chose for sources in `folders`, or, after `not`, elsewhere."""
    database = json.loads((folder_of("THEORIS_QUALITY") / "compile_commands.json").read_text())
    inside = folders[0] != "not"
    places = tuple(f"{root / folder}{os.sep}" for folder in folders)
    return {Path(entry["file"]): shlex.split(entry["command"]) for entry in database
            if entry["file"].startswith(places) == inside}


def _fingerprint(words: list[str], rules: bytes) -> str:
    """Of all that clang-tidy sees: the command, the source with what it includes, the rules."""
    output = words.index("-o") if "-o" in words else len(words)
    command = words[:output] + words[output + 2:]
    seen = subprocess.run([*command, "-E", "-C", "-dD", "-o", "-", "-MD", "-MF", os.devnull],
                          capture_output=True, check=True).stdout
    return hashlib.sha256(rules + shlex.join(command).encode() + seen).hexdigest()


def tidy(root: Path, *folders: str) -> list[str]:
    """What clang-tidy finds in sources of `folders`, or, after `not`, in all others.

    A source without findings is left out until something that clang-tidy sees changes.
    """
    ours = folder_of("THEORIS_QUALITY")
    version = subprocess.run([TIDY, "--version"], capture_output=True, check=True).stdout
    rules = (root / ".clang-tidy").read_bytes() + version
    clean = ours / "tidy"
    clean.mkdir(exist_ok=True)
    findings = []
    for path, words in _commands_below(root, folders).items():
        mark = clean / str(path.relative_to(root)).replace(os.sep, "--")
        fingerprint = _fingerprint(words, rules)
        if mark.exists() and mark.read_text() == fingerprint:
            continue
        found = _tidy_findings(root, ours, path)
        findings += found
        if not found:
            mark.write_text(fingerprint)
    return findings


def _tidy_findings(root: Path, database: Path, path: Path) -> list[str]:
    result = subprocess.run([TIDY, "-p", database, "--quiet", path], cwd=root, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if result.returncode != 0 and not result.stdout.strip():
        return [f"{path}: {TIDY} failed: {result.stderr}"]
    return result.stdout.splitlines()


def cppcheck(root: Path) -> list[str]:
    """What cppcheck finds in all sources that a build compiles."""
    ours = folder_of("THEORIS_QUALITY")
    notes = ours / "cppcheck"
    notes.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="theoris-cppcheck-") as folder:
        # cppcheck loses include paths with a blank: it sees the source through a link without one.
        link = Path(folder) / "source"
        link.symlink_to(root)
        database = Path(folder) / "compile_commands.json"
        text = (ours / "compile_commands.json").read_text()
        for spelling in (str(root), str(root).replace(" ", "\\\\ ")):
            text = text.replace(spelling, str(link))
        database.write_text(text)
        return output_of(["cppcheck", f"--project={database}", "--quiet",
                          "--enable=warning,style,performance,portability", "--inline-suppr",
                          f"--suppressions-list={root / CPPCHECK_SUPPRESSIONS}", f"-rp={link}",
                          f"--cppcheck-build-dir={notes}", "--error-exitcode=1",
                          "--template={file}:{line}: {message} [{id}]"], root)
