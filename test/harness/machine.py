# SPDX-License-Identifier: MIT
"""A virtual machine as the user asks for it, and QEMU's words for it."""

import dataclasses
import pathlib

from .status import BadUsage, MissingPackage

QEMU = "qemu-system-x86_64"
FIRMWARE_FOLDER = pathlib.Path("/usr/share/OVMF")
FIRMWARES = {"4m": ("OVMF_CODE_4M.fd", "OVMF_VARS_4M.fd"), "2m": ("OVMF_CODE.fd", "OVMF_VARS.fd")}
DISKS = ("nvme", "ahci", "virtio", "usb")
MACHINES = ("q35", "pc")


@dataclasses.dataclass(frozen=True)
class Machine:
    """The hardware of a guest. `accel` is what is used, `kvm` or `tcg`: see accelerator.py."""

    smp: int = 2
    memory: str = "256M"
    disk: str = "nvme"
    machine: str = "q35"
    cpu: str = "max"
    accel: str = "tcg"
    icount: bool = False
    firmware: str = "4m"
    display: str = "none"
    extra_args: tuple[str, ...] = ()


def firmware_files(firmware: str) -> tuple[pathlib.Path, pathlib.Path]:
    """The code and the pristine variables of a firmware; both exist."""
    if firmware not in FIRMWARES:
        raise BadUsage(f"there is no firmware '{firmware}': choose 4m or 2m")
    code, variables = (FIRMWARE_FOLDER / name for name in FIRMWARES[firmware])
    for path in (code, variables):
        if not path.exists():
            raise MissingPackage(f"{path} is missing: scripts/install installs it (ovmf)")
    return code, variables


def _quoted(path: pathlib.Path) -> str:
    """A path as a value in one of QEMU's comma-separated options."""
    return str(path).replace(",", ",,")


def disk_arguments(disk: str, machine: str) -> list[str]:
    """The controller and the disk on it; the drive is called `disk`."""
    if disk == "nvme":
        return ["-device", "nvme,drive=disk,serial=theoris,bootindex=0"]
    if disk == "virtio":
        return ["-device", "virtio-blk-pci,drive=disk,bootindex=0"]
    if disk == "usb":
        return ["-device", "qemu-xhci", "-device", "usb-storage,drive=disk,bootindex=0"]
    if disk != "ahci":
        raise BadUsage(f"there is no disk '{disk}': choose one of {', '.join(DISKS)}")
    if machine == "q35":
        return ["-device", "ide-hd,drive=disk,bus=ide.0,bootindex=0"]
    return ["-device", "ich9-ahci,id=ahci",
            "-device", "ide-hd,drive=disk,bus=ahci.0,bootindex=0"]


def accelerator_arguments(machine: Machine) -> list[str]:
    """How instructions are executed and, with icount, counted."""
    if machine.icount:
        return ["-accel", "tcg,thread=single", "-icount", "shift=0,sleep=off"]
    return ["-accel", "kvm" if machine.accel == "kvm" else "tcg,thread=multi"]


def firmware_arguments(machine: Machine, variables: pathlib.Path) -> list[str]:
    """The firmware, with `variables` as its writable private variables."""
    code, _ = firmware_files(machine.firmware)
    return ["-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={_quoted(code)}",
            "-drive", f"if=pflash,format=raw,unit=1,file={_quoted(variables)}"]


def qemu_command(machine: Machine, image: pathlib.Path, variables: pathlib.Path,
                 lines: dict[str, pathlib.Path], monitor: int) -> list[str]:
    """The whole command line. `lines`: pipes for `com1` and `com2`; `monitor`: QMP's descriptor.

    The machine does not run before QMP says `cont`, so that no event is missed. Writes to `image`
    go to a temporary file.
    """
    command = [QEMU, "-name", "theoris", "-no-user-config", "-nodefaults", "-S",
               "-machine", machine.machine, *accelerator_arguments(machine),
               "-smp", str(machine.smp), "-cpu", machine.cpu, "-m", machine.memory,
               "-vga", "std", "-display", machine.display, "-boot", "menu=off",
               *firmware_arguments(machine, variables),
               "-drive", f"if=none,id=disk,format=raw,snapshot=on,file={_quoted(image)}",
               *disk_arguments(machine.disk, machine.machine)]
    for name in ("com1", "com2"):
        command += ["-chardev", f"pipe,id={name},path={_quoted(lines[name])}"]
    command += ["-chardev", f"socket,id=qmp,fd={monitor}"]
    command += ["-serial", "chardev:com1", "-serial", "chardev:com2",
                "-mon", "chardev=qmp,mode=control"]
    return command + list(machine.extra_args)
