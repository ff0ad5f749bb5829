# SPDX-License-Identifier: MIT
"""Objects as other compilers, options and systems make them, for test_foreign.

Each is a row of CASES: how it is made, and what `cells load --unsigned` says of it. Those that the
format allows are loaded, and their `main` gives the status of the row.
"""

import dataclasses
import os
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

from abi.cells import sign
from boot.test_cells import FAILED, MANIFEST, NOT_FOUND, OBJCOPY
from harness.build import build_folder

CLANG = os.environ.get("THEORIS_CC", "clang-19")
LLD = os.environ.get("THEORIS_LLD", "ld.lld-19")
GCC = ("gcc", "-O2", "-ffreestanding")
"""What a Debian user gets without thinking: position-independent code of the small model."""
KERNEL = ("-mcmodel=kernel", "-fno-pic", "-mno-red-zone", "-mgeneral-regs-only",
          "-fno-stack-protector", "-fno-asynchronous-unwind-tables")
CXX = ("-x", "c++", "-fno-exceptions", "-fno-rtti")
CLANG_FREE = (CLANG, "--target=x86_64-unknown-none-elf", "-O2", "-ffreestanding")
MANY_SECTIONS = 70000
NO_PIC, NO_TLS = "compile with -fno-pic -mcmodel=kernel", "in an object of the task"

ENTRY = """
.section .text.main, "ax"
.globl main
.type main, @function
.balign 16
.skip 11, 0x90
.byte 0xb8
.long 0x4b0a875f
main:
    jmp compiled_main
.size main, .-main
"""
"""What a compiler without kCFI lacks: the identity of its type before `main`."""

SUM = """
static int numbers[4] = {1, 2, 3, 4};
int total;
[[gnu::noinline]] static int add(int count)
{
    for (int i = 0; i < count; i++)
        total += numbers[i];
    return total;
}
static const char *const names[] = {"no", "yes"};
int compiled_main(int argc, char *argv[])
{
    total = 0;
    switch (argc) { // a jump table
    case 1: return add(4) + names[1][0] - 'y' + (argv == 0);
    case 2: return 2;
    case 3: return add(3);
    case 4: return 4 + add(1);
    case 5: return add(2);
    case 6: return 99;
    }
    return 1;
}
"""
"""Gives 10 when it is run without words."""

PLAIN = "int main(int argc, char *argv[]) { return argc + (argv == 0) + 20; }\n"
GLOBAL = "int far; int compiled_main(int, char **) { return far; }\n"
COMDAT = """
template <typename T> struct Pair {
    T first, second;
    T sum() const;
    static int made;
};
template <typename T> [[gnu::noinline]] T Pair<T>::sum() const { made++; return first + second; }
template <typename T> int Pair<T>::made;
inline int twice(int value) { return 2 * value; }
int (*volatile pointer)(int) = twice;
extern "C" int ENTRY(int argc, char **argv)
{
    Pair<int> pair{argc, argv != nullptr};
    Pair<int>::made = 0;
    return pointer(pair.sum()) + Pair<int>::made;
}
"""
"""Gives 5, by way of three groups."""

SEVERAL_TEXTS = """
.section .text.hot, "ax"
hot: mov $30, %eax
     jmp cold
.section .text.unlikely, "ax"
     nop
cold: add value(%rip), %eax
     jmp last
.section .init.text, "ax"
.balign 64
last: ret
.section .data.value, "aw"
value: .long 3
.text
.globl compiled_main
.type compiled_main, @function
compiled_main: jmp hot
.size compiled_main, .-compiled_main
"""

MODULE = """
.section .modinfo, "a"
.asciz "license=GPL"
.asciz "vermagic=6.1.0-13-amd64 SMP preempt mod_unload modversions "
.section __versions, "a"
.quad 0x5b8239ca
.asciz "module_layout"
.skip 42
.section .gnu.linkonce.this_module, "aw"
.globl __this_module
.type __this_module, @object
__this_module:
.skip 24
.asciz "hello"
.skip 290
.quad init_module
.skip 440
.quad cleanup_module
.size __this_module, .-__this_module
.section .rodata.str1.1, "aMS", @progbits, 1
words: .asciz "hello\\n"
.section .init.text, "ax"
.globl init_module
.type init_module, @function
init_module:
call __fentry__
mov $words, %rdi
call _printk
xor %eax, %eax
jmp __x86_return_thunk
.size init_module, .-init_module
.section __mcount_loc, "a"
.quad init_module
.section .exit.text, "ax"
.globl cleanup_module
.type cleanup_module, @function
cleanup_module: jmp __x86_return_thunk
.size cleanup_module, .-cleanup_module
"""
"""The sections, symbols and relocations of a module of Linux 6.1."""


@dataclasses.dataclass(frozen=True)
class Case:
    """An object: commands are its compiler's words, `source` is fed to it in a file `.language`."""

    name: str
    command: tuple[str, ...] = ()
    source: str = ""
    language: str = "c"
    says: tuple[str, ...] = ()
    status: int = FAILED
    entry: bool = False  # joined with ENTRY
    manifest: bool = True
    link: tuple[str, ...] = ()
    gives: int | None = None  # it is loaded, and its main gives this
    data: bytes | None = None
    called: str = ""  # in the manifest, if not like the file
    kind: str = "application"
    more: str = ""  # of the manifest
    signed: bool = False
    change: Callable[[bytearray], None] | None = None  # of the file, before it is signed
    forge: Callable[[bytearray], None] | None = None  # after it is signed


def runs(name: str, command: tuple[str, ...], gives: int, source: str = SUM, *,
         language: str = "c", entry: bool = True) -> Case:
    """A case that is loaded and runs."""
    return Case(name, command, source, language, gives=gives, entry=entry)


def many_sections() -> str:
    """An assembler's source."""
    return "".join(f'.section .text.f{i}, "ax"\nret\n' for i in range(MANY_SECTIONS))


def table() -> list[Case]:
    """All cases."""
    kernel = (*GCC, *KERNEL)
    return [
        runs("gcc_as_it_comes", GCC, 10),
        runs("gcc_kernel", kernel, 10),
        runs("gcc_endbr", (*kernel, "-fcf-protection=full"), 10),
        runs("gcc_sections", (*kernel, "-ffunction-sections", "-fdata-sections", "-g"), 10),
        runs("gcc_large", ("gcc", "-O1", "-ffreestanding", "-mcmodel=large", "-fno-pic"), 10),
        runs("gxx_comdat", (*kernel, *CXX, "-DENTRY=compiled_main"), 5, COMDAT),
        runs("clangxx_comdat", (*CLANG_FREE, *KERNEL, *CXX, "-fsanitize=kcfi", "-DENTRY=main"), 5,
             COMDAT, entry=False),
        runs("clang_plain", (*CLANG_FREE, *KERNEL, "-fsanitize=kcfi"), 21, PLAIN, entry=False),
        runs("several_texts", CLANG_FREE, 33, SEVERAL_TEXTS, language="s"),
        Case("gcc_without_identity", kernel, PLAIN,
             says=("main has not the identity 0x4b0a875f, that of int main(int, char *[])",
                   "-fsanitize=kcfi")),
        Case("gcc_pic", (*GCC, "-fPIC"), GLOBAL, entry=True, status=NOT_FOUND,
             says=("_GLOBAL_OFFSET_TABLE_", NO_PIC)),
        Case("clang_pic", (*CLANG_FREE, "-fPIC"), GLOBAL, entry=True,
             says=("section .rela", NO_PIC)),
        Case("gcc_no_plt", (*GCC, "-fPIC", "-fno-plt"), "int far(void); int near(void) "
             "{ return far(); } int far(void) { return 1; }", status=NOT_FOUND,
             says=("_GLOBAL_OFFSET_TABLE_", NO_PIC)),
        Case("gcc_small", (*GCC, "-fno-pic"), "const char *word(void) { return \"word\"; }",
             says=("section .rela", "R_X86_64_32 ", "compile with -mcmodel=kernel")),
        Case("gcc_protector", (*GCC, "-fstack-protector-all"), PLAIN, status=NOT_FOUND,
             says=("__stack_chk_fail", "compile with -fno-stack-protector")),
        Case("gcc_retpoline", (*kernel, "-mindirect-branch=thunk-extern"),
             "int call(int (*f)(void)) { return 1 + f(); }", status=NOT_FOUND,
             says=("__x86_indirect_thunk_", "compile with -mindirect-branch=keep")),
        Case("gcc_profiled", (*kernel, "-pg", "-mfentry"), PLAIN, status=NOT_FOUND,
             says=("__fentry__", "compile without -pg")),
        Case("gcc_ubsan", (*kernel, "-fsanitize=undefined"),
             "int add(int a, int b) { return a + b; }", status=NOT_FOUND,
             says=("__ubsan_", "compile without sanitizers")),
        Case("gcc_coverage", (*kernel, "-fprofile-arcs"), PLAIN,
             says=("section .init_array", "name START and STOP instead")),
        Case("gcc_32", (*GCC, "-m32"), PLAIN, manifest=False,
             says=("not of the 64-bit class: compile with -m64",)),
        Case("clang_x32", (CLANG, "--target=x86_64-linux-gnux32", "-ffreestanding"), PLAIN,
             manifest=False, says=("not of the 64-bit class: compile with -m64",)),
        Case("big_endian", (CLANG, "--target=powerpc64-linux-gnu", "-ffreestanding"), PLAIN,
             manifest=False, says=("not little-endian: compile for x86-64",)),
        Case("of_arm", (CLANG, "--target=aarch64-linux-gnu", "-ffreestanding"), PLAIN,
             manifest=False, says=("another machine than x86-64",)),
        Case("thread_local", kernel, "_Thread_local int mine = 1; int get(void) { return mine; }",
             says=("section .tdata", NO_TLS)),
        Case("thread_extern", (*CLANG_FREE, *KERNEL), "extern _Thread_local int mine; "
             "int get(void) { return mine; }", says=("mine is thread-local", NO_TLS)),
        Case("common", (*kernel, "-fcommon"), "int shared; int get(void) { return shared; }",
             says=("shared is a common symbol: compile with -fno-common",)),
        Case("constructor", kernel, "int x; [[gnu::constructor]] void begin(void) { x++; }",
             says=("section .init_array", "name START and STOP instead")),
        Case("destructor", kernel, "int x; [[gnu::destructor]] void end(void) { x++; }",
             says=("section .fini_array", "name START and STOP instead")),
        Case("old_constructor", CLANG_FREE, '.section .ctors, "aw"\n.quad 0\n', "s",
             says=("section .ctors", "name START and STOP instead")),
        Case("indirect", kernel, "static int one(void) { return 1; } "
             "static void *choose(void) { return one; } "
             'int chosen(void) __attribute__((ifunc("choose")));',
             says=("chosen is to be chosen when it is linked",)),
        Case("throws", ("g++", "-O2"), "void f(); int g() { try { f(); } catch (...) { return 1; } "
             "return 0; } void f() { throw 1; }", "cc", status=NOT_FOUND,
             says=("compile with -fno-exceptions",)),
        Case("has_types", (*kernel, "-x", "c++", "-fno-exceptions"),
             "struct A { virtual int f(); }; int A::f() { return 1; }", status=NOT_FOUND,
             says=("_ZTVN10__cxxabi", "compile with -fno-rtti")),
        Case("statics", (*kernel, "-x", "c++", "-fno-exceptions", "-fno-rtti"),
             "int f(); struct S { S() { x = f(); } int x; }; int g() { static S s; return s.x; } "
             "int f() { return 1; }", status=NOT_FOUND,
             says=("__cxa_guard_", "compile with -fno-threadsafe-statics")),
        Case("compressed", (*kernel, "-g", "-gz"), SUM, says=("section .debug",
                                                              "compile without -gz")),
        Case("gcc_lto", (*kernel, "-flto", "-fno-fat-lto-objects"), SUM, says=("without -flto",)),
        Case("bitcode", (*CLANG_FREE, "-flto"), PLAIN, manifest=False,
             says=("this is LLVM bitcode: compile with -c, without -flto",)),
        Case("many_sections", CLANG_FREE, many_sections(), "s", manifest=False,
             says=("65,280 sections or more", "make several cells")),
        Case("linux_module", CLANG_FREE, MODULE, "s", status=NOT_FOUND,
             says=("it refers to __fentry__", "compile without -pg")),
        Case("linux_module_as_it_is", CLANG_FREE, MODULE, "s", manifest=False,
             says=("no section .cell.manifest",)),
        Case("executable", (*CLANG_FREE, "-fno-pic"), PLAIN,
             link=("-e", "main"), says=("it is linked already",)),
        Case("shared_object", (*CLANG_FREE, "-fPIC"), PLAIN, link=("-shared",),
             says=("neither a relocatable object nor an executable: compile with -c",)),
        Case("archive_of_objects", data=b"!<arch>\n",
             says=("an archive of objects: join them by ld -r",)),
        Case("empty", data=b"", says=("the file is empty",)),
        Case("program_of_the_firmware", data=(build_folder() / "BOOTX64.EFI").read_bytes(),
             says=("this is not an ELF object",)),
        Case("text", data=b"int main(void);\n", says=("this is not an ELF object",)),
        Case("number", data=struct.pack("<Q", 1), says=("this is not an ELF object",)),
    ]


def make(case: Case, folder: Path) -> bytes:
    """The object's file."""
    if case.data is not None:
        return case.data
    source, made = folder / f"{case.name}.{case.language}", folder / f"{case.name}.o"
    source.write_text(case.source)
    run(*case.command, "-w", "-c", source, "-o", made)
    if case.entry:
        made = _joined(made, folder)
    if case.link:
        linked = folder / f"{case.name}.linked"
        run(LLD, *case.link, made, "-o", linked)
        made = linked
    if case.manifest:
        described = folder / f"{case.name}.manifest"
        described.write_text(MANIFEST.format(name=case.called or case.name, kind=case.kind) +
                             case.more)
        run(OBJCOPY, "--add-section", f".cell.manifest={described}", made)
    if case.change:
        changed = bytearray(made.read_bytes())
        case.change(changed)
        made.write_bytes(changed)
    if case.signed:
        sign(made)
    signed = bytearray(made.read_bytes())
    if case.forge:
        case.forge(signed)
    return bytes(signed)


def _joined(made: Path, folder: Path) -> Path:
    source, entry, whole = folder / "entry.s", folder / "entry.o", made.with_suffix(".whole")
    source.write_text(ENTRY)
    run(*CLANG_FREE, "-w", "-c", source, "-o", entry)
    run(LLD, "-r", made, entry, "-o", whole)
    return whole


def run(*words: str | Path) -> None:
    """A command that must succeed."""
    result = subprocess.run(words, capture_output=True, text=True)
    if result.returncode != 0:
        raise AssertionError(f"{words[0]} failed: {result.stderr}")
