// SPDX-License-Identifier: MIT
#include <cell/test.h>
#include <memory/device_memory.h>
#include <memory/frame_allocator.h>
#include <memory/page_table.h>

// IA-PC HPET specification 1.0a, 2.3.
struct hpet_registers {
    READ_ONLY(uint64_t) capabilities; // upper half: femtoseconds of a tick
    uint64_t reserved_1;
    READ_WRITE(uint64_t) configuration;
    uint64_t reserved_2[27];
    READ_WRITE(uint64_t) counter;
};

static_assert(offsetof(struct hpet_registers, counter) == 0xF0);

DEVICE_BLOCK(hpet_block, 1024);
DEVICE_BLOCK_OWNERSHIP(hpet_block);

enum : uint64_t { HPET = 0xFED00000, SLOWEST_TICK = 100000000, LOCAL_APIC = 0xFEE00000 };

SYSTEM_TEST(registers_of_a_timer_are_read_and_written)
{
    OWNED(hpet_block, block);
    EXPECT_STATUS(STATUS_OK,
                  device_memory_map(HPET, DEVICE_EXTENT(&block), DEVICE_UNCACHED, &block.memory));
    struct hpet_registers *hpet = BLOCK_REGISTERS(struct hpet_registers, &block, 0);
    const uint64_t tick = hpet->capabilities >> 32;
    EXPECT(tick > 0 && tick <= SLOWEST_TICK);
    const uint64_t configuration = hpet->configuration;
    hpet->configuration = configuration | 1; // it runs
    const uint64_t start = hpet->counter;
    uint64_t now = start;
    for (unsigned i = 0; i < 1000000 && now == start; i++)
        now = hpet->counter;
    hpet->configuration = configuration;
    EXPECT(now > start);
}

SYSTEM_TEST(a_device_is_mapped_once)
{
    OWNED(device_memory, first);
    OWNED(device_memory, second);
    EXPECT_STATUS(STATUS_OK, device_memory_map(HPET, 1024, DEVICE_UNCACHED, &first));
    EXPECT_STATUS(STATUS_BUSY, device_memory_map(HPET + 8, 8, DEVICE_UNCACHED, &second));
    device_memory_drop(&first);
    EXPECT_STATUS(STATUS_OK, device_memory_map(HPET + 8, 8, DEVICE_UNCACHED, &second));
}

SYSTEM_TEST(memory_is_no_device)
{
    OWNED(frames, frame);
    OWNED(device_memory, device);
    EXPECT_STATUS(STATUS_OK, frames_allocate(1, &frame));
    EXPECT_STATUS(STATUS_DENIED,
                  device_memory_map(frame.first * FRAME_SIZE, 4096, DEVICE_UNCACHED, &device));
    EXPECT_STATUS(STATUS_INVALID, device_memory_map(HPET, 0, DEVICE_UNCACHED, &device));
    EXPECT_STATUS(STATUS_INVALID, device_memory_map(HPET, UINT64_MAX, DEVICE_UNCACHED, &device));
    EXPECT(device.size == 0);
}

SYSTEM_TEST(device_memory_keeps_its_offset_in_the_page_and_is_not_cached)
{
    OWNED(device_memory, device);
    uint64_t physical;
    enum page_protection protection;
    EXPECT_STATUS(STATUS_OK, device_memory_map(LOCAL_APIC + 0x20, 4, DEVICE_UNCACHED, &device));
    EXPECT(device.offset == 0x20);
    EXPECT_STATUS(STATUS_OK, page_table_find(device.mapping.address, &physical, &protection));
    EXPECT(physical == LOCAL_APIC && protection == PAGE_DEVICE);
    const struct {
        READ_ONLY(uint32_t) identity;
    } *apic = device_memory_object(&device, 0, 4, 4);
    EXPECT(apic->identity != UINT32_MAX);
}

SYSTEM_TEST(writes_to_a_framebuffer_are_combined)
{
    OWNED(device_memory, device);
    uint64_t physical;
    enum page_protection protection;
    EXPECT_STATUS(STATUS_OK, device_memory_map(HPET, 64, DEVICE_WRITE_COMBINING, &device));
    EXPECT_STATUS(STATUS_OK, page_table_find(device.mapping.address, &physical, &protection));
    EXPECT(protection == PAGE_WRITE_COMBINING);
}
