// SPDX-License-Identifier: MIT
// page_window on the host: a memory-management unit in software. Physical memory is a file; the
// page tables lie in it and are what the cells make them. An access to mapped memory faults at
// first; the handler walks the tables as the CPU would, and maps the file's page with the rights
// that it finds. That it stays mapped until it is forgotten makes it the CPU's cache of
// translations: who forgets to invalidate is found out.
//
// A program that is linked with this starts with the allocators started, as after the boot.
#define _GNU_SOURCE // NOLINT(bugprone-reserved-identifier): the C library's name
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <memory/frame_allocator.h>
#include <memory/page_allocator.h>
#include <memory/page_table.h>
#include <memory/page_window.h>

enum : uint64_t {
    PRESENT = 1 << 0,
    WRITABLE = 1 << 1,
    LARGE = 1 << 7,
    ADDRESS = 0x000FFFFFFFFFF000,
    NO_EXECUTE = UINT64_C(1) << 63,
    MEMORY = UINT64_C(64) << 20,
    MEMORY_START = UINT64_C(16) << 20, // physical
    TABLES = 4,                        // of the "loader", at the end of the memory
    ROOT = MEMORY_START + MEMORY - FRAME_SIZE,
    SCRATCH = 0xFFFFFFFF80200000,
// Where mapped memory is seen: 8 entries of the top-level table, by the low bits of their
// index. The thread sanitizer has its shadow elsewhere than others do.
#if __has_feature(thread_sanitizer)
    VIEW = 0x7A0000000000,
#else
    VIEW = 0x200000000000,
#endif
    VIEW_SIZE = UINT64_C(8) << 39,
};

static int memory_file;
static char *memory;                             // all of it, for the tables
static thread_local bool write_protected = true; // as CR0.WP is each CPU's own

static uint64_t *table_at(uint64_t physical)
{
    return __builtin_assume_aligned(memory + (physical - MEMORY_START), sizeof(uint64_t));
}

// A CPU reads an entry in one piece, while others write it.
static uint64_t entry_at(uint64_t table, unsigned index)
{
    return __atomic_load_n(&table_at(table)[index], __ATOMIC_ACQUIRE);
}

static unsigned index_of(uint64_t address, unsigned level)
{
    return address >> (12 + 9 * (level - 1)) & 511;
}

volatile uint64_t *page_window_entry(uint64_t address, unsigned level)
{
    uint64_t table = ROOT;
    for (unsigned above = 4; above > level; above--) {
        const uint64_t entry = entry_at(table, index_of(address, above));
        if (!(entry & PRESENT) || entry & LARGE) {
            fprintf(stderr, "%#lx, level %u: the window shows no table there\n", address, level);
            abort();
        }
        table = entry & ADDRESS;
    }
    return &table_at(table)[index_of(address, level)];
}

void *page_window_memory(uint64_t address)
{
    return (void *)(VIEW + (address & (VIEW_SIZE - 1)));
}

static uint64_t address_of(uint64_t view)
{
    const uint64_t slot = (view - VIEW) >> 39;
    const uint64_t index = slot == 0 ? 256 : 0x1F8 | slot; // the heap's, or one of the last 8
    return UINT64_C(0xFFFF000000000000) | index << 39 | (view & ((UINT64_C(1) << 39) - 1));
}

// What the CPU does when it has no translation. 0: it is a page fault.
static uint64_t translate(uint64_t address, int *rights)
{
    uint64_t table = ROOT;
    bool writable = true;
    for (unsigned level = 4; level > 0; level--) {
        const uint64_t entry = entry_at(table, index_of(address, level));
        const uint64_t span = PAGE_SIZE << (9 * (level - 1));
        if (!(entry & PRESENT))
            return 0;
        writable &= (entry & WRITABLE) != 0;
        if (level == 1 || entry & LARGE) {
            *rights = PROT_READ | (writable || !write_protected ? PROT_WRITE : 0);
            return ((entry & ADDRESS) & ~(span - 1)) + (address & (span - 1) & ~(PAGE_SIZE - 1));
        }
        table = entry & ADDRESS;
    }
    return 0;
}

static bool is_write([[maybe_unused]] void *context)
{
    return ((ucontext_t *)context)->uc_mcontext.gregs[REG_ERR] & 2;
}

// Not the C library's mmap(), for which the thread sanitizer forgets who accessed the memory.
static void show(uint64_t view, uint64_t size, int rights, int flags, int file, off_t offset)
{
    if (syscall(SYS_mmap, view, size, rights, flags | MAP_FIXED, file, offset) == -1)
        abort();
}

static void on_fault(int signal_number, siginfo_t *info, void *context)
{
    const uint64_t view = (uint64_t)info->si_addr / PAGE_SIZE * PAGE_SIZE;
    int rights = 0;
    const uint64_t physical =
        view - VIEW < VIEW_SIZE ? translate(address_of(view), &rights) : UINT64_C(0);
    if (physical < MEMORY_START || physical >= MEMORY_START + MEMORY ||
        (is_write(context) && !(rights & PROT_WRITE))) {
        (void)signal(signal_number, SIG_DFL); // it happens again, and ends the program
        return;
    }
    show(view, PAGE_SIZE, rights, MAP_SHARED, memory_file, (off_t)(physical - MEMORY_START));
}

static void hide(uint64_t view, uint64_t size)
{
    show(view, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

void page_window_forget(uint64_t address)
{
    if (address >> 39 != UINT64_C(0x1FFFE00) + PAGE_WINDOW_ENTRY)
        hide((uint64_t)page_window_memory(address) / PAGE_SIZE * PAGE_SIZE, PAGE_SIZE);
}

void page_window_forget_all(void)
{
    hide(VIEW, VIEW_SIZE);
}

void page_window_protect(bool protect)
{
    write_protected = protect;
    page_window_forget_all();
}

void page_window_start(void)
{
}

// What the loader leaves: a top-level table that names itself, and tables for the scratch page.
static void make_tables(void)
{
    uint64_t table = ROOT;
    table_at(ROOT)[PAGE_WINDOW_ENTRY] = ROOT | PRESENT | WRITABLE | NO_EXECUTE;
    for (unsigned level = 4; level > 1; level--) {
        const uint64_t next = table - FRAME_SIZE;
        table_at(table)[index_of(SCRATCH, level)] = next | PRESENT | WRITABLE;
        table = next;
    }
}

static bool start_memory(void)
{
    const struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
    memory_file = memfd_create("physical memory", 0);
    if (memory_file < 0 || ftruncate(memory_file, MEMORY) != 0 ||
        sigaction(SIGSEGV, &action, nullptr) != 0)
        return false;
    memory = mmap(nullptr, MEMORY, PROT_READ | PROT_WRITE, MAP_SHARED, memory_file, 0);
    page_window_forget_all();
    return memory != MAP_FAILED;
}

static bool start_allocators(void)
{
    static const struct memory_region region = {
        MEMORY_START / FRAME_SIZE,
        MEMORY / FRAME_SIZE - TABLES,
        MEMORY_FREE,
    };
    if (frame_allocator_start(&region, 1) != STATUS_OK)
        return false;
    page_allocator_start(MEMORY);
    frame_allocator_adopt(calloc(frame_allocator_storage_words(), sizeof(uint64_t)));
    page_allocator_adopt(calloc(page_allocator_storage_words(), sizeof(uint64_t)));
    page_table_start(SCRATCH);
    for (enum page_area area = 0; area < PAGE_AREAS; area++) {
        OWNED(pages, page);
        if (pages_allocate(area, 1, &page) != STATUS_OK ||
            page_table_reserve(page.address, 1) != STATUS_OK)
            return false;
    }
    return true;
}

// After context.c, for the allocators own things.
[[gnu::constructor(102)]] static void start(void)
{
    if (!start_memory())
        abort();
    make_tables();
    if (!start_allocators())
        abort();
}
