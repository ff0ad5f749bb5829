// SPDX-License-Identifier: MIT
#include <cell/cell_loader.h>
#include <cell/cell_metadata.h>
#include <cell/cell_namespace.h>
#include <cell/cell_store.h>
#include <cell/test.h>
#include <libc/string.h>
#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/system_memory.h>

// An application, and a library that only it needs; neither runs now.
static const char application[] = "deps";
static const char library[] = "dependencies";
enum { ROUNDS = 1000, FORKS = 100 };

[[maybe_unused]] static bool is_loaded(const char *name)
{
    OWNED(namespace_reference, here);
    OWNED(cell_reference, cell);
    return namespace_current(&here) == STATUS_OK &&
           namespace_find_cell(&here, text_of(name), &cell) == STATUS_OK;
}

[[maybe_unused]] static enum status load(const char *name, FILLS(struct cell_reference) cell)
{
    struct cell_problem problem;
    OWNED(namespace_reference, here);
    TRY(namespace_current(&here));
    return cell_load(&here, text_of(name), cell, &problem);
}

SYSTEM_TEST(an_application_brings_its_library_and_takes_it_along)
{
    OWNED(cell_reference, cell);
    EXPECT(!is_loaded(application) && !is_loaded(library));
    EXPECT_STATUS(STATUS_OK, load(application, &cell));
    EXPECT(is_loaded(application) && is_loaded(library));
    cell_reference_drop(&cell);
    EXPECT(!is_loaded(application) && !is_loaded(library));
}

SYSTEM_TEST(a_library_stays_as_long_as_somebody_else_owns_it)
{
    OWNED(cell_reference, cell);
    OWNED(cell_reference, other);
    EXPECT_STATUS(STATUS_OK, load(library, &other));
    EXPECT_STATUS(STATUS_OK, load(application, &cell));
    EXPECT(cell_depends_on(cell_of(&cell), cell_of(&other)));
    cell_reference_drop(&cell);
    EXPECT(!is_loaded(application) && is_loaded(library));
    EXPECT(cell_reference_count(&other) == 1);
}

SYSTEM_TEST(a_loaded_cell_is_loaded_once)
{
    OWNED(cell_reference, first);
    OWNED(cell_reference, second);
    EXPECT_STATUS(STATUS_OK, load(library, &first));
    EXPECT_STATUS(STATUS_OK, load(library, &second));
    EXPECT(cell_of(&first) == cell_of(&second));
}

struct resources {
    uint64_t free_frames;
    uint64_t cells;
    uint64_t heap;
    uint64_t page_tables;
};

[[maybe_unused]] static struct resources resources(void)
{
    memory_trim();
    const struct system_memory memory = system_memory_read();
    return (struct resources){frame_statistics().free, memory.cells, memory.heap,
                              memory.page_tables};
}

SYSTEM_TEST(a_thousand_rounds_leave_frames_pages_and_heap_as_they_were)
{
    {
        OWNED(cell_reference, warm); // the heap keeps what one round needs
        EXPECT_STATUS(STATUS_OK, load(application, &warm));
    }
    const struct resources before = resources();
    for (unsigned i = 0; i < ROUNDS; i++) {
        OWNED(cell_reference, cell);
        EXPECT_STATUS(STATUS_OK, load(application, &cell));
        EXPECT(is_loaded(library));
    }
    const struct resources after = resources();
    EXPECT(after.free_frames == before.free_frames);
    EXPECT(after.cells == before.cells && after.heap == before.heap);
    EXPECT(after.page_tables == before.page_tables);
    EXPECT(!is_loaded(application) && !is_loaded(library));
}

// A fork in which a library has a second instance, and a cell that needs it a second one too.
[[maybe_unused]] static enum status replace_in_a_fork(void)
{
    static const struct cell_replacement replacement = {{library, sizeof library - 1},
                                                        {library, sizeof library - 1}};
    struct cell_problem problem;
    OWNED(namespace_reference, here);
    OWNED(namespace_reference, fork);
    OWNED(namespace_reference, changed);
    OWNED(cell_reference, cell);
    TRY(namespace_current(&here));
    TRY(namespace_create(text_of("a_fork_of_the_test"), NAMESPACE_FORKED, &here, &fork));
    TRY(namespace_publish(&fork, nullptr));
    TRY(cells_replace(&fork, &replacement, 1, &problem));
    TRY(namespace_find(text_of("a_fork_of_the_test"), &changed));
    TRY(cell_load(&changed, text_of(application), &cell, &problem));
    const bool own = cell_of(&cell)->space == namespace_of(&changed)->number;
    namespace_reference_drop(&fork);
    TRY(namespace_withdraw(&changed));
    return own ? STATUS_OK : STATUS_INTERNAL;
}

SYSTEM_TEST(a_hundred_forks_leave_frames_pages_and_heap_as_they_were)
{
    OWNED(cell_reference, outside);
    EXPECT_STATUS(STATUS_OK, load(application, &outside));
    EXPECT_STATUS(STATUS_OK, replace_in_a_fork());
    const struct resources before = resources();
    for (unsigned i = 0; i < FORKS; i++)
        EXPECT_STATUS(STATUS_OK, replace_in_a_fork());
    const struct resources after = resources();
    EXPECT(after.free_frames == before.free_frames);
    EXPECT(after.cells == before.cells && after.heap == before.heap);
    EXPECT(after.page_tables == before.page_tables);
}

SYSTEM_TEST(what_is_missing_is_named_and_nothing_stays)
{
    struct cell_problem problem;
    OWNED(namespace_reference, here);
    OWNED(cell_reference, cell);
    EXPECT_STATUS(STATUS_OK, namespace_current(&here));
    const struct resources before = resources();
    EXPECT_STATUS(STATUS_NOT_FOUND, cell_load(&here, text_of("nowhere"), &cell, &problem));
    EXPECT(text_ends_with(text_of(problem.sentence),
                          text_of("no cell nowhere in the archive or among the extra files")));
    EXPECT(resources().free_frames == before.free_frames);
}

// The function of a cell that nano_core was linked from, and one of a cell that it was not.
SYSTEM_TEST(records_of_both_kinds_know_their_sections)
{
    OWNED(cell_reference, core);
    OWNED(cell_reference, own);
    EXPECT_STATUS(STATUS_OK, cell_find_address((uint64_t)cell_load, &core));
    EXPECT_STATUS(STATUS_OK, cell_find_address((uint64_t)resources, &own));
    EXPECT(cell_of(&core)->resident && !cell_of(&own)->resident);
    const struct cell_section *section = cell_section_at(cell_of(&core), (uint64_t)cell_load);
    EXPECT(section && strcmp(section->name, ".text.cell_load") == 0);
    section = cell_section_at(cell_of(&own), (uint64_t)resources);
    EXPECT(section && strcmp(section->name, ".text.resources") == 0);
    EXPECT(section == cell_section_of(cell_of(&own), section->index));
}

SYSTEM_TEST(an_import_names_its_provider)
{
    OWNED(cell_reference, own);
    EXPECT_STATUS(STATUS_OK, cell_find_address((uint64_t)resources, &own));
    const struct cell *cell = cell_of(&own);
    bool found = false;
    for (size_t i = 0; i < cell->imports.length; i++) {
        const struct cell_import *import = &SLICE_AT(cell->imports, i);
        const struct cell *provider = cell_of(&SLICE_AT(cell->needs, import->need));
        const struct cell_symbol *symbol = &SLICE_AT(provider->symbols, import->export);
        found |= symbol->address == (uint64_t)cell_load &&
                 text_equal(provider->description.name, text_of("cell_loader"));
    }
    EXPECT(found);
}
