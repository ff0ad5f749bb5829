// SPDX-License-Identifier: MIT
#include <cell/cell_metadata.h>
#include <cell/cell_namespace.h>
#include <cell/cell_verify.h>
#include <cell/test.h>
#include <memory/text_write.h>

[[gnu::noinline, maybe_unused]] static int victim(int number)
{
    return number * 3 + 1;
}

[[maybe_unused]] static enum status verify_own(struct cell_verification *result)
{
    OWNED(cell_reference, own);
    TRY(namespace_find_typed(text_of("cell_verify_test"), &own));
    return cell_verify(cell_of(&own), result);
}

SYSTEM_TEST(an_unharmed_cell_is_equal)
{
    struct cell_verification result;
    EXPECT_STATUS(STATUS_OK, verify_own(&result));
    EXPECT(cell_verified(&result) && result.differences == 0);
    EXPECT(result.sections >= 4 && result.relocations >= 4 && result.bytes > 100);
}

SYSTEM_TEST(cells_that_nano_core_was_linked_from_are_equal_too)
{
    static const char *const names[] = {"cell_loader", "screen", "successor"};
    for (unsigned i = 0; i < 3; i++) {
        OWNED(cell_reference, cell);
        struct cell_verification result;
        EXPECT_STATUS(STATUS_OK, namespace_find_typed(text_of(names[i]), &cell));
        EXPECT_STATUS(STATUS_OK, cell_verify(cell_of(&cell), &result));
        EXPECT(cell_verified(&result) && result.bytes > 1000);
    }
}

SYSTEM_TEST(a_flipped_bit_in_text_is_found)
{
    OWNED(cell_reference, own);
    struct cell_verification result;
    int (*volatile function)(int) = victim;
    const uint64_t address = (uint64_t)function + 4;
    EXPECT_STATUS(STATUS_OK, cell_find_address(address, &own));
    const uint8_t *byte = cell_memory(cell_of(&own), address, 1);
    const uint8_t good = *byte;
    const uint8_t bad = good ^ 4;
    const struct text_patch harm = {address, 1, {good}, {bad}};
    const struct text_patch repair = {address, 1, {bad}, {good}};
    EXPECT_STATUS(STATUS_OK, text_write(&harm, 1));
    const enum status status = verify_own(&result);
    EXPECT_STATUS(STATUS_OK, text_write(&repair, 1));
    EXPECT_STATUS(STATUS_OK, status);
    EXPECT(!cell_verified(&result) && result.differences == 1);
    EXPECT(result.address == address && result.expected == good && result.actual == bad);
    EXPECT(result.section == cell_section_at(cell_of(&own), address));
    EXPECT(result.offset == address - result.section->address);
    EXPECT_STATUS(STATUS_OK, verify_own(&result));
    EXPECT(cell_verified(&result) && function(1) == 4);
}
