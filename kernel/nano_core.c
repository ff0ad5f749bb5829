// SPDX-License-Identifier: MIT
// nano_core: brings up just enough to load cells, loads its own anew, and leaves.
//
// The order is that of need: a context, for nothing can be owned without; something that can say
// what is wrong, exceptions, memory, the store of cells. From the store come the cells that are
// here already, once more, and use the data of these from then on; the last of them, successor,
// gets all that is left and frees it. Everything else is loaded on demand.
#include "nano_core.h"

#include <cell/cell_metadata.h>
#include <cell/cell_namespace.h>
#include <cell/cell_store.h>
#include <cpu/clock.h>
#include <cpu/firmware.h>
#include <cpu/per_cpu.h>
#include <device/serial_port.h>
#include <display/screen.h>
#include <fault/exceptions.h>
#include <fault/logger.h>
#include <fault/stop.h>
#include <libc/string.h>
#include <memory/mapped_pages.h>
#include <memory/page_table.h>
#include <memory/shared.h>
#include <memory/system_memory.h>

enum : uint64_t { STACK_SIZE = 65536, CHAIN_SIZE = 256 * sizeof(struct ownership_entry) };

static_assert(CHAIN_SIZE == PAGE_SIZE, "the page after a chain is its guard");

STATE struct handover handover;

extern const char nano_core_per_cpu_end[]; // its address is an offset from %gs

void nano_core_main(const struct boot_info *info);

UNSAFE(INFECTIOUS, "the loader mapped the framebuffer there")
static volatile uint32_t *screen_pixels(const struct boot_framebuffer *framebuffer)
{
    return (volatile uint32_t *)framebuffer->address;
}

static void start_screen(const struct boot_framebuffer *framebuffer)
{
    if (framebuffer->format == BOOT_PIXEL_NONE)
        return;
    screen_initialise(&(struct screen_framebuffer){
        .pixels = screen_pixels(framebuffer),
        .width = framebuffer->width,
        .height = framebuffer->height,
        .stride = framebuffer->stride,
        .red_first = framebuffer->format == BOOT_PIXEL_RGBX,
    });
}

static void start_firmware(const struct boot_info *info)
{
    const struct boot_region *regions = boot_pointer(info->regions);
    for (uint64_t i = 0; i < info->region_count; i++)
        if (regions[i].kind == BOOT_REGION_FIRMWARE_TABLES)
            firmware_start(info->firmware_top_table, regions[i].virtual_address,
                           info->firmware_system_table);
}

static const struct boot_file *find_file(const struct boot_info *info, const char *name)
{
    const struct boot_file *files = boot_pointer(info->files);
    for (uint64_t i = 0; i < info->file_count; i++)
        if (strcmp(boot_pointer(files[i].name), name) == 0)
            return &files[i];
    stop("the loader handed over no %s", name);
}

static void start_store(const struct boot_info *info)
{
    static const char extra[] = "extra/";
    const struct boot_file *archive = find_file(info, "cells.img");
    const struct boot_file *files = boot_pointer(info->files);
    if (cell_store_start(boot_pointer(archive->address), archive->size) != STATUS_OK)
        stop("cells.img is damaged");
    if (!cells_trust_list(&signatures_digest))
        log_notice("cells.img is not of nano_core's build: its signature is verified");
    for (uint64_t i = 0; i < info->file_count; i++) {
        const char *name = boot_pointer(files[i].name);
        if (strncmp(name, extra, strlen(extra)) == 0 &&
            cell_store_add_extra(name + strlen(extra), boot_pointer(files[i].address),
                                 files[i].size) != STATUS_OK)
            log_warning("%s: there are too many extra files: it is left out", name);
    }
}

// Makes the cells' data something that many cells own.
static void share_data(TAKES(struct mapped_pages_mut) data, FILLS(struct shared) shared)
{
    OWNED(box, box);
    if (BOX_NEW(mapped_pages_mut, &box) != STATUS_OK || shared_from(&box, shared) != STATUS_OK)
        stop("there is no memory for the owner of the cells' data");
    MOVE_TO(BOX_CONTENT(mapped_pages_mut, shared_box(shared)), data);
}

static void replace_cells(TAKES(struct mapped_pages_mut) data)
{
    struct cell_problem problem;
    OWNED(shared, shared);
    OWNED(box, moves);
    share_data(data, &shared);
    const size_t count = CELL_MOVES * nano_core_cell_count;
    if (box_allocate(count * sizeof(struct cell_move), nullptr, &moves) != STATUS_OK)
        stop("there is no memory for where nano_core's cells go");
    const struct nano_core core = {
        .cells = nano_core_cells,
        .cell_count = nano_core_cell_count,
        .text = &handover.text,
        .rodata = &handover.rodata,
        .data = &shared,
    };
    if (cells_take_over(&core, (struct cell_moves){moves.content, count}, &problem) != STATUS_OK)
        stop("%s", problem.sentence);
    MOVE_TO(&handover.moves, &moves);
    handover.move_count = count;
    log_notice("%lu MiB of memory, %zu cells in nano_core", system_memory_read().total >> 20,
               nano_core_cell_count);
}

static uint64_t find_successor(void)
{
    OWNED(namespace_reference, kernel);
    OWNED(cell_reference, cell); // it is pinned
    if (namespace_find(text_of("kernel"), &kernel) != STATUS_OK ||
        namespace_find_cell(&kernel, text_of("successor"), &cell) != STATUS_OK)
        stop("nano_core has no successor");
    const struct cell_symbol *symbol = cell_export(cell_of(&cell), "successor_main");
    if (!symbol)
        stop("nano_core's successor has no main");
    return symbol->address;
}

// They last as long as the system.
static uint64_t allocate_for_good(uint64_t size)
{
    OWNED(mapped_pages_mut, memory);
    if (mapped_pages_allocate(MAPPING_STACK, size, &memory) != STATUS_OK)
        stop("there is no memory for the shell's stack");
    const uint64_t address = memory.address;
    (void)mapped_pages_mut_leave(&memory);
    return address;
}

[[noreturn]] static void leave(void)
{
    const uint64_t entry = find_successor();
    const uint64_t stack = allocate_for_good(STACK_SIZE);
    nano_core_leave(stack + STACK_SIZE, entry, &handover, allocate_for_good(CHAIN_SIZE));
}

static void start_cells(const struct boot_info *info)
{
    OWNED(mapped_pages_mut, data);
    boot_memory(info, &handover, &data);
    boot_options(info);
    start_firmware(info);
    start_store(info);
    replace_cells(&data);
}

void nano_core_main(const struct boot_info *info)
{
    struct per_cpu_area *area = per_cpu_boot_area();
    nano_core_start_context(&area->header);
    per_cpu_start(area, (size_t)nano_core_per_cpu_end);
    serial_initialise(SERIAL_COM1);
    serial_initialise(SERIAL_COM2);
    exceptions_start();
    boot_check(info);
    clock_start(info->loader_entry_tsc, info->reading_ticks);
    start_screen(&info->framebuffer);
    start_cells(info);
    leave();
}
