// SPDX-License-Identifier: MIT
// Whether loader and nano_core understand each other.
#include "nano_core.h"

#include <fault/stop.h>

// CRC-32 of IEEE 802.3, four bits at a time: the block is a few kilobytes.
static uint32_t checksum_continue(uint32_t remainder, const uint8_t *bytes, size_t size)
{
    static const uint32_t table[16] = {0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC,
                                       0x76DC4190, 0x6B6B51F4, 0x4DB26158, 0x5005713C,
                                       0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C,
                                       0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C};
    for (size_t i = 0; i < size; i++) {
        remainder = remainder >> 4 ^ table[(remainder ^ bytes[i]) & 15];
        remainder = remainder >> 4 ^ table[(remainder ^ bytes[i] >> 4) & 15];
    }
    return remainder;
}

static uint32_t checksum(const struct boot_info *info)
{
    static const uint8_t zero[sizeof info->checksum];
    const uint8_t *bytes = (const uint8_t *)info;
    const size_t after = offsetof(struct boot_info, checksum) + sizeof info->checksum;
    uint32_t remainder = ~UINT32_C(0);
    remainder = checksum_continue(remainder, bytes, offsetof(struct boot_info, checksum));
    remainder = checksum_continue(remainder, zero, sizeof zero);
    remainder = checksum_continue(remainder, bytes + after, info->block_size - after);
    return ~remainder;
}

void boot_check(const struct boot_info *info)
{
    if (info->magic != BOOT_INFO_MAGIC)
        stop("the loader handed over no boot information: put BOOTX64.EFI and nano_core.elf of one "
             "build on the volume");
    if (info->major != BOOT_INFO_MAJOR)
        stop("the loader speaks version %u.%u of the boot information and this nano_core version "
             "%d: put files of one build on the volume",
             info->major, info->minor, BOOT_INFO_MAJOR);
    if (info->block_size < sizeof *info || info->checksum != checksum(info))
        stop("the boot information is damaged: its checksum does not match");
}
