#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Fetches a Debian source package into a cache folder, once.

    fetch_source.py PACKAGE CACHE

Prints the folder of its sources, CACHE/PACKAGE. What apt knows of this computer's package sources
is copied to a private folder and asked for source packages there: the system's own configuration
stays as it is. apt checks the signatures. Status: 0 done, 1 a sentence says why not, 2 usage.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

APT = Path("/etc/apt")
TOOLS = {"apt-get": "apt", "dpkg-source": "dpkg-dev"}


class Problem(Exception):
    """Why the sources cannot be had."""


def write_lists(target: Path) -> None:
    """The computer's lists of package sources, but for source packages."""
    for path in [APT / "sources.list", *sorted((APT / "sources.list.d").glob("*"))]:
        if path.suffix == ".sources":
            text = re.sub(r"^Types:.*$", "Types: deb-src", path.read_text(), flags=re.M)
        elif path.suffix == ".list" and path.is_file():
            text = re.sub(r"^deb(-src)?\s", "deb-src ", path.read_text(), flags=re.M)
        else:
            continue
        (target / path.name).write_text(text)


def run(command: list[str], folder: Path) -> str:
    """Runs a command; the problem is the last thing that it said."""
    result = subprocess.run(command, cwd=folder, text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, env=os.environ | {"LC_ALL": "C.UTF-8"})
    if result.returncode != 0:
        lines = result.stdout.strip().splitlines() or ["it says nothing"]
        errors = [line for line in lines if line.startswith("E:")] or lines[-1:]
        raise Problem(f"{Path(command[0]).name} failed: {errors[0]}")
    return result.stdout


def fetch(package: str, work: Path) -> Path:
    """Downloads and unpacks below `work`; the folder of the sources."""
    places = {"Dir::Etc::SourceList": "/dev/null", "Dir::Etc::SourceParts": work / "parts",
              "Dir::State::Lists": work / "lists", "Dir::Cache": work / "cache",
              "APT::Sandbox::User": "", "Acquire::Retries": 3}
    for folder in "parts", "lists/partial", "cache/archives/partial", "download":
        (work / folder).mkdir(parents=True)
    write_lists(work / "parts")
    apt = ["apt-get", "-q", *(f"-o{key}={value}" for key, value in places.items())]
    # A list that is of no use here may fail; what is missing then, the next step says.
    subprocess.run([*apt, "update"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    run([*apt, "--download-only", "source", package], work / "download")
    descriptions = list((work / "download").glob("*.dsc"))
    if len(descriptions) != 1:
        raise Problem(f"apt-get brought {len(descriptions)} source packages in place of one")
    # apt has checked the signature of the list that holds the checksum of this file.
    run(["dpkg-source", "--no-check", "-x", str(descriptions[0]), "sources"], work / "download")
    return work / "download/sources"


def fetch_once(package: str, cache: Path) -> Path:
    """The folder of the sources, fetched now if nobody has before."""
    target = cache / package
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / ".lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.is_dir():
            for tool, provider in TOOLS.items():
                if not shutil.which(tool):
                    raise Problem(f"there is no {tool}: install the package {provider}")
            with tempfile.TemporaryDirectory(dir=cache, prefix=".fetch-") as work:
                fetch(package, Path(work)).rename(target)
    return target


def main() -> int:
    """The command."""
    if len(sys.argv) != 3:
        print("usage: fetch_source.py PACKAGE CACHE", file=sys.stderr)
        return 2
    try:
        print(fetch_once(sys.argv[1], Path(sys.argv[2])))
    except (Problem, OSError) as problem:
        print(f"the source package {sys.argv[1]} cannot be had: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
