// SPDX-License-Identifier: MIT
#include <cell/test.h>
#include <cpu/firmware.h>

static const uint16_t name[] = {'T', 'h', 'e', 'o', 'r', 'i', 's', 'T', 'e', 's', 't', 0};
static const struct firmware_identifier vendor = {
    0x5A1C7E0D, 0x3B6F, 0x4C1E, {0x9A, 0x53, 0x54, 0x48, 0x45, 0x4F, 0x52, 0x49}};

SYSTEM_TEST(the_wall_clock_shows_a_date)
{
    struct firmware_time time = {};
    EXPECT_STATUS(STATUS_OK, firmware_time(&time));
    EXPECT(time.year >= 2020 && time.year < 2200);
    EXPECT(time.month >= 1 && time.month <= 12 && time.day >= 1 && time.day <= 31);
    EXPECT(time.hour < 24 && time.minute < 60 && time.second < 60);
}

SYSTEM_TEST(a_variable_is_set_read_and_deleted)
{
    static const char value[] = "ship";
    char read[16] = {};
    size_t size = sizeof read;
    EXPECT_STATUS(STATUS_OK, firmware_set_variable(name, &vendor, value, sizeof value));
    EXPECT_STATUS(STATUS_OK, firmware_get_variable(name, &vendor, read, &size));
    EXPECT(size == sizeof value && read[0] == 's' && read[3] == 'p' && read[4] == '\0');
    size = 2;
    EXPECT_STATUS(STATUS_OVERFLOW, firmware_get_variable(name, &vendor, read, &size));
    EXPECT(size == sizeof value);
    EXPECT_STATUS(STATUS_OK, firmware_set_variable(name, &vendor, value, 0));
    size = sizeof read;
    EXPECT_STATUS(STATUS_NOT_FOUND, firmware_get_variable(name, &vendor, read, &size));
}

SYSTEM_TEST(the_firmware_is_called_many_times_in_a_row)
{
    for (int i = 0; i < 100; i++) {
        struct firmware_time time;
        EXPECT_STATUS(STATUS_OK, firmware_time(&time));
    }
}
