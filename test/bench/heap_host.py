# SPDX-License-Identifier: MIT
"""Compares the three heaps with the allocators of Debian, on the host, in interleaved runs.

Usage: heap_host.py BUILD [RUNS]: prints the median of RUNS (11) runs and the spread, in nanoseconds
per pair of allocation and drop, and what the owned heap costs beside each.
"""

import os
import pathlib
import statistics
import subprocess
import sys

LIBRARIES = pathlib.Path("/usr/lib/x86_64-linux-gnu")
OURS = "heap_owned"
CONTENDERS = {
    "heap_owned": ("owned", None),
    "heap_half_owned": ("half_owned", None),
    "heap_raw": ("raw", None),
    "glibc": ("malloc", None),
    "jemalloc": ("malloc", LIBRARIES / "libjemalloc.so.2"),
    "mimalloc": ("malloc", LIBRARIES / "libmimalloc.so.2"),
    "glibc, zeroed": ("calloc", None),
    "jemalloc, zeroed": ("calloc", LIBRARIES / "libjemalloc.so.2"),
    "mimalloc, zeroed": ("calloc", LIBRARIES / "libmimalloc.so.2"),
}
ROUNDS = {"hot": 5000000, "threadtest": 60, "shbench": 300, "larson": 60}


def run(build, contender, workload):
    """Nanoseconds per pair in one run."""
    program, library = CONTENDERS[contender]
    environment = dict(os.environ)
    if library:
        if not library.exists():
            sys.exit(f"{library} is missing: scripts/install")
        environment["LD_PRELOAD"] = str(library)
    command = [str(build / f"heap_host_{program}"), workload, str(ROUNDS[workload])]
    result = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return float(result.stdout)


def main():
    build = pathlib.Path(sys.argv[1])
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 11
    for workload in ROUNDS:
        times = {contender: [] for contender in CONTENDERS}
        for _ in range(runs):
            for contender, list_ in times.items():
                list_.append(run(build, contender, workload))
        median = {contender: statistics.median(list_) for contender, list_ in times.items()}
        print(f"{workload:12s} {'ns/pair':>8s} {'least':>8s} {'most':>8s}   owned is")
        for contender, list_ in times.items():
            ratio = median[OURS] / median[contender]
            print(f"  {contender:18s} {median[contender]:8.2f} {min(list_):8.2f} {max(list_):8.2f}"
                  f"   {ratio:5.2f} times as long")


if __name__ == "__main__":
    main()
