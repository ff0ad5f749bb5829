# SPDX-License-Identifier: MIT
"""What cell_check refuses, and that it says what to do. Cells are compiled from a few words."""
import os
import pathlib
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["THEORIS_HOST_BUILD"])
CHECK = BUILD / "tools/cell_check"
FLAGS = ["--target=x86_64-unknown-none-elf", "-std=gnu23", "-O1", "-ffreestanding", "-fno-pic",
         "-mcmodel=kernel", "-mno-red-zone", "-fno-common", "-ffunction-sections", "-xc"]

POLICY = """theoris-policy 1.0
allow kind kernel needs *
allow kind driver needs *
allow kind kernel capabilities msr processor_control
allow kind application needs serial
"""


class Tests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.policy = self.folder / "policy"
        self.policy.write_text(POLICY)

    def cell(self, name, source, kind="kernel", manifest="", flags=()):
        """A cell file; `manifest` are lines beyond the required ones, None: no manifest at all."""
        path, text, section = (self.folder / f"{name}{end}" for end in (".cell", ".c", ".abi"))
        text.write_text(source)
        plugin = [f"-fplugin={BUILD / 'tools/cellcheck.so'}", "-fplugin-arg-cellcheck-cell=" + name,
                  "-fplugin-arg-cellcheck-abi=" + name, "-fplugin-arg-cellcheck-findings=warning"]
        subprocess.run([os.environ["THEORIS_CC"], *FLAGS, *flags, *plugin, "-c", text, "-o", path],
                       stderr=subprocess.DEVNULL, check=True)
        subprocess.run([BUILD / "tools/abi_join", path, section, path], check=True)
        subprocess.run([os.environ["THEORIS_OBJCOPY"], "--add-section", f".cell.abi={section}",
                        path], check=True)
        if manifest is not None:
            text = self.folder / "manifest"
            text.write_text(f"manifest: 1.0\nname: {name}\nversion: 0.1.0\nkind: {kind}\n"
                            f"{manifest}")
            subprocess.run([os.environ["THEORIS_OBJCOPY"], "--add-section",
                            f".cell.manifest={text}", path], check=True)
        return path

    def check(self, *cells):
        result = subprocess.run([CHECK, self.policy, *cells], capture_output=True, text=True)
        self.assertEqual(result.stdout, "")
        return result.returncode, result.stderr.splitlines()

    def accepted(self, *cells):
        self.assertEqual(self.check(*cells), (0, []))

    def refused(self, sentence, *cells):
        self.assertEqual(self.check(*cells), (1, [sentence]))

    def refused_for(self, part, *cells):
        status, sentences = self.check(*cells)
        self.assertEqual(status, 1)
        self.assertTrue(any(part in sentence for sentence in sentences), sentences)

    def test_a_good_cell_is_accepted(self):
        serial = self.cell("serial", "void serial_write(int c) { (void)c; }")
        shell = self.cell("shell", """
            void serial_write(int c); extern int state; int state = 3;
            static const char *text = "x"; static void hidden(void) { serial_write(*text); }
            void (*volatile pointer)(void) = hidden;
            int shell_start(void) { pointer(); serial_write(state); return 0; }""",
                          manifest="needs: serial\nstart: shell_start\n")
        self.accepted(shell, serial)

    def test_an_undeclared_need_is_refused(self):
        shell = self.cell("shell", "void serial_write(int); void f(void) { serial_write(1); }")
        self.refused("cell shell calls serial_write, which no cell in its NEEDS exports: "
                     "declare the cell that does", shell)

    def test_a_hidden_function_is_not_exported(self):
        serial = self.cell("serial", "[[gnu::visibility(\"hidden\")]] "
                           "void serial_write(int c) { (void)c; }")
        shell = self.cell("shell", "void serial_write(int); void f(void) { serial_write(1); }")
        self.refused_for("no cell in its NEEDS exports", shell, serial)

    def test_two_providers_of_a_symbol_are_refused(self):
        cells = [self.cell(name, "void write(int c) { (void)c; }") for name in ("one", "two")]
        shell = self.cell("shell", "void write(int); void f(void) { write(1); }")
        self.refused("cell shell calls write, which both one and two export: rename one of them",
                     shell, *cells)

    def test_a_symbol_that_a_needed_cell_has_too_is_refused(self):
        serial = self.cell("serial", "void write(void) {}")
        shell = self.cell("shell", "void write(void) {}")
        self.refused("cell shell exports write, which serial in its NEEDS exports too: "
                     "rename one of them", shell, serial)

    def test_a_local_function_may_be_called_like_another_cells(self):
        serial = self.cell("serial", "void write(void) {}")
        shell = self.cell("shell", "[[gnu::used]] static void write(void) {}")
        self.accepted(shell, serial)

    def test_common_symbols_are_refused(self):
        self.refused("cell shell has the common symbol counter: compile it with -fno-common",
                     self.cell("shell", "int counter;", flags=["-fcommon"]))

    def test_constructors_are_refused(self):
        source = "volatile int g; [[gnu::constructor]] void first(void) { g = 1; }"
        for flag in "-fuse-init-array", "-fno-use-init-array":
            self.refused_for("has constructors or destructors in ",
                             self.cell("shell", source, flags=[flag]))

    def test_thread_local_objects_are_refused(self):
        cell = self.cell("shell", "_Thread_local int mine = 1; int f(void) { return mine; }")
        self.refused_for("has the thread-local section .tdata", cell)
        self.refused_for("has the thread-local symbol mine", cell)

    def test_the_global_offset_table_is_refused(self):
        serial = self.cell("serial", "int serial_port = 1;")
        cell = self.cell("shell", "extern int serial_port; int f(void) { return serial_port; }",
                         flags=["-fPIC", "-mcmodel=small"])
        self.refused("cell shell reaches serial_port through a global offset table in "
                     ".rela.text.f: compile it with -fno-pic", cell, serial)

    def test_other_relocations_are_refused(self):
        serial = self.cell("serial", "char place;")
        cell = self.cell("shell", 'extern char place; asm(".data\\n .byte place");')
        self.refused("cell shell has a relocation of type 14 to place in .rela.data, which the "
                     "loader does not know: use plain absolute or relative addresses", cell, serial)

    def test_a_symbol_of_assembly_alone_is_refused(self):
        serial = self.cell("serial", "char place;")
        source = 'asm(".section .own, \\"a\\"\\n .quad place");'
        self.accepted(self.cell("shell", "extern char place;" + source), serial)
        self.refused("cell shell does not fit: it refers to place of serial and does not say as "
                     "what: declare it in C in a source of the cell", self.cell("shell", source),
                     serial)

    def test_writable_code_is_refused(self):
        self.refused("cell shell has the section .both, writable and executable: "
                     "separate code from data",
                     self.cell("shell", 'asm(".section .both, \\"awx\\"\\n nop");'))

    def test_an_application_has_a_main(self):
        self.accepted(self.cell("hello", "int main(void) { return 0; }", "application"))
        self.refused("cell hello is an application without a function main: define it",
                     self.cell("hello", "int start(void) { return 0; }", "application"))
        self.refused("cell hello is an application without a function main: define it",
                     self.cell("hello", "int main;", "application", flags=["-Wno-main"]))

    def test_only_an_application_exports_main(self):
        for kind in "kernel", "driver":
            self.refused("cell hello exports main, but is no application: rename it or make it one",
                         self.cell("hello", "int main(void) { return 0; }", kind))

    def test_functions_of_the_manifest_exist(self):
        for key in "start", "stop", "evolved_from":
            for source in "int g;", "static void f(void) {}", "int f;":
                self.refused(f"cell shell names f as its {key} function, but exports no such "
                             "function: define it",
                             self.cell("shell", source, manifest=f"{key}: f\n"))

    REMEDY = "compute with integers, or give it SIMD in its CMakeLists.txt"

    def test_vector_and_floating_point_instructions_are_refused(self):
        for instruction in ("addsd %xmm0, %xmm1", "paddd %mm0, %mm1", "fld1",
                            "vpaddd %zmm1, %zmm2, %zmm3", "kmovw %k1, %eax",
                            "emms", "ldmxcsr (%rax)", "wait", "vzeroupper",
                            "cvttsd2si %xmm0, %ecx", "movd %eax, %xmm3"):
            cell = self.cell("shell", f'void f(void) {{ asm volatile("nop\\n {instruction}"); }}')
            self.refused("cell shell uses vector or floating-point registers in f at 0x5 "
                         f"({instruction}): {self.REMEDY}", cell)

    def test_all_text_is_decoded(self):
        hidden = 'asm(".section .text.own, \\"ax\\"\\n nop\\n second: nop\\n fld1\\n fld1");'
        self.refused("cell shell uses vector or floating-point registers in second at 0x1 (fld1): "
                     f"{self.REMEDY}", self.cell("shell", hidden))
        nameless = 'asm(".section .text.own, \\"ax\\"\\n fld1");'
        self.refused("cell shell uses vector or floating-point registers in .text.own at 0x0 "
                     f"(fld1): {self.REMEDY}", self.cell("shell", nameless))

    def test_data_in_text_is_refused(self):
        cell = self.cell("shell", 'asm(".text\\n g: nop\\n .byte 0x06, 0x90");')
        self.refused("cell shell has in g at 0x1 no instruction: keep data out of text", cell)

    def test_a_cell_may_be_built_with_simd(self):
        source = "double f(double a, double b) { return a + b; }"
        self.refused_for("(addsd %xmm1, %xmm0)", self.cell("shell", source))
        self.accepted(self.cell("shell", source, manifest="simd: yes\n"))
        self.refused_for("(addsd %xmm1, %xmm0)", self.cell("shell", source, manifest="simd: no\n"))

    def test_vector_state_is_for_who_controls_the_processor(self):
        for instruction in "fxsave64 (%rbx)", "fxrstor64 (%rbx)", "xsave (%rbx)", "xrstor64 (%rbx)":
            source = f'void f(void) {{ asm volatile("{instruction}"); }}'
            self.refused_for(f"({instruction})", self.cell("shell", source))
            manifest = "capabilities: msr processor_control\n"
            self.accepted(self.cell("shell", source, manifest=manifest))

    def test_soft_float_is_refused_wherever_it_comes_from(self):
        for function in ("__adddf3", "__mulsf3", "__fixdfdi", "__floatsidf", "__extendsfdf2",
                         "__eqdf2", "__divdc3", "__unordtf2", "__powidf2", "__truncdfhf2"):
            caller = self.cell("shell", f"void {function}(void); void f(void) {{ {function}(); }}",
                               flags=["-fno-builtin", "-Wno-builtin-requires-header", "-w"])
            helper = self.cell("helper", f"void {function}(void) {{}}",
                               flags=["-fno-builtin", "-w"])
            self.refused(f"cell shell computes with floating point, for it calls {function}: "
                         f"{self.REMEDY}", caller, helper)
        for function in "__muldi3", "__udivti3", "__ashlti3", "__negdi2":
            caller = self.cell("shell", f"void {function}(void); void f(void) {{ {function}(); }}",
                               flags=["-w"])
            self.accepted(caller, self.cell("helper", f"void {function}(void) {{}}", flags=["-w"]))

    def test_a_cell_has_a_manifest_with_its_name(self):
        self.refused("cell shell has no section .cell.manifest: build it by cell() in its "
                     "CMakeLists.txt", self.cell("shell", "int g;", manifest=None))
        other = self.cell("shell", "int g;").rename(self.folder / "shall.cell")
        self.refused("cell shall is called \"shell\" in its manifest: name the file like the cell",
                     other)

    def test_what_is_no_object_is_refused(self):
        path = self.folder / "text.cell"
        path.write_text("This is no object, but it is long enough to hold a header of one.")
        self.refused_for("cannot be read", path)
        self.refused_for("cannot be opened", self.folder / "absent.cell")

    def test_a_privileged_instruction_wants_its_capability(self):
        for instruction, capability in (("wrmsr", "msr"), ("movq %rax, %cr3", "processor_control"),
                                        ("lidtq (%rax)", "processor_control")):
            source = f'void f(void) {{ asm volatile("{instruction}"); }}'
            self.refused(f"cell shell has in f at 0x0 the instruction {instruction}, which is for "
                         f"holders of {capability}: add to its cell(): CAPABILITIES {capability}",
                         self.cell("shell", source, flags=["-fomit-frame-pointer"]))
            self.accepted(self.cell("shell", source, manifest=f"capabilities: {capability}\n"))

    def test_what_the_policy_does_not_grant_is_refused(self):
        self.refused("cell shell asks for the capability port_io, which the policy does not grant "
                     "to it: add the line to cells/policy: allow cell shell capabilities port_io",
                     self.cell("shell", "int g;", manifest="capabilities: port_io\n"))
        main = "int main(void) { return 0; }"
        self.accepted(self.cell("shell", main, "application", "needs: serial\n"))
        self.refused("cell shell needs heap, which the policy does not grant to it: add the line "
                     "to cells/policy: allow cell shell needs heap",
                     self.cell("shell", main, "application", "needs: serial heap\n"))
        self.policy.write_text("theoris-policy 1.0\nallow everything\n")
        self.refused_for("the policy breaks its rules in the line: allow everything",
                         self.cell("shell", "int g;"))

    def test_a_guarded_symbol_wants_its_capability(self):
        msr = self.cell("msr", "void write_msr(void) {} void read_time(void) {}",
                        manifest="guards: msr=write_msr\n")
        source = "void write_msr(void); void f(void) { write_msr(); }"
        self.refused("cell shell uses write_msr, which msr keeps for holders of msr: add to its "
                     "cell(): CAPABILITIES msr", self.cell("shell", source), msr)
        self.accepted(self.cell("shell", source, manifest="capabilities: msr\n"), msr)
        self.accepted(self.cell("shell", source.replace("write_msr", "read_time")), msr)

    def test_a_guard_names_a_symbol_that_there_is(self):
        self.refused("cell shell guards g, but exports no such symbol: correct its GUARDS",
                     self.cell("shell", "int f;", manifest="guards: msr=g\n"))

    def test_several_problems_are_all_reported(self):
        cell = self.cell("shell", "void a(void); void b(void); void f(void) { a(); b(); }")
        self.assertEqual(len(self.check(cell)[1]), 2)

    def test_wrong_usage_has_its_own_status(self):
        self.assertEqual(subprocess.run([CHECK], capture_output=True).returncode, 2)


if __name__ == "__main__":
    unittest.main()
