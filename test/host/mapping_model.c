// SPDX-License-Identifier: MIT
// After each operation its mapping is looked at; every 16th time, and at the end, all are, and that
// no frame is mapped twice.
#include <test/host/mapping_model.h>

#include <memory/frame_allocator.h>
#include <memory/mapped_pages.h>
#include <memory/page_allocator.h>
#include <memory/page_table.h>

enum : uint64_t { SLOTS = 12, PAGES = 1100, FRAMES = 1 << 16 };

enum kind { NOTHING, READABLE, WRITABLE, EXECUTABLE };

struct modelled {
    uint64_t address;
    uint64_t pages;
    struct mapped_pages readable;
    struct mapped_pages_mut writable;
    struct mapped_pages_exec executable;
    enum kind kind;
    uint8_t written[PAGES]; // the first byte of each page
};

static struct modelled slots[SLOTS];
static uint8_t seen[FRAMES];

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return #condition;                                                                     \
    } while (0)

static uint64_t live(const struct modelled *slot)
{
    return slot->readable.size + slot->writable.size + slot->executable.size;
}

static struct const_bytes bytes_of(const struct modelled *slot)
{
    if (slot->kind == READABLE)
        return mapped_bytes(&slot->readable);
    return slot->kind == WRITABLE ? mapped_bytes_of_mut(&slot->writable)
                                  : mapped_bytes_of_exec(&slot->executable);
}

static enum page_protection protection_of(enum kind kind)
{
    return kind == READABLE ? PAGE_READABLE : kind == WRITABLE ? PAGE_WRITABLE : PAGE_EXECUTABLE;
}

static const char *check(const struct modelled *slot)
{
    REQUIRE((slot->kind == NOTHING) == (live(slot) == 0));
    if (slot->kind == NOTHING)
        return nullptr;
    REQUIRE(live(slot) == slot->pages * PAGE_SIZE);
    const struct const_bytes bytes = bytes_of(slot);
    REQUIRE(bytes.length == slot->pages * PAGE_SIZE);
    for (uint64_t i = 0; i < slot->pages; i++) {
        uint64_t physical;
        enum page_protection protection;
        REQUIRE(page_table_find(slot->address + i * PAGE_SIZE, &physical, &protection) ==
                STATUS_OK);
        REQUIRE(protection == protection_of(slot->kind));
        REQUIRE(SLICE_AT(bytes, i * PAGE_SIZE) == slot->written[i]);
        REQUIRE(!seen[physical / FRAME_SIZE % FRAMES]++);
    }
    return nullptr;
}

static const char *check_from(size_t first, size_t count)
{
    const char *problem = nullptr;
    for (size_t i = 0; i < FRAMES; i++)
        seen[i] = 0;
    for (size_t i = first; i < first + count && !problem; i++)
        problem = check(&slots[i]);
    return problem;
}

static void write(struct modelled *slot, uint8_t value)
{
    for (uint64_t i = 0; i < slot->pages; i++) {
        slot->written[i] = (uint8_t)(value + i);
        SLICE_AT(mapped_bytes_mut(&slot->writable), i * PAGE_SIZE) = slot->written[i];
    }
}

static void allocate(struct modelled *slot, uint8_t size)
{
    // Some are larger than a large page.
    const uint64_t pages = size % 8 == 0 ? 500 + (size * UINT64_C(2)) : 1 + size % 64;
    if (slot->kind != NOTHING ||
        mapped_pages_allocate(MAPPING_HEAP, pages * PAGE_SIZE, &slot->writable) != STATUS_OK)
        return;
    slot->kind = WRITABLE;
    slot->address = slot->writable.address;
    slot->pages = pages;
    for (uint64_t i = 0; i < pages; i++)
        slot->written[i] = 0;
}

static void map(struct modelled *slot, uint8_t size)
{
    OWNED(frames, frames);
    OWNED(pages, pages);
    const uint64_t count = size % 16 == 0 ? PAGES_IN_LARGE : 1 + size % 40;
    const struct frame_request frame_request = {.count = count, .alignment = PAGES_IN_LARGE};
    const struct page_request page_request = {PAGES_CELLS, count, size % 2 ? 1 : PAGES_IN_LARGE};
    if (slot->kind != NOTHING || frames_allocate_for(&frame_request, &frames) != STATUS_OK ||
        pages_allocate_for(&page_request, &pages) != STATUS_OK)
        return;
    slot->address = pages.address;
    slot->pages = count;
    if (map_writable(&pages, &frames, &slot->writable) != STATUS_OK)
        return;
    slot->kind = WRITABLE;
    write(slot, size);
}

static void drop(struct modelled *slot)
{
    mapped_pages_drop(&slot->readable);
    mapped_pages_mut_drop(&slot->writable);
    mapped_pages_exec_drop(&slot->executable);
    slot->kind = NOTHING;
}

static void change(struct modelled *slot, uint8_t to)
{
    if (slot->kind == READABLE) {
        mapped_pages_thaw(&slot->readable, &slot->writable);
        slot->kind = WRITABLE;
    } else if (slot->kind == WRITABLE && to % 2) {
        mapped_pages_freeze(&slot->writable, &slot->readable);
        slot->kind = READABLE;
    } else if (slot->kind == WRITABLE) {
        mapped_pages_seal(&slot->writable, &slot->executable);
        slot->kind = EXECUTABLE;
    }
}

static void split(struct modelled *slot, struct modelled *rest, uint8_t at)
{
    const uint64_t pages = slot->pages ? at * UINT64_C(7) % slot->pages : 0;
    const uint64_t offset = pages * PAGE_SIZE;
    enum status status = STATUS_INVALID;
    if (rest->kind != NOTHING || slot->kind == NOTHING)
        return;
    if (slot->kind == READABLE)
        status = mapped_pages_split(&slot->readable, offset, &rest->readable);
    else if (slot->kind == WRITABLE)
        status = mapped_pages_mut_split(&slot->writable, offset, &rest->writable);
    else
        status = mapped_pages_exec_split(&slot->executable, offset, &rest->executable);
    if (status != STATUS_OK)
        return;
    rest->kind = slot->kind;
    rest->address = slot->address + offset;
    rest->pages = slot->pages - pages;
    for (uint64_t i = 0; i < rest->pages; i++)
        rest->written[i] = slot->written[pages + i];
    slot->pages = pages;
}

static const char *join(struct modelled *slot, struct modelled *rest)
{
    const bool fits = slot->kind == rest->kind && slot->kind != NOTHING && slot != rest &&
                      slot->address + slot->pages * PAGE_SIZE == rest->address;
    enum status status = STATUS_INVALID;
    if (slot == rest || slot->kind != rest->kind)
        return nullptr;
    if (slot->kind == READABLE)
        status = mapped_pages_join(&slot->readable, &rest->readable);
    else if (slot->kind == WRITABLE)
        status = mapped_pages_mut_join(&slot->writable, &rest->writable);
    else if (slot->kind == EXECUTABLE)
        status = mapped_pages_exec_join(&slot->executable, &rest->executable);
    REQUIRE((status == STATUS_OK) == fits);
    if (!fits || slot->pages + rest->pages > PAGES)
        return nullptr;
    for (uint64_t i = 0; i < rest->pages; i++)
        slot->written[slot->pages + i] = rest->written[i];
    slot->pages += rest->pages;
    rest->kind = NOTHING;
    return nullptr;
}

static const char *act(uint8_t what, struct modelled *slot, uint8_t argument)
{
    struct modelled *other = &slots[(size_t)(slot - slots + 1) % SLOTS];
    switch (what % 8) {
    case 0:
        allocate(slot, argument);
        return nullptr;
    case 1:
        map(slot, argument);
        return nullptr;
    case 2:
        drop(slot);
        return nullptr;
    case 3:
    case 4:
        change(slot, argument);
        return nullptr;
    case 5:
        split(slot, other, argument);
        return check(other);
    case 6:
        return join(slot, other);
    default:
        if (slot->kind == WRITABLE)
            write(slot, argument);
        return nullptr;
    }
}

static uint64_t free_frames(void)
{
    page_table_trim();
    frame_allocator_trim();
    return frame_statistics().free;
}

const char *mapping_model_run(const uint8_t *bytes, size_t size)
{
    const uint64_t before = free_frames();
    const char *problem = nullptr;
    for (size_t i = 0; i + 2 < size && !problem; i += 3) {
        const size_t slot = bytes[i + 1] % SLOTS;
        for (size_t frame = 0; frame < FRAMES; frame++)
            seen[frame] = 0;
        problem = act(bytes[i], &slots[slot], bytes[i + 2]);
        if (!problem)
            problem = i / 3 % 16 == 0 ? check_from(0, SLOTS) : check_from(slot, 1);
    }
    if (!problem)
        problem = check_from(0, SLOTS);
    for (size_t i = 0; i < SLOTS; i++)
        drop(&slots[i]);
    if (!problem && free_frames() != before)
        problem = "as many free frames as before";
    return problem;
}
