# SPDX-License-Identifier: MIT
"""Finds out whether KVM really works: a machine can have /dev/kvm and fail under it.

The probe boots the firmware without a disk and waits for its first byte on COM1. Its answer holds
until the next boot of this computer, and is remembered in the build folder.
"""

import contextlib
import os
import tempfile
from pathlib import Path

from .machine import QEMU, Machine
from .process import TemporaryFolder, require_program
from .qemu import Qemu
from .status import HarnessError

KVM = Path("/dev/kvm")
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
PROBE_SECONDS = 5.0
MEMO = "kvm-probe"


def choose(wanted: str, icount: bool, build: Path) -> str:
    """`kvm` or `tcg`, whichever `wanted` (auto, kvm, tcg) comes to."""
    if icount or wanted == "tcg":
        return "tcg"
    if wanted == "kvm":
        return "kvm"
    return "kvm" if _kvm_works(build) else "tcg"


def _kvm_works(build: Path) -> bool:
    """Probes, or recalls an earlier answer."""
    if not os.access(KVM, os.R_OK | os.W_OK):
        return False
    memo, key = build / MEMO, _memo_key()
    with contextlib.suppress(OSError):
        recalled_key, answer = memo.read_text("ascii").split()
        if recalled_key == key:
            return answer == "yes"
    works = _probe()
    with contextlib.suppress(OSError):
        memo.write_text(f"{key} {'yes' if works else 'no'}\n", "ascii")
    return works


def _memo_key() -> str:
    """Changes with what can change the answer: a boot, or another QEMU."""
    changed = os.stat(require_program(QEMU, "qemu-system-x86")).st_mtime_ns
    return f"{BOOT_ID.read_text('ascii').strip()}-{changed}"


def _probe() -> bool:
    """Whether firmware comes as far as its first byte on COM1 under KVM."""
    folder = TemporaryFolder()
    qemu = None
    try:
        with tempfile.NamedTemporaryFile(dir=folder.path) as empty:
            empty.truncate(1 << 20)
            qemu = Qemu(Machine(smp=1, accel="kvm"), Path(empty.name), folder)
            qemu.go()
            console = qemu.console
            qemu.wait_until(lambda: console.bytes_seen > 0, lambda: "say something",
                            qemu.started + PROBE_SECONDS)
            return True
    except HarnessError:
        return False
    finally:
        if qemu is not None:
            qemu.close()
        folder.close()
