// SPDX-License-Identifier: MIT
#include <cell/cell_metadata.h>
#include <cell/test.h>

// A record with invented addresses does not belong into a running system, where it would stay.
#if __STDC_HOSTED__
STATE const struct cell *added;

static const struct cell *add_sample(void)
{
    OWNED(cell_record, record);
    if (added || cell_record_create(3, 0, &record) != STATUS_OK)
        return added;
    struct cell *sample = record.cell;
    sample->description.name = text_of("a_sample_of_the_test");
    sample->description.kind = "kernel";
    sample->regions[CELL_TEXT] = (struct cell_region){0x1000, 0x100};
    sample->regions[CELL_DATA] = (struct cell_region){0x3000, 0x10};
    sample->symbols[0] = (struct cell_symbol){"second", 0x1040, 0x20, true, true};
    sample->symbols[1] = (struct cell_symbol){"first", 0x1010, 0x20, true, false};
    sample->symbols[2] = (struct cell_symbol){"value", 0x3000, 8, false, true};
    sample->symbol_count = 3;
    added = cell_add(&record);
    return added;
}

HOST_TEST(an_address_is_located_by_cell_symbol_and_offset)
{
    struct cell_location location;
    const struct cell *sample = add_sample();
    EXPECT(sample);
    EXPECT_STATUS(STATUS_OK, cell_locate(0x1050, &location));
    EXPECT(location.cell == sample && location.offset == 0x10);
    EXPECT(text_equal(text_of(location.symbol->name), text_of("second")));
    EXPECT_STATUS(STATUS_OK, cell_locate(0x1008, &location));
    EXPECT(!location.symbol && location.offset == 8);
    EXPECT_STATUS(STATUS_NOT_FOUND, cell_locate(0x1100, &location));
    EXPECT_STATUS(STATUS_NOT_FOUND, cell_locate(0xFFF, &location));
}

HOST_TEST(a_symbol_of_another_region_does_not_claim_an_address)
{
    struct cell_location location;
    EXPECT(add_sample());
    EXPECT_STATUS(STATUS_OK, cell_locate(0x300F, &location));
    EXPECT(text_equal(text_of(location.symbol->name), text_of("value")));
}

HOST_TEST(only_exported_symbols_are_found_by_name)
{
    const struct cell *sample = add_sample();
    EXPECT(cell_export(sample, "second") && cell_export(sample, "value"));
    EXPECT(!cell_export(sample, "first") && !cell_export(sample, "third"));
}
#endif

SYSTEM_TEST(this_very_function_is_located_in_its_cell)
{
    struct cell_location location;
    EXPECT_STATUS(STATUS_OK, cell_locate((uint64_t)cell_locate, &location));
    EXPECT(text_equal(location.cell->description.name, text_of("cell_metadata")));
    EXPECT(location.symbol && location.offset == 0);
    EXPECT(text_equal(text_of(location.symbol->name), text_of("cell_locate")));
    EXPECT(cell_find(text_of("cell_metadata_test")));
}
