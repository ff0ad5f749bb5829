// SPDX-License-Identifier: MIT
// Whether a cell may be loaded at all: docs/reference/authority.md is the whole of the rules.
//
// A cell of the archive stands in the archive's signed list of digests, so that one verification
// does for all of them; any other file carries a signature of its own. Either is looked at when the
// file is first loaded, and remembered by cell_store.
//
// Live swap:  nothing is remembered.
// Fault:      see cell_loader.c.
#include "load.h"
#include "signing_key.h"

#include <fault/logger.h>

static const char list_name[] = "SIGNATURES";

static enum status find_list(struct text *list, const char **reason)
{
    struct stored_file file;
    *reason = "the archive has no list of signatures";
    if (cell_store_find_file(text_of(list_name), &file) != STATUS_OK || file.extra)
        return STATUS_DENIED;
    *list = (struct text){(const char *)file.data, file.size};
    if (file.checked)
        return STATUS_OK;
    *reason = "the archive's list of signatures is not by this system's key";
    const enum status status = signature_check_list(signing_key, *list);
    if (status == STATUS_OK)
        cell_store_mark_checked(&file);
    return status;
}

// Null, or what is wrong.
static const char *check_listed(const struct stored_file *file)
{
    struct text list;
    const char *reason;
    if (find_list(&list, &reason) != STATUS_OK)
        return reason;
    const struct digest digest = digest_of(file->data, file->size);
    if (!signature_list_has(list, file->name, &digest))
        return "it was changed after the archive was signed";
    return nullptr;
}

static const char *check_own(const struct load *load)
{
    Elf64_Shdr section;
    const size_t index = elf_find_section(&load->elf, ".cell.signature");
    if (index == 0 || gelf_getshdr(&load->elf, index, &section) != STATUS_OK ||
        section.sh_type == SHT_NOBITS || section.sh_size != SIGNATURE_SECTION_SIZE)
        return "it is not signed";
    switch (
        signature_check_object(signing_key, load->file.data, load->file.size, section.sh_offset)) {
    case STATUS_OK:
        return nullptr;
    case STATUS_UNSUPPORTED:
        return "its signature is of a version that this system does not read";
    default:
        return "its signature is not by this system's key, or it was changed after signing";
    }
}

enum status load_authenticate(struct load *load)
{
    load->vouched = load->file.checked;
    if (load->vouched)
        return STATUS_OK;
    const char *reason = load->file.extra ? check_own(load) : check_listed(&load->file);
    load->vouched = !reason;
    if (load->vouched) {
        cell_store_mark_checked(&load->file);
        return STATUS_OK;
    }
    if (load->waived) {
        log_warning("%s is loaded all the same, by --unsigned: %s", load->name, reason);
        return STATUS_OK;
    }
    return load_fail(load, STATUS_DENIED, 0,
                     "%s: build it with this system's key, or load it by: cells load --unsigned "
                     "%.*s",
                     reason, (int)load->manifest.name.length, load->manifest.name.start);
}
