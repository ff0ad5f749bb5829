// SPDX-License-Identifier: MIT
#include <cell/cell_metadata.h>
#include <cell/test.h>
#include <memory/mapped_pages.h>

static const char sample_name[] = "a_sample_of_the_test";

// Numbers of no namespace.
enum : uint64_t { SPACE = UINT64_MAX - 1, OTHER_SPACE };

static void add_symbol(struct cell *cell, const char *name, uint64_t address, uint32_t section)
{
    cell->symbols.length++;
    SLICE_AT(cell->symbols, cell->symbols.length - 1) = (struct cell_symbol){
        .name = name,
        .address = address,
        .size = 0x20,
        .section = section,
        .function = true,
        .exported = *name != '_',
    };
}

static void add_section(struct cell *cell, enum cell_region_kind kind, uint64_t address,
                        uint32_t index)
{
    cell->sections.length++;
    SLICE_AT(cell->sections, cell->sections.length - 1) =
        (struct cell_section){nullptr, address, 0x20, index, 0, kind};
}

// A cell with invented addresses, which can be found as long as `reference` owns it.
static enum status make_sample_in(uint64_t space, FILLS(struct cell_reference) reference)
{
    static const struct cell_capacity capacity = {.sections = 3, .symbols = 4, .exports = 3};
    OWNED(cell_reference, fresh);
    TRY(cell_create(&capacity, &fresh));
    struct cell *sample = cell_in_making(&fresh);
    sample->description.name = text_of(sample_name);
    sample->space = space;
    sample->regions[CELL_TEXT] = (struct cell_region){0x1000, 0x100};
    sample->regions[CELL_DATA] = (struct cell_region){0x3000, 0x20};
    add_section(sample, CELL_TEXT, 0x1010, 1);
    add_section(sample, CELL_TEXT, 0x1040, 5);
    add_section(sample, CELL_DATA, 0x3000, 3);
    add_symbol(sample, "value", 0x3000, 3);
    add_symbol(sample, "second", 0x1040, 5);
    add_symbol(sample, "_first", 0x1010, 1);
    add_symbol(sample, "third", 0x1060, 5);
    TRY(cell_enter(&fresh));
    cell_begin(&fresh);
    MOVE_TO(reference, &fresh);
    return STATUS_OK;
}

static enum status make_sample(FILLS(struct cell_reference) reference)
{
    return make_sample_in(SPACE, reference);
}

TEST(an_address_is_located_by_cell_symbol_and_offset)
{
    struct cell_location location;
    OWNED(cell_reference, sample);
    EXPECT_STATUS(STATUS_OK, make_sample(&sample));
    EXPECT_STATUS(STATUS_OK, cell_locate(0x1050, &location));
    EXPECT(location.cell == cell_of(&sample) && location.offset == 0x10);
    EXPECT(text_equal(text_of(location.symbol->name), text_of("second")));
    EXPECT_STATUS(STATUS_OK, cell_locate(0x1008, &location));
    EXPECT(!location.symbol && location.offset == 8);
    EXPECT_STATUS(STATUS_NOT_FOUND, cell_locate(0x1100, &location));
    EXPECT_STATUS(STATUS_NOT_FOUND, cell_locate(0xFFF, &location));
}

TEST(a_symbol_of_another_region_does_not_claim_an_address)
{
    struct cell_location location;
    OWNED(cell_reference, sample);
    EXPECT_STATUS(STATUS_OK, make_sample(&sample));
    EXPECT_STATUS(STATUS_OK, cell_locate(0x301F, &location));
    EXPECT(text_equal(text_of(location.symbol->name), text_of("value")));
}

TEST(only_exported_symbols_are_found_by_name)
{
    OWNED(cell_reference, sample);
    EXPECT_STATUS(STATUS_OK, make_sample(&sample));
    const struct cell *cell = cell_of(&sample);
    EXPECT(cell_export(cell, "second") && cell_export(cell, "value") && cell_export(cell, "third"));
    EXPECT(cell_export(cell, "third")->address == 0x1060);
    EXPECT(!cell_export(cell, "_first") && !cell_export(cell, "fourth"));
}

TEST(sections_are_found_by_index_and_by_address)
{
    OWNED(cell_reference, sample);
    EXPECT_STATUS(STATUS_OK, make_sample(&sample));
    const struct cell *cell = cell_of(&sample);
    EXPECT(cell_section_of(cell, 5)->address == 0x1040);
    EXPECT(cell_section_of(cell, 3)->kind == CELL_DATA);
    EXPECT(!cell_section_of(cell, 2) && !cell_section_of(cell, 6));
    EXPECT(cell_section_at(cell, 0x105F)->index == 5);
    EXPECT(!cell_section_at(cell, 0x1030) && !cell_section_at(cell, 0x2000));
}

TEST(the_last_section_of_a_region_may_have_a_lower_index)
{
    static const struct cell_capacity capacity = {.sections = 4};
    OWNED(cell_reference, fresh);
    EXPECT_STATUS(STATUS_OK, cell_create(&capacity, &fresh));
    struct cell *cell = cell_in_making(&fresh);
    cell->regions[CELL_RODATA] = (struct cell_region){0x2000, 0x100};
    add_section(cell, CELL_TEXT, 0x1010, 1);
    add_section(cell, CELL_RODATA, 0x2000, 4);
    add_section(cell, CELL_RODATA, 0x2020, 6);
    add_section(cell, CELL_RODATA, 0x2040, 2);
    EXPECT(cell_section_of(cell, 1)->address == 0x1010);
    EXPECT(cell_section_of(cell, 4)->address == 0x2000);
    EXPECT(cell_section_of(cell, 6)->address == 0x2020);
    EXPECT(cell_section_of(cell, 2)->address == 0x2040);
    EXPECT(!cell_section_of(cell, 3) && !cell_section_of(cell, 7));
    EXPECT(cell_section_at(cell, 0x2050)->index == 2);
}

TEST(memory_is_lent_within_a_region_only)
{
    OWNED(cell_reference, sample);
    EXPECT_STATUS(STATUS_OK, make_sample(&sample));
    const struct cell *cell = cell_of(&sample);
    EXPECT((uint64_t)cell_memory(cell, 0x10F0, 0x10) == 0x10F0);
    EXPECT(!cell_memory(cell, 0x10F0, 0x11) && !cell_memory(cell, 0xFFF, 1));
    EXPECT(!cell_memory(cell, 0x1000, UINT64_MAX));
}

TEST(a_cell_goes_with_its_last_owner)
{
    OWNED(cell_reference, first);
    OWNED(cell_reference, second);
    OWNED(cell_reference, third);
    EXPECT_STATUS(STATUS_OK, make_sample(&first));
    EXPECT_STATUS(STATUS_OK, cell_find(SPACE, text_of(sample_name), &second));
    EXPECT(cell_of(&second) == cell_of(&first) && cell_reference_count(&first) == 2);
    cell_reference_drop(&first);
    EXPECT_STATUS(STATUS_OK, cell_find(SPACE, text_of(sample_name), &third));
    cell_reference_drop(&second);
    cell_reference_drop(&third);
    EXPECT_STATUS(STATUS_NOT_FOUND, cell_find(SPACE, text_of(sample_name), &first));
}

TEST(a_name_is_taken_once)
{
    OWNED(cell_reference, first);
    OWNED(cell_reference, second);
    EXPECT_STATUS(STATUS_OK, make_sample(&first));
    EXPECT_STATUS(STATUS_EXISTS, make_sample(&second));
    cell_reference_drop(&first);
    EXPECT_STATUS(STATUS_OK, make_sample(&second));
}

TEST(a_name_is_taken_in_one_namespace_only)
{
    OWNED(cell_reference, first);
    OWNED(cell_reference, second);
    OWNED(cell_reference, found);
    EXPECT_STATUS(STATUS_OK, make_sample_in(SPACE, &first));
    EXPECT(cell_lives_in(SPACE, text_of(sample_name)));
    EXPECT(!cell_lives_in(OTHER_SPACE, text_of(sample_name)));
    EXPECT_STATUS(STATUS_NOT_FOUND, cell_find(OTHER_SPACE, text_of(sample_name), &found));
    EXPECT_STATUS(STATUS_OK, make_sample_in(OTHER_SPACE, &second));
    EXPECT_STATUS(STATUS_OK, cell_find(OTHER_SPACE, text_of(sample_name), &found));
    EXPECT(cell_of(&found) == cell_of(&second) && cell_of(&found) != cell_of(&first));
}

TEST(cells_move_to_another_namespace_unless_their_name_is_taken)
{
    OWNED(cell_reference, first);
    OWNED(cell_reference, second);
    EXPECT_STATUS(STATUS_OK, make_sample_in(SPACE, &first));
    EXPECT_STATUS(STATUS_OK, make_sample_in(OTHER_SPACE, &second));
    cell_move_all(SPACE, OTHER_SPACE);
    EXPECT(cell_of(&first)->space == SPACE);
    cell_reference_drop(&second);
    cell_move_all(SPACE, OTHER_SPACE);
    EXPECT(cell_of(&first)->space == OTHER_SPACE);
    EXPECT(cell_lives_in(OTHER_SPACE, text_of(sample_name)));
}

TEST(all_pinned_cells_of_a_namespace_are_unpinned_at_once)
{
    OWNED(cell_reference, first);
    OWNED(cell_reference, second);
    EXPECT_STATUS(STATUS_OK, make_sample_in(SPACE, &first));
    EXPECT_STATUS(STATUS_OK, make_sample_in(OTHER_SPACE, &second));
    EXPECT_STATUS(STATUS_OK, cell_pin(&first));
    EXPECT_STATUS(STATUS_OK, cell_pin(&second));
    cell_reference_drop(&first);
    cell_unpin_all(SPACE);
    EXPECT(!cell_lives_in(SPACE, text_of(sample_name)));
    EXPECT(cell_is_pinned(&second));
    cell_unpin_all(OTHER_SPACE);
    EXPECT(!cell_is_pinned(&second) && cell_lives_in(OTHER_SPACE, text_of(sample_name)));
}

TEST(a_pinned_cell_stays_without_owners)
{
    OWNED(cell_reference, sample);
    EXPECT_STATUS(STATUS_OK, make_sample(&sample));
    EXPECT_STATUS(STATUS_OK, cell_pin(&sample));
    EXPECT_STATUS(STATUS_OK, cell_pin(&sample));
    EXPECT(cell_reference_count(&sample) == 2);
    cell_reference_drop(&sample);
    EXPECT_STATUS(STATUS_OK, cell_find(SPACE, text_of(sample_name), &sample));
    EXPECT(cell_is_pinned(&sample));
    EXPECT_STATUS(STATUS_OK, cell_unpin(&sample));
    EXPECT_STATUS(STATUS_NOT_FOUND, cell_unpin(&sample));
    cell_reference_drop(&sample);
    EXPECT_STATUS(STATUS_NOT_FOUND, cell_find(SPACE, text_of(sample_name), &sample));
}

TEST(a_cell_that_has_not_begun_is_not_found)
{
    static const struct cell_capacity capacity = {};
    OWNED(cell_reference, fresh);
    OWNED(cell_reference, found);
    EXPECT_STATUS(STATUS_OK, cell_create(&capacity, &fresh));
    cell_in_making(&fresh)->description.name = text_of(sample_name);
    cell_in_making(&fresh)->space = SPACE;
    EXPECT_STATUS(STATUS_OK, cell_enter(&fresh));
    EXPECT_STATUS(STATUS_NOT_FOUND, cell_find(SPACE, text_of(sample_name), &found));
    cell_begin(&fresh);
    EXPECT_STATUS(STATUS_OK, cell_find(SPACE, text_of(sample_name), &found));
}

TEST(data_outlive_the_cell_that_brought_them)
{
    OWNED(cell_reference, sample);
    OWNED(mapped_pages_mut, pages);
    OWNED(shared, data);
    EXPECT_STATUS(STATUS_OK, make_sample(&sample));
    EXPECT_STATUS(STATUS_NOT_FOUND, cell_data_share(&sample, &data));
    EXPECT_STATUS(STATUS_OK, mapped_pages_allocate(MAPPING_CELL, 8, &pages));
    EXPECT_STATUS(STATUS_OK, cell_own_data(&sample, &pages));
    EXPECT_STATUS(STATUS_OK, cell_data_share(&sample, &data));
    cell_reference_drop(&sample);
    const struct mapped_pages_mut *kept = BOX_CONTENT(mapped_pages_mut, shared_box(&data));
    SLICE_AT(mapped_bytes_mut(kept), 7) = 42;
    EXPECT(shared_count(&data) == 1 && SLICE_AT(mapped_bytes_mut(kept), 7) == 42);
}

TEST(needs_are_owned_until_the_cell_goes)
{
    static const struct cell_capacity capacity = {.needs = 1};
    OWNED(cell_reference, sample);
    OWNED(cell_reference, dependent);
    EXPECT_STATUS(STATUS_OK, make_sample(&sample));
    EXPECT_STATUS(STATUS_OK, cell_create(&capacity, &dependent));
    MOVE_TO(&cell_in_making(&dependent)->needs.pointer[0], &sample);
    EXPECT_STATUS(STATUS_OK, cell_find(SPACE, text_of(sample_name), &sample));
    EXPECT(cell_depends_on(cell_of(&dependent), cell_of(&sample)));
    EXPECT(!cell_depends_on(cell_of(&sample), cell_of(&dependent)));
    cell_reference_drop(&sample);
    cell_reference_drop(&dependent);
    EXPECT_STATUS(STATUS_NOT_FOUND, cell_find(SPACE, text_of(sample_name), &sample));
}

SYSTEM_TEST(this_very_function_is_located_in_its_cell)
{
    struct cell_location location;
    OWNED(cell_reference, own);
    EXPECT_STATUS(STATUS_OK, cell_locate((uint64_t)cell_locate, &location));
    EXPECT(text_equal(location.cell->description.name, text_of("cell_metadata")));
    EXPECT(location.symbol && location.offset == 0);
    EXPECT(text_equal(text_of(location.symbol->name), text_of("cell_locate")));
    EXPECT_STATUS(STATUS_OK, cell_find(1, text_of("cell_metadata_test"), &own));
    OWNED(cell_reference, by_address);
    EXPECT_STATUS(STATUS_OK, cell_find_address((uint64_t)make_sample, &by_address));
    EXPECT(cell_of(&by_address) == cell_of(&own));
}
