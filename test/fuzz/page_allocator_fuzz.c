// SPDX-License-Identifier: MIT
/// Whatever the requests are, a page has one holder, and a run is placed with a free page on either
/// side. Four bytes are a step: what to do, with which deed, and two that say how.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <memory/page_allocator.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum : size_t { DEEDS = 16, STORAGE = 12000 };
enum : uint64_t { PAGE = 4096 };

static uint64_t storage[STORAGE];
static struct pages deeds[DEEDS];

static void check_fresh(const struct pages *deed)
{
    if (!pages_are_free(deed->address - PAGE, 1) ||
        !pages_are_free(deed->address + deed->count * PAGE, 1))
        abort();
    for (size_t i = 0; i < DEEDS; i++)
        if (deed != &deeds[i] && deeds[i].count &&
            deed->address <= deeds[i].address + deeds[i].count * PAGE &&
            deeds[i].address <= deed->address + deed->count * PAGE)
            abort();
}

static void allocate(struct pages *deed, const uint8_t *bytes)
{
    const struct page_request request = {
        .area = (enum page_area)(bytes[0] >> 4 & 3),
        .count = bytes[2] | (bytes[3] & 0x80 ? (uint64_t)bytes[3] << 7 : 0),
        .alignment = UINT64_C(1) << bytes[3] % 16,
    };
    if (pages_allocate_for(&request, deed) != STATUS_OK)
        return;
    if (deed->count != request.count || deed->address / PAGE % request.alignment)
        abort();
    check_fresh(deed);
}

static void step(const uint8_t *bytes)
{
    struct pages *deed = &deeds[bytes[1] % DEEDS];
    struct pages *other = &deeds[bytes[1] / DEEDS];
    if (bytes[0] % 4 != 3 && deed->count)
        pages_drop(deed);
    else if (bytes[0] % 4 != 3)
        allocate(deed, bytes);
    else if (deed != other && !other->count)
        (void)pages_split(deed, bytes[2], other);
    else if (deed != other)
        (void)pages_join(deed, other);
    if (deed->count && pages_are_free(deed->address, 1))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const struct {
        uint64_t base;
        uint64_t count;
    } areas[] = {{0xFFFFFFFF90000000, 65536}, {0xFFFF800000000000, 262144}};
    memset(storage, 0, sizeof storage);
    page_allocator_start(0);
    if (page_allocator_storage_words() > STORAGE)
        abort();
    page_allocator_adopt(storage);
    for (size_t i = 0; i + 4 <= size; i += 4)
        step(bytes + i);
    for (size_t i = 0; i < DEEDS; i++)
        pages_drop(&deeds[i]);
    for (size_t i = 0; i < sizeof areas / sizeof *areas; i++)
        if (!pages_are_free(areas[i].base, areas[i].count))
            abort();
    return 0;
}
