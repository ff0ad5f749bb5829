// SPDX-License-Identifier: MIT
#include <cell/test.h>
#include <memory/dma_buffer.h>
#include <memory/frame_allocator.h>
#include <memory/page_table.h>

// A device, as its driver sees it.
struct device {
    unsigned asked;
    unsigned answers_after;
    enum status answer;
};

static enum status stop_device(void *context)
{
    struct device *device = context;
    return ++device->asked < device->answers_after ? STATUS_WOULD_BLOCK : device->answer;
}

static enum status make_used(const struct dma_request *request, struct device *device,
                             FILLS(struct dma_buffer) buffer)
{
    OWNED(dma_buffer, fresh);
    OWNED(dma_stop, stop);
    TRY(dma_buffer_allocate(request, &fresh));
    BIND(&stop, stop_device);
    TRY(dma_buffer_start(&fresh, &stop, device));
    MOVE_TO(buffer, &fresh);
    return STATUS_OK;
}

static uint64_t free_frames(void)
{
    page_table_trim();
    return frame_statistics().free;
}

TEST(a_buffer_is_zero_adjacent_and_where_the_device_can_reach_it)
{
    OWNED(dma_buffer, buffer);
    const struct dma_request request = {10000, 16384, DMA_REACH_32_BIT, DMA_UNCACHED};
    EXPECT_STATUS(STATUS_OK, dma_buffer_allocate(&request, &buffer));
    const struct bytes bytes = dma_buffer_bytes(&buffer);
    EXPECT(bytes.length == 10000);
    for (size_t i = 0; i < bytes.length; i++)
        EXPECT(SLICE_AT(bytes, i) == 0);
    EXPECT(buffer.physical % 16384 == 0 && buffer.physical + 12288 <= UINT64_C(1) << 32);
    for (uint64_t offset = 0; offset < 10000; offset += PAGE_SIZE) {
        uint64_t physical;
        enum page_protection protection;
        EXPECT_STATUS(STATUS_OK,
                      page_table_find(buffer.mapping.address + offset, &physical, &protection));
        EXPECT(physical == dma_buffer_physical(&buffer, offset) && protection == PAGE_DEVICE);
    }
}

TEST(requests_that_make_no_sense_are_refused)
{
    OWNED(dma_buffer, buffer);
    OWNED(dma_stop, stop);
    EXPECT_STATUS(STATUS_INVALID, dma_buffer_allocate(&(struct dma_request){.size = 0}, &buffer));
    EXPECT_STATUS(STATUS_INVALID,
                  dma_buffer_allocate(&(struct dma_request){.size = 1, .alignment = 3}, &buffer));
    EXPECT_STATUS(STATUS_OK, dma_buffer_allocate(&(struct dma_request){.size = 1}, &buffer));
    EXPECT_STATUS(STATUS_INVALID, dma_buffer_start(&buffer, &stop, nullptr));
}

TEST(a_device_is_stopped_before_its_memory_goes_back)
{
    OWNED(dma_buffer, buffer);
    struct device device = {.answers_after = 5, .answer = STATUS_OK};
    const uint64_t before = free_frames();
    const uint64_t lost = page_table_quarantined();
    EXPECT_STATUS(STATUS_OK, make_used(&(struct dma_request){.size = 5000}, &device, &buffer));
    EXPECT(device.asked == 0);
    dma_buffer_drop(&buffer);
    EXPECT(device.asked == 5 && buffer.size == 0);
    EXPECT(free_frames() == before && page_table_quarantined() == lost);
}

TEST(an_unused_buffer_asks_nobody)
{
    const uint64_t before = free_frames();
    {
        OWNED(dma_buffer, buffer);
        EXPECT_STATUS(STATUS_OK, dma_buffer_allocate(&(struct dma_request){.size = 1}, &buffer));
    }
    EXPECT(free_frames() == before);
}

// On the host only: the frames are gone for good.
HOST_TEST(memory_of_a_device_that_does_not_stop_is_never_used_again)
{
    OWNED(dma_buffer, buffer);
    struct device device = {.answer = STATUS_TIMEOUT};
    const uint64_t before = free_frames();
    const uint64_t lost = page_table_quarantined();
    EXPECT_STATUS(STATUS_OK, make_used(&(struct dma_request){.size = 5000}, &device, &buffer));
    const uint64_t address = buffer.mapping.address;
    uint64_t physical;
    enum page_protection protection;
    dma_buffer_drop(&buffer);
    EXPECT(device.asked == 1 && buffer.size == 0);
    EXPECT_STATUS(STATUS_NOT_FOUND, page_table_find(address, &physical, &protection));
    EXPECT(free_frames() == before - 2 * FRAME_SIZE);
    EXPECT(page_table_quarantined() == lost + 2 * FRAME_SIZE);
}

HOST_TEST(a_drop_that_faulted_while_it_stopped_the_device_gives_the_memory_up)
{
    OWNED(dma_buffer, buffer);
    struct device device = {.answer = STATUS_OK};
    const uint64_t lost = page_table_quarantined();
    EXPECT_STATUS(STATUS_OK, make_used(&(struct dma_request){.size = 5000}, &device, &buffer));
    buffer.state = DMA_STOPPING; // as a fault in stop_device() leaves it
    dma_buffer_drop(&buffer);
    EXPECT(device.asked == 0 && buffer.size == 0);
    EXPECT(page_table_quarantined() == lost + 2 * FRAME_SIZE);
}
