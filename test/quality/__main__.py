# SPDX-License-Identifier: MIT
"""Checks of the source tree: `/usr/bin/python3 -B test/quality CHECK [WORD...]`.

A check gives its findings, one `file:line: sentence` each, and passes if there is none. Folders of
the build come from the environment: THEORIS_QUALITY is ours, THEORIS_HOST_BUILD the host preset's.
"""

import sys

import analysis
import conformance
import headers
import style
import tree

CHECKS = {
    "compile_commands": analysis.compile_commands,
    "conformance": conformance.conformance,
    "cppcheck": analysis.cppcheck,
    "editorconfig": style.editorconfig,
    "format": style.clang_format,
    "include_cycles": headers.include_cycles,
    "python": style.python,
    "scripts": style.scripts,
    "size": style.size,
    "spdx": style.spdx,
    "spelling": style.spelling,
    "status_table": headers.status_table,
    "tidy": analysis.tidy,
}
SKIPPED = 77


def main(words: list[str]) -> int:
    """The status: 0 without findings, 77 where there is nothing to look at."""
    if not words or words[0] not in CHECKS:
        print(f"usage: python3 test/quality {{{'|'.join(CHECKS)}}} [WORD...]", file=sys.stderr)
        return 2
    try:
        findings = CHECKS[words[0]](tree.SOURCE, *words[1:])
    except tree.NothingToCheck as reason:
        print(f"skipped: {reason}")
        return SKIPPED
    for finding in findings:
        print(finding)
    print(f"{len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
