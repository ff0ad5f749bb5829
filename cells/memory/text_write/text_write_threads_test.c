// SPDX-License-Identifier: MIT
// Some threads patch the same text, others read it, as CPUs would that can be stopped. A reader
// finds all patches of one call or none.
#include <cell/spin_lock.h>
#include <cell/test.h>
#include <memory/mapped_pages.h>
#include <memory/page_table.h>
#include <memory/text_write.h>
#include <test/host/threads.h>

enum : size_t { WRITERS = 3, THREADS = 6, ROUNDS = 40, LENGTH = TEXT_PATCH_LIMIT };

STATE struct mapped_pages_exec text;
STATE uint32_t stopped;
STATE uint32_t reading[THREADS];
STATE uint32_t written;
STATE uint32_t writers_left;

static uint32_t load(const uint32_t *word)
{
    return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

static void store(uint32_t *word, uint32_t value)
{
    __atomic_store_n(word, value, __ATOMIC_SEQ_CST);
}

static enum status stop_readers(enum text_others others)
{
    store(&stopped, others == TEXT_OTHERS_STOP);
    for (size_t i = 0; i < THREADS && others == TEXT_OTHERS_STOP; i++)
        while (load(&reading[i]))
            spin_pause();
    return STATUS_OK;
}

// One patch lies across the boundary of two pages, the other in the second.
static uint64_t place_of(size_t patch)
{
    return PAGE_SIZE - LENGTH / 2 + patch * 2 * LENGTH;
}

static void fill(uint8_t *bytes, uint32_t value)
{
    for (size_t i = 0; i < LENGTH; i++)
        bytes[i] = (uint8_t)value;
}

static enum status try_to_write_next(void)
{
    struct text_patch patches[2];
    const uint32_t value = load(&written);
    for (size_t i = 0; i < 2; i++) {
        patches[i] = (struct text_patch){.address = text.address + place_of(i), .length = LENGTH};
        fill(patches[i].old_bytes, value);
        fill(patches[i].new_bytes, value + 1);
    }
    TRY(text_write(patches, 2));
    __atomic_fetch_add(&written, 1, __ATOMIC_SEQ_CST);
    return STATUS_OK;
}

// Counts one further. What another thread has written meanwhile is not what was expected.
static bool write_next(void)
{
    enum status status;
    do
        status = try_to_write_next();
    while (status == STATUS_DAMAGED);
    return status == STATUS_OK;
}

static bool is_whole(void)
{
    const struct const_bytes bytes = mapped_bytes_of_exec(&text);
    const uint8_t value = SLICE_AT(bytes, place_of(0));
    for (size_t patch = 0; patch < 2; patch++)
        for (size_t i = 0; i < LENGTH; i++)
            if (SLICE_AT(bytes, place_of(patch) + i) != value)
                return false;
    return true;
}

// As a CPU does that is interrupted when others want it to stop.
static bool read_while_written(size_t thread)
{
    bool whole = true;
    while (whole && load(&writers_left) > 0) {
        store(&reading[thread], 1);
        if (!load(&stopped))
            whole = is_whole();
        store(&reading[thread], 0);
        spin_pause();
    }
    return whole;
}

static bool write_or_read(size_t thread)
{
    bool right = true;
    if (thread >= WRITERS)
        return read_while_written(thread);
    for (size_t round = 0; round < ROUNDS && right; round++)
        right = write_next();
    __atomic_fetch_sub(&writers_left, 1, __ATOMIC_SEQ_CST);
    return right;
}

HOST_TEST(one_thread_writes_text_at_a_time_and_others_see_whole_writes)
{
    OWNED(mapped_pages_mut, mapping);
    OWNED(text_stopper, stopper);
    OWNED(text_stopper, nobody);
    EXPECT_STATUS(STATUS_OK, mapped_pages_allocate(MAPPING_CELL, 2 * PAGE_SIZE, &mapping));
    mapped_pages_seal(&mapping, &text);
    BIND(&stopper, stop_readers);
    text_write_stop_with(&stopper);
    store(&writers_left, WRITERS);
    EXPECT(run_in_threads(THREADS, write_or_read));
    text_write_stop_with(&nobody);
    EXPECT(written == WRITERS * ROUNDS && is_whole());
    EXPECT(SLICE_AT(mapped_bytes_of_exec(&text), place_of(0)) == (uint8_t)written);
    mapped_pages_exec_drop(&text);
}
