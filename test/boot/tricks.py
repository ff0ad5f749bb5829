# SPDX-License-Identifier: MIT
"""Objects made by hand, or changed, to get around what is checked: rows for test_foreign."""

import struct

from boot.foreign_objects import CLANG_FREE, ENTRY, KERNEL, PLAIN, Case
from boot.test_cells import FAILED, NOT_FOUND
from sdk.handmade_cell import NOBITS, PRINT, R_PLT32, make_cell

SHOFF, SHNUM, SHSTRNDX = 40, 60, 62
SECTION_SIZE, SYMBOL_SIZE, RELA_SIZE = 64, 24, 24
SH_OFFSET, SH_SIZE, SH_LINK, SH_INFO = 24, 32, 40, 44
MAIN = ENTRY.replace("jmp compiled_main", "xor %eax, %eax; ret")
C = (*CLANG_FREE, *KERNEL, "-fsanitize=kcfi")


def section(data: bytearray, name: str) -> int:
    """The place of a section's header."""
    table, = struct.unpack_from("<Q", data, SHOFF)
    count, names = struct.unpack_from("<HH", data, SHNUM)
    strings, = struct.unpack_from("<Q", data, table + names * SECTION_SIZE + SH_OFFSET)
    for header in range(table, table + count * SECTION_SIZE, SECTION_SIZE):
        start = strings + struct.unpack_from("<I", data, header)[0]
        if data[start:data.index(0, start)] == name.encode():
            return header
    raise AssertionError(f"there is no section {name}")


def number_of(data: bytearray, name: str) -> int:
    """The number of a section."""
    return (section(data, name) - int(struct.unpack_from("<Q", data, SHOFF)[0])) // SECTION_SIZE


def word(data: bytearray, name: str, field: int) -> int:
    """A 64-bit field of a section's header."""
    return int(struct.unpack_from("<Q", data, section(data, name) + field)[0])


def symbol(data: bytearray, name: str) -> int:
    """The place of a symbol."""
    strings = word(data, ".strtab", SH_OFFSET)
    start, size = word(data, ".symtab", SH_OFFSET), word(data, ".symtab", SH_SIZE)
    for entry in range(start, start + size, SYMBOL_SIZE):
        text = strings + struct.unpack_from("<I", data, entry)[0]
        if data[text:data.index(0, text)] == name.encode():
            return entry
    raise AssertionError(f"there is no symbol {name}")


def lay_text_over_data(data: bytearray) -> None:
    """What is executed is read where the data lie in the file."""
    struct.pack_into("<Q", data, section(data, ".text.main") + SH_OFFSET,
                     word(data, ".data.bytes", SH_OFFSET))


def relocate_the_text(data: bytearray) -> None:
    """The relocations of the data apply to the text."""
    struct.pack_into("<I", data, section(data, ".rela.data.bytes") + SH_INFO,
                     number_of(data, ".text.main"))


def relocate_beyond(data: bytearray) -> None:
    """A relocation reaches from the data into what lies behind them."""
    struct.pack_into("<Q", data, word(data, ".rela.data.bytes", SH_OFFSET),
                     word(data, ".data.bytes", SH_SIZE) - 2)


def relocate_before(data: bytearray) -> None:
    """The same to what lies before, by an offset that wraps."""
    struct.pack_into("<Q", data, word(data, ".rela.data.bytes", SH_OFFSET), (1 << 64) - 8)


def unknown_symbol_type(data: bytearray) -> None:
    """A type that only a processor's supplement could give a meaning."""
    place = symbol(data, "main") + 4
    data[place] = data[place] & 0xF0 | 13


def sign_newer(data: bytearray) -> None:
    """The signature says that it is of another version."""
    start = bytes(data).index(b"theoris-sig 1.0\n")
    data[start:start + 16] = b"theoris-sig 2.0\n"


def hide_signature(data: bytearray) -> None:
    """The section of the signature has no bytes."""
    struct.pack_into("<I", data, section(data, ".cell.signature") + 4, NOBITS)


def end_with_escape(data: bytearray) -> None:
    """The missing symbol has a name that clears the screen."""
    start = bytes(data).index(b"absent_symbol")
    data[start:start + 4] = b"\x1b[2J"


def handmade(name: str, addend: int) -> bytes:
    """The cell that no compiler made, whose call of print goes elsewhere."""
    data = make_cell().replace(b"name: handmade\n", b"name: %s\n" % name.encode())
    call = struct.pack("<Qq", 9 << 32 | R_PLT32, -4)
    assert data.count(call) == 1 and PRINT
    return data.replace(call, struct.pack("<Qq", 9 << 32 | R_PLT32, addend))


def by_assembler(name: str, source: str, *says: str, status: int = FAILED, more: str = "",
                 gives: int | None = None, **others: object) -> Case:
    """A case written by hand, without more of C than its `main`."""
    return Case(name, CLANG_FREE, source, "s", says=says, status=status, more=more, gives=gives,
                **others)  # type: ignore[arg-type]


def lying_manifests() -> list[Case]:
    """Of which the manifest says what is not so."""
    return [
        Case("poses_as_deps", C, PLAIN, called="deps",
             says=("its manifest calls it deps, but its file otherwise: name it like the cell",)),
        Case("poses_as_shell", C, PLAIN, called="shell",
             says=("its manifest calls it shell, but its file otherwise",)),
        Case("signed_as_another", C, PLAIN, called="signed_deps", signed=True,
             says=("its manifest calls it signed_deps",)),
        Case("says_kernel", C, PLAIN, kind="kernel", more="needs: page_table\n", status=NOT_FOUND,
             says=("it needs page_table", ", for it is unsigned: sign it, and add the line to "
                   "cells/policy: allow cell says_kernel needs page_table")),
        Case("says_driver", C, PLAIN, kind="driver", more="capabilities: interrupts\n",
             status=NOT_FOUND, says=("it asks for the capability interrupts", "add the line to "
                                     "cells/policy: allow cell says_driver capabilities "
                                     "interrupts")),
        Case("asks_twice", C, PLAIN, more="capabilities: port_io\ncapabilities: msr\n",
             says=("a key of the manifest comes twice",)),
        Case("guards_nothing", C, PLAIN, more="guards: port_io=\n",
             says=("a guard is not of the form",)),
        Case("needs_much", C, PLAIN,
             more="needs: " + " ".join(f"cell{i}" for i in range(65)) + "\n",
             says=("it asks for more than 64 words in a row",)),
        Case("renames", C, "void harmless(int, int); int main(int c, char **v) "
             "{ harmless(c, v != 0); return 0; }", more="renames: harmless=port_write_8\n",
             status=NOT_FOUND, says=("it refers to harmless, which no cell exports",)),
        Case("needs_no_clock", C, "long clock_rate(void); int main(int c, char **v) "
             "{ return c + (v != 0) + (int)clock_rate(); }", status=NOT_FOUND,
             says=("it refers to clock_rate, which clock exports: add to its cell(): NEEDS "
                   "clock\n",)),
        Case("needs_no_deps", C, "long cell_verify(void); int main(int c, char **v) "
             "{ return c + (v != 0) + (int)cell_verify(); }", status=NOT_FOUND,
             says=("which cell_verify exports: add to its cell(): NEEDS cell_verify",)),
        Case("starts_elsewhere", C, PLAIN, more="start: print\n", status=NOT_FOUND,
             says=("its START function print is not in it",)),
        Case("starts_wrongly", C, PLAIN + "int begin(int x) { return x; }", more="start: begin\n",
             says=("begin has not the identity 0xfa5a3ae6, that of enum status START(void)",)),
        Case("stops_wrongly", C, PLAIN + "int end(int x) { return x; }", more="stop: end\n",
             says=("end has not the identity 0xfa5a3ae6",)),
    ]


def hidden_code() -> list[Case]:
    """With text that is to run and not to be looked at."""
    out = "main+0x10 is the instruction out"
    return [
        by_assembler("nobodys_text", f'{MAIN}.section .text.nobody, "ax"\nhidden: out %al, %dx\n'
                     'ret\n.section .data.where, "aw"\n.quad hidden\n',
                     "is the instruction out", "CAPABILITIES port_io", status=NOT_FOUND),
        by_assembler("executable_data", f'{MAIN}.section .rodata.x, "ax"\n.byte 0xee\n',
                     "is the instruction out", status=NOT_FOUND),
        by_assembler("writable_text", f'{MAIN}.section .text.x, "awx", @progbits\nnop\n',
                     "section .text.x: it is both writable and executable"),
        by_assembler("zeros_as_text", f'{MAIN}.section .text.x, "ax", @nobits\n.skip 3\n',
                     "is no instruction: keep data out of its text"),
        by_assembler("exported_middle", f"{MAIN}.byte 0xb8\n.globl middle\nmiddle: .byte 0xee, 0x90"
                     "\n.byte 0x90, 0x90\nret\n", "middle+0x0 lies within an instruction"),
        by_assembler("jumps_in", f"{MAIN}jz 1f + 1\n1: mov $0x909090ee, %eax\nret\n",
                     "branches into an instruction"),
        by_assembler("loops_in", f"{MAIN}loop 1f + 1\n1: mov $0x909090ee, %eax\nret\n",
                     "branches into an instruction"),
        by_assembler("aborts_in", f"{MAIN}.byte 0xc7, 0xf8, 1, 0, 0, 0\nmov $0x909090ee, %eax\n"
                     "ret\n", "is no instruction"),
        by_assembler("text_over_data", f'{MAIN}.section .data.bytes, "aw"\n.fill 64, 1, 0xee\n',
                     "is the instruction out", status=NOT_FOUND, change=lay_text_over_data),
        by_assembler("relocated_text", '.section .text.main, "ax"\n.globl main\n.type main, '
                     "@function\nmain: .fill 16, 1, 0x90\n.long 0x90909090\nret\n"
                     '.section .data.bytes, "aw"\n.skip 16\n.reloc ., R_X86_64_32, 0x909090ee\n'
                     ".skip 4\n", out, status=NOT_FOUND, change=relocate_the_text),
        by_assembler("relocates_beyond", f'{MAIN}.section .data.bytes, "aw"\n.quad main\n',
                     "a relocation is outside the section that it is for", change=relocate_beyond),
        by_assembler("relocates_before", f'{MAIN}.section .data.bytes, "aw"\n.quad main\n',
                     "a relocation is outside the section that it is for", change=relocate_before),
        by_assembler("function_of_data", f'{MAIN}.section .data.f, "aw"\n.globl begin\n'
                     ".type begin, @function\nbegin: ret\n", "begin is a function outside of its "
                     "text", more="start: begin\n"),
        by_assembler("gap", MAIN.replace("xor %eax, %eax; ret", "xor %eax, %eax; "
                                         "cmpb $0xcc, end(%rip); setne %al; ret\nend:") +
                     '.section .text.next, "ax"\n.balign 64\nret\n', gives=0),
    ]


def addresses() -> list[Case]:
    """Which refer to what they do not import."""
    elsewhere = "branches to what it does not import"
    return [
        by_assembler("jumps_far", f"{MAIN}.byte 0xe9\n.long 0x100000\n", elsewhere),
        by_assembler("jumps_back", f"{MAIN}.byte 0x0f, 0x84\n.long -0x100000\n", elsewhere),
        by_assembler("calls_address", f"{MAIN}call 0xffffffff80200000\n", elsewhere),
        Case("handmadf", data=handmade("handmadf", 12), says=("main+0x", elsewhere)),
        by_assembler("absolute", f"{MAIN}.globl kernel_data\n.set kernel_data, 0xffffffff80200000\n"
                     "mov kernel_data, %eax\nret\n", "kernel_data is the address "
                     "0xffffffff80200000", "refer to what a cell exports"),
        by_assembler("absolute_main", ".globl main\n.set main, 0xffffffff80200000\n",
                     "main is the address 0xffffffff80200000"),
        by_assembler("number", f"{MAIN}.globl five\n.set five, 5\n", gives=0),
        by_assembler("weak", f"{MAIN}.weak port_write_8\ncall port_write_8\nret\n", gives=0),
        by_assembler("weak_and_needed", f"{MAIN}.weak port_write_8\ncall port_write_8\nret\n",
                     "it needs port_io, which the policy does not offer to it", status=NOT_FOUND,
                     more="needs: port_io\n"),
        by_assembler("versioned", f"{MAIN}.symver print, print@V1\ncall print\nret\n",
                     "it refers to print@V1, which no cell exports", status=NOT_FOUND),
        by_assembler("typed", MAIN, "main is a symbol of the unknown type 13",
                     change=unknown_symbol_type),
        by_assembler("escape", f"{MAIN}call absent_symbol\n", "it refers to ?[2Jnt_symbol, which",
                     status=NOT_FOUND, change=end_with_escape),
        Case("aliases", C, PLAIN + "".join(f"void {name}(void) {{}}\n" for name in (
            "print", "frames_allocate", "shell", "log_notice", "cell_load")), gives=21),
    ]


def table() -> list[Case]:
    """All of them."""
    return [*lying_manifests(), *hidden_code(), *addresses()]
