# SPDX-License-Identifier: MIT
"""Runs the cells' tests in a guest, and looks single results up.

    results.py run FILE               boots, runs `test -j`, audits memory, writes FILE
    results.py check FILE CELL.TEST   status 0 if FILE says that this test passed
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def run(results: Path) -> int:
    """Fails only where the system does not get through: each result is a test of its own."""
    from harness.build import image_path
    from harness.guest import Guest
    from harness.machine import Machine
    results.unlink(missing_ok=True)
    with Guest(Machine(), image_path(), timeout=240) as guest:
        tests = guest.run("test -j")
        audit = guest.run("memory audit")
    results.write_text(tests.text, "utf-8")
    print(tests.text, audit.text)
    return audit.status


def check(results: Path, wanted: str) -> int:
    """Prints what is known of a test."""
    for line in results.read_text("utf-8").splitlines():
        if not line.startswith("{"):
            continue
        result = json.loads(line)
        if f"{result['cell']}.{result['test']}" == wanted:
            print(line)
            return 0 if result["result"] == "passed" else 1
    print(f"{wanted} did not run")
    return 1


if __name__ == "__main__":
    if sys.argv[1] == "run":
        sys.exit(run(Path(sys.argv[2])))
    sys.exit(check(Path(sys.argv[2]), sys.argv[3]))
