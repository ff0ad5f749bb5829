// SPDX-License-Identifier: MIT
/// firmware: small conveniences over boot services, and the functions that the compiler calls.
#include "firmware.h"

#include "stop.h"

struct firmware firmware;

EFI_LOADED_IMAGE *firmware_loaded_image(void)
{
    static EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
    EFI_LOADED_IMAGE *image;
    if (EFI_ERROR(firmware.boot->HandleProtocol(firmware.image, &guid, (void **)&image))) {
        stop("the firmware does not say what it started the loader from; update the firmware");
    }
    return image;
}

void *firmware_table(const EFI_GUID *guid)
{
    const EFI_SYSTEM_TABLE *system = firmware.system;
    for (UINTN i = 0; i < system->NumberOfTableEntries; i++) {
        if (__builtin_memcmp(&system->ConfigurationTable[i].VendorGuid, guid, sizeof *guid) == 0) {
            return system->ConfigurationTable[i].VendorTable;
        }
    }
    return nullptr;
}

void *firmware_memory(uint64_t size)
{
    void *memory;
    if (EFI_ERROR(firmware.boot->AllocatePool(EfiLoaderData, size, &memory))) {
        stop("there is not enough memory: the loader could not get %llu bytes; give the machine "
             "more memory",
             (unsigned long long)size);
    }
    return memory;
}

void *firmware_array_room(void *array, uint64_t count, uint64_t size)
{
    if ((count & (count - 1)) != 0) {
        return array;
    }
    void *larger = firmware_memory((count == 0 ? 1 : 2 * count) * size);
    if (count > 0) {
        __builtin_memcpy(larger, array, count * size);
        firmware.boot->FreePool(array);
    }
    return larger;
}

// Words first: a string instruction is counted once for each repetition.

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *one, const void *other, size_t size);

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    void *at = to;
    size_t words = size / 8, bytes = size % 8;
    __asm__ volatile("rep movsq" : "+D"(at), "+S"(from), "+c"(words) : : "memory");
    __asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(bytes) : : "memory");
    return to;
}

void *memset(void *to, int value, size_t size)
{
    void *at = to;
    size_t words = size / 8, bytes = size % 8;
    uint64_t word = (uint8_t)value * UINT64_C(0x0101010101010101);
    __asm__ volatile("rep stosq" : "+D"(at), "+c"(words) : "a"(word) : "memory");
    __asm__ volatile("rep stosb" : "+D"(at), "+c"(bytes) : "a"(word) : "memory");
    return to;
}

int memcmp(const void *one, const void *other, size_t size)
{
    const uint8_t *a = one, *b = other;
    for (size_t i = 0; i < size; i++) {
        if (a[i] != b[i]) {
            return a[i] - b[i];
        }
    }
    return 0;
}
