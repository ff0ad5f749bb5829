// SPDX-License-Identifier: MIT
// In the system these tests use the areas as they are; on the host they start an allocator each.
#include <cell/test.h>
#include <memory/page_allocator.h>

#if __STDC_HOSTED__
#include <sys/mman.h>

#include <test/host/property.h>
#endif

enum : uint64_t { PAGE = 4096, GIB = UINT64_C(1) << 30, TIB = UINT64_C(1) << 40 };

#if __STDC_HOSTED__
// An allocator for a machine with that many bytes; false if it cannot be had.
static bool start_machine(uint64_t memory)
{
    static void *storage;
    static size_t size;
    if (storage)
        (void)munmap(storage, size);
    page_allocator_start(memory);
    size = page_allocator_storage_words() * sizeof(uint64_t);
    storage = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (storage == MAP_FAILED)
        return false;
    page_allocator_adopt(storage);
    return true;
}
#endif

static bool start_on_the_host(void)
{
#if __STDC_HOSTED__
    return start_machine(GIB);
#else
    return true;
#endif
}

TEST(two_runs_have_a_page_between_them)
{
    OWNED(pages, first);
    OWNED(pages, second);
    EXPECT(start_on_the_host());
    EXPECT_STATUS(STATUS_OK, pages_allocate(PAGES_DEVICES, 3, &first));
    EXPECT_STATUS(STATUS_OK, pages_allocate(PAGES_DEVICES, 2, &second));
    const uint64_t low = first.address < second.address ? first.address : second.address;
    const uint64_t high = first.address < second.address ? second.address : first.address;
    const uint64_t count = low == first.address ? first.count : second.count;
    EXPECT(high >= low + (count + 1) * PAGE);
    pages_drop(&first);
    pages_drop(&second);
    EXPECT(first.count == 0 && second.count == 0);
}

TEST(a_stack_has_a_page_on_both_sides_that_is_nobodys)
{
    OWNED(pages, stack);
    EXPECT(start_on_the_host());
    EXPECT_STATUS(STATUS_OK, pages_allocate(PAGES_STACKS, 4, &stack));
    EXPECT(pages_are_free(stack.address - PAGE, 1));
    EXPECT(pages_are_free(stack.address + 4 * PAGE, 1));
    for (uint64_t i = 0; i < 4; i++)
        EXPECT(!pages_are_free(stack.address + i * PAGE, 1));
    const uint64_t address = stack.address;
    pages_drop(&stack);
    EXPECT(pages_are_free(address - PAGE, 6));
}

TEST(requests_that_make_no_sense_or_are_too_large_are_refused)
{
    OWNED(pages, deed);
    EXPECT(start_on_the_host());
    EXPECT_STATUS(STATUS_INVALID, pages_allocate(PAGES_STACKS, 0, &deed));
    EXPECT_STATUS(STATUS_EXHAUSTED, pages_allocate(PAGES_STACKS, UINT64_C(1) << 40, &deed));
    EXPECT_STATUS(STATUS_EXHAUSTED, pages_allocate(PAGES_STACKS, UINT64_MAX, &deed));
    const struct page_request crooked = {PAGES_HEAP, 1, 3};
    EXPECT_STATUS(STATUS_INVALID, pages_allocate_for(&crooked, &deed));
    EXPECT(deed.count == 0);
}

TEST(cells_lie_in_the_top_two_gibibytes)
{
    OWNED(pages, deed);
    EXPECT(start_on_the_host());
    EXPECT_STATUS(STATUS_OK, pages_allocate(PAGES_CELLS, 1, &deed));
    EXPECT(deed.address >= 0xFFFFFFFF80000000 && deed.address < 0xFFFFFFFFFF000000);
    pages_drop(&deed);
}

TEST(addresses_are_aligned_as_asked)
{
    OWNED(pages, deed);
    OWNED(pages, other);
    EXPECT(start_on_the_host());
    EXPECT_STATUS(STATUS_OK,
                  pages_allocate_for(&(struct page_request){PAGES_HEAP, 512, 512}, &deed));
    EXPECT(deed.count == 512 && deed.address % (512 * PAGE) == 0);
    EXPECT_STATUS(STATUS_OK,
                  pages_allocate_for(&(struct page_request){PAGES_DEVICES, 3, 4096}, &other));
    EXPECT(other.count == 3 && other.address % (4096 * PAGE) == 0);
}

TEST(what_was_dropped_stays_out_of_use_for_a_while)
{
    OWNED(pages, old);
    OWNED(pages, deed);
    EXPECT(start_on_the_host());
    EXPECT_STATUS(STATUS_OK, pages_allocate(PAGES_HEAP, 5, &old));
    const uint64_t address = old.address;
    pages_drop(&old);
    // A tenth of the area, which has a GiB at least, in a few large steps.
    for (unsigned i = 0; i < 100; i++) {
        EXPECT_STATUS(STATUS_OK, pages_allocate(PAGES_HEAP, GIB / PAGE / 1000, &deed));
        EXPECT(deed.address + deed.count * PAGE <= address || deed.address >= address + 5 * PAGE);
        pages_drop(&deed);
        EXPECT(pages_are_free(address, 5));
    }
}

TEST(a_deed_is_split_and_joined)
{
    OWNED(pages, deed);
    OWNED(pages, rest);
    OWNED(pages, middle);
    EXPECT(start_on_the_host());
    EXPECT_STATUS(STATUS_OK, pages_allocate(PAGES_HEAP, 8, &deed));
    const uint64_t address = deed.address;
    EXPECT_STATUS(STATUS_INVALID, pages_split(&deed, 0, &rest));
    EXPECT_STATUS(STATUS_INVALID, pages_split(&deed, 8, &rest));
    EXPECT_STATUS(STATUS_OK, pages_split(&deed, 3, &rest));
    EXPECT(deed.count == 5 && rest.count == 3 && rest.address == address + 5 * PAGE);
    EXPECT_STATUS(STATUS_OK, pages_split(&deed, 1, &middle));
    EXPECT_STATUS(STATUS_INVALID, pages_join(&deed, &rest));
    EXPECT(rest.count == 3 && deed.count == 4 && rest.area == PAGES_HEAP);
    EXPECT_STATUS(STATUS_OK, pages_join(&rest, &middle));
    EXPECT_STATUS(STATUS_OK, pages_join(&deed, &rest));
    EXPECT(deed.address == address && deed.count == 8 && !rest.count && !middle.count);
}

TEST(a_part_is_dropped_alone_and_its_neighbours_keep_their_guards)
{
    OWNED(pages, first);
    OWNED(pages, middle);
    OWNED(pages, last);
    EXPECT(start_on_the_host());
    EXPECT_STATUS(STATUS_OK, pages_allocate(PAGES_STACKS, 9, &first));
    EXPECT_STATUS(STATUS_OK, pages_split(&first, 3, &last));
    EXPECT_STATUS(STATUS_OK, pages_split(&first, 3, &middle));
    const uint64_t address = middle.address;
    pages_drop(&middle);
    EXPECT(pages_are_free(address, 3));
    EXPECT(!pages_are_free(address - PAGE, 1) && !pages_are_free(address + 3 * PAGE, 1));
    pages_drop(&last);
    EXPECT(pages_are_free(address, 7) && !pages_are_free(address - PAGE, 1));
}

TEST(what_lies_outside_of_the_areas_is_never_free)
{
    OWNED(pages, deed);
    EXPECT(start_on_the_host());
    EXPECT(!pages_are_free(0, 1));
    EXPECT(!pages_are_free(0xFFFFFFFF80000000, 512)); // before the cells
    EXPECT(!pages_are_free(0xFFFFFF0000000000, 512)); // the page tables
    EXPECT_STATUS(STATUS_OK,
                  pages_allocate_for(&(struct page_request){PAGES_HEAP, 512, 512}, &deed));
    const uint64_t address = deed.address;
    EXPECT(!pages_are_free(address, 512));
    pages_leave(&deed);
    EXPECT(!pages_are_free(address, 512));
    OWNED(pages, again);
    pages_adopt(PAGES_HEAP, address, 512, &again);
    pages_drop(&again);
    EXPECT(pages_are_free(address, 512));
}

#if __STDC_HOSTED__
static bool can_have(enum page_area area, uint64_t bytes)
{
    OWNED(pages, deed);
    return pages_allocate(area, bytes / PAGE, &deed) == STATUS_OK;
}

HOST_TEST(areas_grow_with_the_memory)
{
    EXPECT(start_machine(96 << 20));
    EXPECT(page_allocator_storage_words() * 8 < 128 << 10);
    EXPECT(can_have(PAGES_HEAP, GIB - 2 * PAGE) && !can_have(PAGES_HEAP, GIB - PAGE));
    EXPECT(start_machine(6 * GIB));
    EXPECT(can_have(PAGES_HEAP, 24 * GIB - 2 * PAGE) && can_have(PAGES_STACKS, 5 * GIB));
    EXPECT(page_allocator_storage_words() * 8 < 6 * GIB / 4000);
    EXPECT(can_have(PAGES_CELLS, 1700 << 20) && !can_have(PAGES_CELLS, 1776 << 20));
    page_allocator_start(64 * TIB); // its maps take 4 GiB, which are not written here
    EXPECT(page_allocator_storage_words() * 8 < 64 * TIB / 8192);
}

HOST_TEST(pages_that_were_taken_before_there_is_a_map_stay_taken)
{
    static uint64_t storage[20000];
    OWNED(pages, early);
    OWNED(pages, second);
    OWNED(pages, dropped);
    page_allocator_start(0);
    EXPECT_STATUS(STATUS_OK, pages_allocate(PAGES_HEAP, 3, &early));
    EXPECT_STATUS(STATUS_OK, pages_allocate(PAGES_HEAP, 1, &second));
    EXPECT_STATUS(STATUS_OK, pages_allocate(PAGES_HEAP, 1, &dropped));
    EXPECT_STATUS(STATUS_EXHAUSTED, pages_allocate(PAGES_HEAP, GIB / PAGE - 5, &dropped));
    EXPECT(second.address == early.address + 4 * PAGE);
    pages_drop(&dropped);
    EXPECT(page_allocator_storage_words() <= sizeof storage / sizeof *storage);
    page_allocator_adopt(storage);
    EXPECT(!pages_are_free(early.address, 1) && !pages_are_free(second.address, 1));
    EXPECT(!can_have(PAGES_HEAP, GIB - 7 * PAGE) && can_have(PAGES_HEAP, GIB - 11 * PAGE));
    pages_drop(&early);
    pages_drop(&second);
}

HOST_TEST(pages_that_the_loader_chose_count_until_they_are_dropped)
{
    OWNED(pages, loaded);
    EXPECT(start_machine(0));
    const uint64_t held = pages_held(PAGES_CELLS);
    pages_note_loaded(PAGES_CELLS, 5);
    EXPECT(pages_held(PAGES_CELLS) == held + 5);
    pages_adopt(PAGES_CELLS, 0xFFFFFFFF80200000, 3, &loaded);
    pages_drop(&loaded);
    EXPECT(!loaded.count && pages_held(PAGES_CELLS) == held + 2);
    EXPECT(!pages_are_free(0xFFFFFFFF80200000, 1));
    pages_adopt(PAGES_CELLS, UINT64_MAX - 2 * PAGE + 1, 2, &loaded);
    pages_drop(&loaded);
    EXPECT(pages_held(PAGES_CELLS) == held);
}

// The model: a number for each page of an area, that of the run that it was allocated with.
enum : size_t { MODEL_PAGES = 65536, DEEDS = 200, ROUNDS = 20000 };

struct model {
    uint64_t base;
    uint32_t run[MODEL_PAGES]; // 0: free
    uint32_t runs;
    struct pages deeds[DEEDS];
};

static bool model_has(const struct model *model, const struct page_request *request)
{
    const uint64_t alignment = request->alignment ? request->alignment : 1;
    uint64_t length = 0;
    for (uint64_t i = 0; i < MODEL_PAGES; i++) {
        length = model->run[i] ? 0 : length + 1;
        const uint64_t first = i - request->count;
        if (length >= request->count + 2 && (model->base / PAGE + first) % alignment == 0)
            return true;
    }
    return false;
}

static bool model_set(struct model *model, const struct pages *deed, uint32_t run)
{
    const uint64_t first = (deed->address - model->base) / PAGE;
    if (first == 0 || first + deed->count >= MODEL_PAGES)
        return false;
    if (run && (model->run[first - 1] || model->run[first + deed->count]))
        return false;
    for (uint64_t i = first; i < first + deed->count; i++) {
        if (!model->run[i] == !run)
            return false;
        model->run[i] = run;
    }
    return true;
}

static bool allocate_both(struct model *model, struct random_numbers *random, struct pages *deed)
{
    const struct page_request request = {
        .area = PAGES_CELLS,
        .count = 1 + random_below(random, random_below(random, 4) ? 30 : 3000),
        .alignment = UINT64_C(1) << random_below(random, 10) * random_below(random, 2),
    };
    const enum status status = pages_allocate_for(&request, deed);
    if (status != STATUS_OK)
        return status == STATUS_EXHAUSTED && !model_has(model, &request);
    return deed->count == request.count && deed->area == PAGES_CELLS &&
           deed->address / PAGE % request.alignment == 0 && model_set(model, deed, ++model->runs);
}

static bool change_deeds(struct model *model, struct random_numbers *random)
{
    struct pages *one = &model->deeds[random_below(random, DEEDS)];
    struct pages *two = &model->deeds[random_below(random, DEEDS)];
    if (one->count > 1 && !two->count)
        return pages_split(one, 1 + random_below(random, one->count - 1), two) == STATUS_OK;
    for (size_t i = 0; i < DEEDS && one->count; i++) {
        struct pages *other = &model->deeds[i];
        if (other->count && other->address == one->address + one->count * PAGE)
            return pages_join(one, other) == STATUS_OK && !other->count;
    }
    return true;
}

static bool random_step(struct model *model, struct random_numbers *random)
{
    struct pages *deed = &model->deeds[random_below(random, DEEDS)];
    if (!random_below(random, 4))
        return change_deeds(model, random);
    if (!deed->count)
        return allocate_both(model, random, deed);
    if (!model_set(model, deed, 0))
        return false;
    pages_drop(deed);
    return deed->count == 0;
}

HOST_TEST(random_operations_agree_with_a_model)
{
    static struct model model = {.base = 0xFFFFFFFF90000000};
    struct random_numbers random = random_begin();
    EXPECT(start_machine(0));
    for (size_t round = 0; round < ROUNDS; round++)
        EXPECT(random_step(&model, &random));
    for (uint64_t i = 0; i < MODEL_PAGES; i++)
        EXPECT(pages_are_free(model.base + i * PAGE, 1) == !model.run[i]);
    for (size_t i = 0; i < DEEDS; i++)
        pages_drop(&model.deeds[i]);
    EXPECT(pages_are_free(model.base, MODEL_PAGES));
}
#endif
