// SPDX-License-Identifier: MIT
/// files: see the header.
///
/// Each file is read by one call straight to the pages where it stays.
#include "files.h"

#include "firmware.h"
#include "regions.h"
#include "stop.h"

#define WRITE_AGAIN "; write the image again"

/// An EFI_FILE_INFO with room for the longest name of a FAT volume.
union entry {
    EFI_FILE_INFO info;
    uint8_t room[1024];
};

static unsigned long long error_number(EFI_STATUS status)
{
    return status & ~EFI_ERROR_MASK;
}

/// The path of a file on the volume, for a sentence.
static const char *path_of(const char *name)
{
    static struct sentence path;
    sentence_write(&path, "\\theoris\\%s", name);
    for (char *at = path.text; *at != '\0'; at++) {
        *at = *at == '/' ? '\\' : *at;
    }
    return path.text;
}

static EFI_FILE_HANDLE volume_open(void)
{
    static EFI_GUID guid = SIMPLE_FILE_SYSTEM_PROTOCOL;
    EFI_FILE_IO_INTERFACE *file_system;
    EFI_FILE_HANDLE root;
    if (EFI_ERROR(firmware.boot->HandleProtocol(firmware_loaded_image()->DeviceHandle, &guid,
                                                (void **)&file_system)) ||
        EFI_ERROR(file_system->OpenVolume(file_system, &root))) {
        stop("the volume that the loader was started from cannot be read; start it from a disk "
             "with a FAT file system");
    }
    return root;
}

static void read_info(EFI_FILE_HANDLE file, union entry *entry, const char *name)
{
    static EFI_GUID guid = EFI_FILE_INFO_ID;
    UINTN size = sizeof *entry;
    EFI_STATUS status = file->GetInfo(file, &guid, &size, entry);
    if (EFI_ERROR(status)) {
        stop("%s cannot be read (firmware error %llu)" WRITE_AGAIN, path_of(name),
             error_number(status));
    }
}

/// Null if there is none.
static EFI_FILE_HANDLE try_open(EFI_FILE_HANDLE folder, CHAR16 *path, const char *name)
{
    EFI_FILE_HANDLE file;
    EFI_STATUS status = folder->Open(folder, &file, path, EFI_FILE_MODE_READ, 0);
    if (status == EFI_NOT_FOUND) {
        return nullptr;
    }
    if (EFI_ERROR(status)) {
        stop("%s cannot be opened (firmware error %llu)" WRITE_AGAIN, path_of(name),
             error_number(status));
    }
    return file;
}

static uint64_t size_of(EFI_FILE_HANDLE file, const char *name)
{
    union entry entry;
    read_info(file, &entry, name);
    if (entry.info.Attribute & EFI_FILE_DIRECTORY) {
        stop("%s is a folder and should be a file" WRITE_AGAIN, path_of(name));
    }
    return entry.info.FileSize;
}

static void read_all(EFI_FILE_HANDLE file, uint8_t *to, uint64_t size, const char *name)
{
    for (uint64_t done = 0; done < size;) {
        UINTN part = size - done;
        EFI_STATUS status = file->Read(file, &part, to + done);
        if (EFI_ERROR(status) || part == 0) {
            stop("%s cannot be read beyond byte %llu of %llu (firmware error %llu)"
                 "; check the disk, then write the image again",
                 path_of(name), (unsigned long long)done, (unsigned long long)size,
                 error_number(status));
        }
        done += part;
    }
}

static void keep_file(struct loaded_files *files, EFI_FILE_HANDLE file, const char *name)
{
    uint64_t size = size_of(file, name);
    uint64_t pages = pages_for(size);
    const struct boot_region *region = region_in_boot_area(BOOT_REGION_FILE, 0, pages);
    uint8_t *bytes = region_memory(region);
    read_all(file, bytes, size, name);
    __builtin_memset(bytes + size, 0, pages * PAGE_SIZE - size);
    file->Close(file);
    files->list = firmware_array_room(files->list, files->count, sizeof *files->list);
    files->list[files->count++] = (struct loaded_file){
        .name = name,
        .bytes = bytes,
        .size = size,
        .virtual_address = region->virtual_address,
    };
}

static void keep_needed(struct loaded_files *files, EFI_FILE_HANDLE root, CHAR16 *path,
                        const char *name)
{
    EFI_FILE_HANDLE file = try_open(root, path, name);
    if (!file) {
        stop("%s is missing on the volume that the loader was started from" WRITE_AGAIN,
             path_of(name));
    }
    keep_file(files, file, name);
}

static void read_options(struct loaded_files *files, EFI_FILE_HANDLE root)
{
    EFI_FILE_HANDLE file = try_open(root, L"\\theoris\\options.txt", "options.txt");
    if (!file) {
        return;
    }
    files->options_size = size_of(file, "options.txt");
    char *text = firmware_memory(files->options_size + 1); // not every pool gives nothing
    read_all(file, (uint8_t *)text, files->options_size, "options.txt");
    files->options = text;
    file->Close(file);
}

/// "extra/NAME" in the pool.
static const char *extra_name(const CHAR16 *name)
{
    static const char folder[] = "extra/";
    uint64_t length = 0;
    bool is_ascii = true;
    while (name[length] != 0) {
        is_ascii = is_ascii && name[length] >= ' ' && name[length] <= '~';
        length++;
    }
    char *text = firmware_memory(sizeof folder + length);
    __builtin_memcpy(text, folder, sizeof folder - 1);
    for (uint64_t i = 0; i <= length; i++) {
        bool is_shown = name[i] <= '~' && (name[i] >= ' ' || i == length);
        text[sizeof folder - 1 + i] = is_shown ? (char)name[i] : '?';
    }
    if (!is_ascii) {
        stop("the file name %s has a character that is not ASCII (shown as ?); rename "
             "the file",
             path_of(text));
    }
    return text;
}

static void read_extra_files(struct loaded_files *files, EFI_FILE_HANDLE root)
{
    EFI_FILE_HANDLE folder = try_open(root, L"\\theoris\\extra", "extra");
    if (!folder) {
        return;
    }
    union entry entry;
    read_info(folder, &entry, "extra");
    if (!(entry.info.Attribute & EFI_FILE_DIRECTORY)) {
        stop("\\theoris\\extra is a file and should be a folder; remove it");
    }
    for (;;) {
        UINTN size = sizeof entry;
        EFI_STATUS status = folder->Read(folder, &size, &entry);
        if (EFI_ERROR(status)) {
            stop("the folder \\theoris\\extra cannot be read (firmware error %llu)" WRITE_AGAIN,
                 error_number(status));
        }
        if (size == 0) {
            break;
        }
        if (entry.info.Attribute & EFI_FILE_DIRECTORY) {
            continue;
        }
        const char *name = extra_name(entry.info.FileName);
        EFI_FILE_HANDLE file = try_open(folder, entry.info.FileName, name);
        if (!file) {
            stop("%s is listed in its folder and cannot be found" WRITE_AGAIN, path_of(name));
        }
        keep_file(files, file, name);
    }
    folder->Close(folder);
}

void files_read(struct loaded_files *files)
{
    EFI_FILE_HANDLE root = volume_open();
    *files = (struct loaded_files){};
    keep_needed(files, root, L"\\theoris\\nano_core.elf", "nano_core.elf");
    keep_needed(files, root, L"\\theoris\\cells.img", "cells.img");
    read_options(files, root);
    read_extra_files(files, root);
    root->Close(root);
}
