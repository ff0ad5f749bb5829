# SPDX-License-Identifier: MIT
"""Runs one test, one class or one file of unittest by name, as CTest does.

    /usr/bin/python3 test/harness single boot.test_harness.Statuses.test_a_timeout_is_124

Names start below `test/`. The status is 0 only if at least one test ran and none failed.
"""

import os
import sys
import unittest
from collections.abc import Sequence

from .guest import Guest
from .process import PARENT_VARIABLE, obey_parent
from .status import BadUsage


def single(words: Sequence[str]) -> int:
    """Runs the named tests and gives the status."""
    if not words or words[0].startswith("-"):
        raise BadUsage("name a test: boot.test_harness.Statuses.test_a_timeout_is_124")
    os.environ[PARENT_VARIABLE] = "1"
    Guest.audits = True
    obey_parent()
    tests = unittest.defaultTestLoader.loadTestsFromNames(list(words))
    result = unittest.TextTestRunner(stream=sys.stderr, verbosity=2).run(tests)
    return 0 if result.testsRun > 0 and result.wasSuccessful() else 1
