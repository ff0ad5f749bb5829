# SPDX-License-Identifier: MIT
"""Compiles every cell and nano_core for the plugin's report and prints it: who is UNSAFE, and why.

Usage: unsafe_report.py ROOT. The compile commands are those of the default build; only the plugin
runs, and no code is generated.
"""

import collections
import concurrent.futures
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

THESIS = 72  # unsafe sites in 21 crates of the original


def prepare(build):
    """Configures the default build and makes what compiling needs besides sources."""
    root = build.parent
    subprocess.run(["cmake", "--preset", "default"], cwd=root, check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", build, "--target", "cells", "cellcheck_plugin"],
                   check=True, stdout=subprocess.DEVNULL)


def cell_of(command):
    """The cell that a compile command is for; nano_core where it names none."""
    found = re.search(r'-DCELL_NAME=\\*"*([a-z0-9_]+)', " ".join(command))
    return found.group(1) if found else "nano_core"


def report_of(entry, plugin, folder, index):
    """The plugin's report on one source file, as lists of fields."""
    command = shlex.split(entry["command"])
    report = folder / str(index)
    output = command.index("-o")
    del command[output:output + 2]
    command = [word for word in command
               if word not in ("-c", "-Werror") and not word.startswith("-fplugin")]
    command += ["-fsyntax-only", "-w", f"-fplugin={plugin}"]
    for argument in ("findings=warning", f"cell={cell_of(command)}", f"report={report}"):
        command.append(f"-fplugin-arg-cellcheck-{argument}")
    subprocess.run(command, cwd=entry["directory"], check=True, stderr=subprocess.DEVNULL)
    lines = report.read_text().splitlines() if report.exists() else []
    return [line.split("\t") for line in lines]


def in_tree(place, root):
    """A place as file:line below ROOT; interfaces are links to the headers of their cells."""
    file, line = place.rsplit(":", 1)
    path = (root / file).resolve()
    return f"{path.relative_to(root) if path.is_relative_to(root) else path}:{line}"


def owner(place, cell):
    """The cell whose folder a file is in, or the one that is compiled."""
    parts = pathlib.PurePath(place).parts
    if parts[:2] == ("cells", "vocabulary"):
        return "vocabulary"
    return parts[2] if parts[0] == "cells" else cell


def collect(build):
    """Each unsafe function once, under the cell whose folder it is in: (cell, kind, ...)."""
    plugin = build / "tools" / "cellcheck.so"
    entries = [entry for entry in json.loads((build / "compile_commands.json").read_text())
               if entry["file"].endswith(".c") and "/efi_loader/" not in entry["file"]]
    functions = {}
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(report_of, entry, plugin, pathlib.Path(folder), index)
                for index, entry in enumerate(entries)]
        for job in jobs:
            for cell, kind, name, place, reason in job.result():
                place = in_tree(place, build.parent)
                functions[place, name] = (owner(place, cell), kind, name, place, reason)
    return sorted(functions.values())


def is_test(function):
    """Whether it stands in a test, which is not part of the system."""
    place = function[3]
    return place.startswith("test/") or "_test.c:" in place


def main():
    build = pathlib.Path(sys.argv[1]).resolve() / "build"
    prepare(build)
    found = collect(build)
    for cell, kind, name, place, reason in sorted(found, key=lambda one: (is_test(one), one)):
        print(f"{cell:20} {kind:11} {name:32} {place}: {reason}")
    functions = [one for one in found if not is_test(one)]
    kinds = collections.Counter(kind for _, kind, *_ in functions)
    cells = len({cell for cell, *_ in functions})
    print(f"{len(functions)} unsafe functions in {cells} cells: {kinds['innocuous']} innocuous, "
          f"{kinds['infectious']} infectious; {len(found) - len(functions)} more in tests. "
          f"The thesis has {THESIS} sites in 21 crates.")


if __name__ == "__main__":
    main()
