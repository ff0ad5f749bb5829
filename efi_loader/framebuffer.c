// SPDX-License-Identifier: MIT
/// framebuffer: the graphics output protocol. See the header.
#include "framebuffer.h"

#include "firmware.h"
#include "regions.h"

typedef EFI_GRAPHICS_OUTPUT_PROTOCOL gop;
typedef EFI_GRAPHICS_OUTPUT_MODE_INFORMATION gop_mode;

static enum boot_pixel_format format_of(const gop_mode *mode)
{
    enum : uint32_t { LOW = 0x0000FF, MIDDLE = 0x00FF00, HIGH = 0xFF0000 };
    const EFI_PIXEL_BITMASK *masks = &mode->PixelInformation;
    switch (mode->PixelFormat) {
    case PixelBlueGreenRedReserved8BitPerColor:
        return BOOT_PIXEL_BGRX;
    case PixelRedGreenBlueReserved8BitPerColor:
        return BOOT_PIXEL_RGBX;
    case PixelBitMask:
        if (masks->GreenMask == MIDDLE && masks->BlueMask == LOW && masks->RedMask == HIGH) {
            return BOOT_PIXEL_BGRX;
        }
        if (masks->GreenMask == MIDDLE && masks->RedMask == LOW && masks->BlueMask == HIGH) {
            return BOOT_PIXEL_RGBX;
        }
        return BOOT_PIXEL_NONE;
    default:
        return BOOT_PIXEL_NONE;
    }
}

/// Bytes of the visible part, 0 if it cannot be drawn on.
static uint64_t visible_size(const gop *display)
{
    const EFI_GRAPHICS_OUTPUT_PROTOCOL_MODE *current = display->Mode;
    if (!current || !current->Info || format_of(current->Info) == BOOT_PIXEL_NONE) {
        return 0;
    }
    const gop_mode *mode = current->Info;
    uint64_t size = UINT64_C(4) * mode->PixelsPerScanLine * mode->VerticalResolution;
    bool is_sound = current->FrameBufferBase != 0 && size <= current->FrameBufferSize &&
                    mode->PixelsPerScanLine >= mode->HorizontalResolution;
    return is_sound ? size : 0;
}

static void set_largest_linear_mode(gop *display)
{
    uint64_t largest = 0;
    UINT32 choice = 0;
    for (UINT32 number = 0; display->Mode && number < display->Mode->MaxMode; number++) {
        gop_mode *mode;
        UINTN size;
        if (EFI_ERROR(display->QueryMode(display, number, &size, &mode))) {
            continue;
        }
        uint64_t pixels = (uint64_t)mode->HorizontalResolution * mode->VerticalResolution;
        if (format_of(mode) != BOOT_PIXEL_NONE && pixels > largest) {
            largest = pixels;
            choice = number;
        }
        firmware.boot->FreePool(mode);
    }
    if (largest > 0) {
        display->SetMode(display, choice); // visible_size() sees whether it worked
    }
}

static struct boot_framebuffer framebuffer_of(const gop *display, uint64_t size)
{
    const gop_mode *mode = display->Mode->Info;
    uint64_t base = display->Mode->FrameBufferBase;
    uint64_t offset = base % PAGE_SIZE;
    const struct boot_region *region =
        region_of_device(BOOT_REGION_FRAMEBUFFER, base - offset, pages_for(offset + size));
    return (struct boot_framebuffer){
        .address = region->virtual_address + offset,
        .size = size,
        .width = mode->HorizontalResolution,
        .height = mode->VerticalResolution,
        .stride = mode->PixelsPerScanLine,
        .format = format_of(mode),
    };
}

struct boot_framebuffer framebuffer_find(void)
{
    static EFI_GUID guid = EFI_GRAPHICS_OUTPUT_PROTOCOL_GUID;
    struct boot_framebuffer framebuffer = {};
    EFI_HANDLE *handles;
    UINTN count;
    if (EFI_ERROR(
            firmware.boot->LocateHandleBuffer(ByProtocol, &guid, nullptr, &count, &handles))) {
        return framebuffer;
    }
    for (UINTN i = 0; i < count && framebuffer.format == BOOT_PIXEL_NONE; i++) {
        gop *display;
        if (EFI_ERROR(firmware.boot->HandleProtocol(handles[i], &guid, (void **)&display))) {
            continue;
        }
        if (visible_size(display) == 0) {
            set_largest_linear_mode(display);
        }
        uint64_t size = visible_size(display);
        if (size > 0) {
            framebuffer = framebuffer_of(display, size);
        }
    }
    firmware.boot->FreePool((void *)handles);
    return framebuffer;
}
