// SPDX-License-Identifier: MIT
/// cpu: what Theoris needs of a processor.
#pragma once

/// Stops, naming what is missing, unless the CPU has NX, TSC, APIC and CMPXCHG16B. (That it is
/// x86-64 shows in our running.)
void cpu_check(void);
