// SPDX-License-Identifier: MIT
/// cpu: the baseline, by CPUID.
#include "cpu.h"

#include <cpuid.h>

#include "stop.h"

enum : unsigned {
    FEATURES = 1,
    EXTENDED_FEATURES = 0x80000001,

    EDX_TSC = 1 << 4,
    EDX_APIC = 1 << 9,
    ECX_CMPXCHG16B = 1 << 13,
    EXTENDED_EDX_NX = 1 << 20,
    EXTENDED_EDX_LONG_MODE = 1 << 29,
};

void cpu_check(void)
{
    unsigned eax, ebx, ecx = 0, edx = 0, extended_ecx, extended_edx = 0;
    __get_cpuid(FEATURES, &eax, &ebx, &ecx, &edx);
    __get_cpuid(EXTENDED_FEATURES, &eax, &ebx, &extended_ecx, &extended_edx);
    const struct {
        const char *name;
        bool present;
    } needs[] = {
        {"x86-64 (long mode)", extended_edx & EXTENDED_EDX_LONG_MODE},
        {"NX (no-execute pages)", extended_edx & EXTENDED_EDX_NX},
        {"TSC (the time-stamp counter)", edx & EDX_TSC},
        {"an APIC (interrupt controller)", edx & EDX_APIC},
        {"CMPXCHG16B (16-byte compare and exchange)", ecx & ECX_CMPXCHG16B},
    };
    for (unsigned i = 0; i < sizeof needs / sizeof needs[0]; i++) {
        if (!needs[i].present) {
            stop("the CPU lacks %s; turn it on in the firmware's setup, or use another CPU",
                 needs[i].name);
        }
    }
}
