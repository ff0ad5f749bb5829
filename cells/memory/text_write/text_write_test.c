// SPDX-License-Identifier: MIT
// Code of our own is patched: the instruction that loads a constant.
#include <cell/test.h>
#include <memory/mapped_pages.h>
#include <memory/page_table.h>
#include <memory/page_window.h>
#include <memory/text_write.h>

enum : uint8_t { MOV_EAX = 0xB8, RET = 0xC3 };

// Fills `code` with `mov eax, 41; ret` and RET up to the end.
static enum status make_code(FILLS(struct mapped_pages_exec) code)
{
    OWNED(mapped_pages_mut, mapping);
    TRY(mapped_pages_allocate(MAPPING_CELL, 2 * PAGE_SIZE, &mapping));
    const struct bytes bytes = mapped_bytes_mut(&mapping);
    for (size_t i = 0; i < bytes.length; i++)
        SLICE_AT(bytes, i) = RET;
    SLICE_AT(bytes, 0) = MOV_EAX;
    SLICE_AT(bytes, 1) = 41;
    for (size_t i = 2; i < 5; i++)
        SLICE_AT(bytes, i) = 0;
    mapped_pages_seal(&mapping, code);
    return STATUS_OK;
}

static struct text_patch patch_of(uint64_t address, uint8_t from, uint8_t to)
{
    return (struct text_patch){address, 1, {from}, {to}};
}

static bool is_text(uint64_t address)
{
    uint64_t physical;
    enum page_protection protection;
    return page_table_find(address, &physical, &protection) == STATUS_OK &&
           protection == PAGE_EXECUTABLE;
}

TEST(text_is_patched_and_stays_text)
{
    OWNED(mapped_pages_exec, code);
    EXPECT_STATUS(STATUS_OK, make_code(&code));
    const struct text_patch patches[] = {
        patch_of(code.address + 1, 41, 42),
        {code.address + PAGE_SIZE - 1, 2, {RET, RET}, {0x90, 0x90}},
    };
    EXPECT_STATUS(STATUS_OK, text_write(patches, 2));
    const struct const_bytes bytes = mapped_bytes_of_exec(&code);
    EXPECT(SLICE_AT(bytes, 1) == 42);
    EXPECT(SLICE_AT(bytes, PAGE_SIZE - 1) == 0x90 && SLICE_AT(bytes, PAGE_SIZE) == 0x90);
    EXPECT(is_text(code.address) && is_text(code.address + PAGE_SIZE));
}

TEST(one_wrong_patch_changes_nothing)
{
    OWNED(mapped_pages_exec, code);
    EXPECT_STATUS(STATUS_OK, make_code(&code));
    const struct text_patch wrong[] = {
        patch_of(code.address + 1, 41, 42),
        patch_of(code.address + 2, 1, 2),
    };
    EXPECT_STATUS(STATUS_DAMAGED, text_write(wrong, 2));
    EXPECT(SLICE_AT(mapped_bytes_of_exec(&code), 1) == 41);
    EXPECT_STATUS(STATUS_OK, text_write(wrong, 1));
    EXPECT_STATUS(STATUS_DAMAGED, text_write(wrong, 1)); // it is 42 by now
}

TEST(what_is_not_text_is_not_written)
{
    OWNED(mapped_pages_exec, code);
    OWNED(mapped_pages_mut, data);
    EXPECT_STATUS(STATUS_OK, make_code(&code));
    EXPECT_STATUS(STATUS_OK, mapped_pages_allocate(MAPPING_CELL, 1, &data));
    const struct text_patch to_data[] = {patch_of(data.address, 0, 1)};
    EXPECT_STATUS(STATUS_DENIED, text_write(to_data, 1));
    const struct text_patch beyond[] = {
        {code.address + 2 * PAGE_SIZE - 1, 2, {RET, RET}, {0, 0}},
    };
    EXPECT_STATUS(STATUS_DENIED, text_write(beyond, 1));
    EXPECT(SLICE_AT(mapped_bytes_of_mut(&data), 0) == 0);
}

TEST(patches_come_in_order_and_have_a_length)
{
    OWNED(mapped_pages_exec, code);
    EXPECT_STATUS(STATUS_OK, make_code(&code));
    const struct text_patch crossed[] = {
        patch_of(code.address + 9, RET, 1),
        patch_of(code.address + 8, RET, 2),
    };
    EXPECT_STATUS(STATUS_INVALID, text_write(crossed, 2));
    const struct text_patch none[] = {{.address = code.address}};
    EXPECT_STATUS(STATUS_INVALID, text_write(none, 1));
    EXPECT_STATUS(STATUS_OK, text_write(none, 0));
}

STATE unsigned stops;
STATE unsigned goes;
STATE bool refuses;

static enum status count_others(enum text_others others)
{
    stops += others == TEXT_OTHERS_STOP;
    goes += others == TEXT_OTHERS_GO;
    return refuses && others == TEXT_OTHERS_STOP ? STATUS_TIMEOUT : STATUS_OK;
}

HOST_TEST(other_cpus_are_stopped_and_let_go)
{
    OWNED(mapped_pages_exec, code);
    OWNED(text_stopper, stopper);
    OWNED(text_stopper, nobody);
    EXPECT_STATUS(STATUS_OK, make_code(&code));
    BIND(&stopper, count_others);
    text_write_stop_with(&stopper);
    const struct text_patch patches[] = {patch_of(code.address + 1, 41, 42)};
    refuses = true;
    EXPECT_STATUS(STATUS_TIMEOUT, text_write(patches, 1));
    EXPECT(SLICE_AT(mapped_bytes_of_exec(&code), 1) == 41);
    refuses = false;
    EXPECT_STATUS(STATUS_OK, text_write(patches, 1));
    EXPECT(stops == 2 && goes == 2 && SLICE_AT(mapped_bytes_of_exec(&code), 1) == 42);
    text_write_stop_with(&nobody);
}

#if !__STDC_HOSTED__
[[gnu::noinline]] static int answer(void)
{
    return 0x29292929;
}

// Where the constant lies, from the function's first byte; 64 if it is not there.
static unsigned constant_in(const volatile uint8_t *code)
{
    unsigned i = 0;
    while (i < 64 && !(code[i] == 0x29 && code[i + 1] == 0x29 && code[i + 2] == 0x29))
        i++;
    return i;
}

SYSTEM_TEST(a_function_of_a_loaded_cell_is_patched)
{
    int (*volatile ask)(void) = answer;
    const volatile uint8_t *code = page_window_memory((uint64_t)answer);
    const unsigned place = constant_in(code);
    EXPECT(place < 64 && ask() == 0x29292929);
    const uint64_t address = (uint64_t)code + place;
    const struct text_patch there = {
        address, 4, {0x29, 0x29, 0x29, 0x29}, {0x2A, 0x2A, 0x2A, 0x2A}};
    const struct text_patch back = {address, 4, {0x2A, 0x2A, 0x2A, 0x2A}, {0x29, 0x29, 0x29, 0x29}};
    EXPECT_STATUS(STATUS_OK, text_write(&there, 1));
    const int patched = ask();
    EXPECT_STATUS(STATUS_OK, text_write(&back, 1));
    EXPECT(patched == 0x2A2A2A2A && ask() == 0x29292929);
}
#endif
