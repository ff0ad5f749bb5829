// SPDX-License-Identifier: MIT
// Lets programs on the host own things: %gs of the main thread points to a context with a chain.
#include <asm/prctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cell/interrupts.h>
#include <cell/ownership.h>

enum : size_t { CHAIN_SIZE = 4096, GUARD_SIZE = 4096 };

volatile uint64_t host_flags = INTERRUPT_FLAG;

static struct context_header context;

[[gnu::constructor(101)]] static void start_context(void)
{
    void *chain = mmap(nullptr, CHAIN_SIZE + GUARD_SIZE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (chain == MAP_FAILED || mprotect((char *)chain + CHAIN_SIZE, GUARD_SIZE, PROT_NONE) != 0 ||
        syscall(SYS_arch_prctl, ARCH_SET_GS, &context) != 0) {
        perror("context");
        exit(1);
    }
    context.self = &context;
    context.ownership_top = chain;
}
