// SPDX-License-Identifier: MIT
// nano_core: brings up just enough to load cells, then becomes the shell.
//
// The order is that of need: a context, for nothing can be owned without; something that can say
// what is wrong, exceptions, memory, the store of cells, records of the cells that are here
// already. Everything else is loaded on demand.
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
#include <memory/system_memory.h>

enum : uint64_t { SHELL_STACK = 65536 };

static const char first_cell[] = "shell";

STATE struct per_cpu_area boot_cpu_area;

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

static void adopt_cells(const struct boot_info *info)
{
    struct cell_problem problem;
    const struct boot_file *core = find_file(info, "nano_core.elf");
    if (cells_adopt(nano_core_cells, nano_core_cell_count, boot_pointer(core->address), core->size,
                    &problem) != STATUS_OK)
        stop("%s", problem.sentence);
    log_notice("%lu MiB of memory, %zu cells linked into nano_core",
               system_memory_read().total >> 20, nano_core_cell_count - 1);
}

static void run_first_cell(void)
{
    struct cell_problem problem;
    OWNED(namespace_reference, application);
    OWNED(cell_reference, cell);
    if (namespace_current(&application) != STATUS_OK)
        stop("the namespace of the applications is not there");
    if (cell_load(&application, text_of(first_cell), &cell, &problem) != STATUS_OK)
        stop("%s", problem.sentence);
    int (*function)(int, char *[]) = cell_main(cell_of(&cell));
    if (!function)
        stop("the cell %s has no main", first_cell);
    char name[] = "shell";
    char *arguments[] = {name, nullptr};
    stop("the shell ended with status %d", function(1, arguments));
}

[[noreturn]] static void continue_on_fresh_stack(void)
{
    OWNED(mapped_pages_mut, stack);
    if (mapped_pages_allocate(MAPPING_STACK, SHELL_STACK, &stack) != STATUS_OK)
        stop("there is no memory for the shell's stack");
    const uint64_t stack_top = stack.address + stack.size;
    (void)mapped_pages_mut_leave(&stack); // it lasts as long as the system
    nano_core_continue(stack_top, run_first_cell);
}

void nano_core_main(const struct boot_info *info)
{
    nano_core_start_context(&boot_cpu_area.header);
    per_cpu_start(&boot_cpu_area, (size_t)nano_core_per_cpu_end);
    serial_initialise(SERIAL_COM1);
    serial_initialise(SERIAL_COM2);
    exceptions_start();
    boot_check(info);
    clock_start(info->loader_entry_tsc, info->reading_ticks);
    start_screen(&info->framebuffer);
    boot_memory(info);
    boot_options(info);
    start_firmware(info);
    start_store(info);
    adopt_cells(info);
    continue_on_fresh_stack();
}
