# SPDX-License-Identifier: MIT
"""Drives QEMU for the scripts and the tests; README.md beside this file says how to use it."""
