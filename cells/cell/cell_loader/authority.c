// SPDX-License-Identifier: MIT
// Whether a cell may be loaded at all: docs/reference/authority.md is the whole of the rules.
//
// A cell of the archive stands in the archive's signed list of digests, so that one verification
// does for all of them; any other file carries a signature of its own. Either is looked at when the
// file is first loaded, and remembered by cell_store. nano_core knows the digest of the list of its
// own build, and spares that verification.
//
// Live swap:  the policy's lines are a copy: without them the policy is read anew.
// Fault:      they count from the store of their number on (atomic); else see cell_loader.c.
#include "load.h"
#include "signing_key.h"

#include <cell/policy.h>
#include <fault/logger.h>
#include <libc/string.h>

static const char list_name[] = "SIGNATURES";

STATE struct authority_state {
    struct box policy; // the lines of the policy, read when first asked for
    size_t lines;      // how many; 0: to be read
} state;

static enum status find_list(struct text *list, const char **reason)
{
    struct stored_file file;
    *reason = "the archive has no list of signatures";
    if (cell_store_find_file(text_of(list_name), &file) != STATUS_OK || file.extra)
        return STATUS_DENIED;
    *list = (struct text){(const char *)file.data, file.size};
    if (file.checked & CHECKED_SIGNATURE)
        return STATUS_OK;
    *reason = "the archive's list of signatures is not by this system's key";
    const enum status status = signature_check_list(signing_key, *list);
    if (status == STATUS_OK)
        cell_store_mark_checked(&file, CHECKED_SIGNATURE);
    return status;
}

bool cells_trust_list(const struct digest *digest)
{
    struct stored_file file;
    if (cell_store_find_file(text_of(list_name), &file) != STATUS_OK || file.extra)
        return false;
    const struct digest found = digest_of(file.data, file.size);
    if (memcmp(found.bytes, digest->bytes, sizeof found.bytes) != 0)
        return false;
    cell_store_mark_checked(&file, CHECKED_SIGNATURE);
    return true;
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
    load->vouched = load->file.checked & CHECKED_SIGNATURE;
    if (load->vouched)
        return STATUS_OK;
    const char *reason = load->file.extra ? check_own(load) : check_listed(&load->file);
    load->vouched = !reason;
    if (load->vouched) {
        cell_store_mark_checked(&load->file, CHECKED_SIGNATURE);
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

// The policy counts only as the archive's signed list has it.
static enum status find_policy(struct load *load, struct text *policy)
{
    struct stored_file file;
    if (cell_store_find_file(text_of("policy"), &file) != STATUS_OK || file.extra)
        return load_fail(load, STATUS_DENIED, 0, "the archive has no policy that could grant it");
    const char *reason = file.checked & CHECKED_SIGNATURE ? nullptr : check_listed(&file);
    if (reason)
        return load_fail(load, STATUS_DENIED, 0, "the policy grants nothing: %s", reason);
    cell_store_mark_checked(&file, CHECKED_SIGNATURE);
    *policy = (struct text){(const char *)file.data, file.size};
    return STATUS_OK;
}

static enum status read_policy(struct load *load)
{
    struct text policy = {};
    struct text refused = {};
    OWNED(box, box);
    TRY(find_policy(load, &policy));
    struct policy_lines lines = {.length = policy_room(policy)};
    if (box_allocate(lines.length * sizeof *lines.pointer, nullptr, &box) != STATUS_OK)
        return load_fail(load, STATUS_EXHAUSTED, 0, "no memory to read the policy");
    lines.pointer = box.content;
    if (policy_read(policy, &lines, &refused) != STATUS_OK)
        return load_fail(load, STATUS_DENIED, 0, "the policy breaks its rules in the line: %.*s",
                         (int)refused.length, refused.start);
    const size_t count = lines.length;
    box_drop(&state.policy);
    MOVE_TO(&state.policy, &box);
    state.lines = count;
    return STATUS_OK;
}

// As it was read; the file stays as it is.
static enum status open_policy(struct load *load, struct policy_lines *lines)
{
    if (state.lines == 0)
        TRY(read_policy(load));
    *lines = (struct policy_lines){state.policy.content, state.lines};
    return STATUS_OK;
}

// A cell among the extra files that holds no capability is no part of the system: who could use it
// to do what it may not do itself?
static bool is_open_to_all(const struct load *load, struct text name)
{
    struct load other = {.problem = load->problem};
    return cell_store_find(name, &other.file) == STATUS_OK && other.file.extra &&
           load_open(&other) == STATUS_OK && other.manifest.capabilities.length == 0;
}

static enum status refuse_right(struct load *load, const struct policy_subject *subject,
                                enum policy_right right, struct text refused)
{
    static const char *const words[] = {"needs", "capabilities"};
    static const char *const sentences[] = {
        "it needs %.*s, which the policy does not offer to it%s add the line to cells/policy: "
        "allow cell %.*s %s %.*s",
        "it asks for the capability %.*s, which the policy does not grant to it%s add the line to "
        "cells/policy: allow cell %.*s %s %.*s",
    };
    return load_fail(load, STATUS_DENIED, 0, sentences[right], (int)refused.length, refused.start,
                     load->vouched ? ":" : ", for it is unsigned: sign it, and",
                     (int)subject->name.length, subject->name.start, words[right],
                     (int)refused.length, refused.start);
}

static enum status check_right(struct load *load, struct policy_lines policy,
                               const struct policy_subject *subject, enum policy_right right)
{
    struct text refused = {};
    const bool needs = right == POLICY_NEEDS;
    struct text rest = needs ? load->manifest.needs : load->manifest.capabilities;
    enum status status = policy_check(policy, subject, right, rest, &refused);
    // Refused as a whole: is it so word by word?
    for (struct text word; status == STATUS_DENIED && text_next_part(&rest, ' ', &word);) {
        if (policy_check(policy, subject, right, word, &refused) == STATUS_DENIED &&
            !(needs && is_open_to_all(load, word)))
            return refuse_right(load, subject, right, word);
    }
    if (status == STATUS_OVERFLOW)
        return load_fail(load, status, 0, "it asks for more than 64 words in a row");
    return STATUS_OK;
}

enum status load_check_policy(struct load *load)
{
    struct policy_lines policy = {};
    const struct policy_subject subject = {
        .name = load->manifest.name,
        .kind = text_of(cell_kind_name(load->manifest.kind)),
        .name_space = namespace_home(load->within, load->cell)->name,
        .origin = !load->vouched     ? FROM_ELSEWHERE
                  : load->file.extra ? FROM_EXTRA
                                     : FROM_ARCHIVE,
    };
    TRY(open_policy(load, &policy));
    TRY(check_right(load, policy, &subject, POLICY_CAPABILITIES));
    return check_right(load, policy, &subject, POLICY_NEEDS);
}

enum status load_check_guards(struct load *load, const struct cell *provider, const char *symbol)
{
    struct text missing;
    const struct cell_description *of = &provider->description;
    if (of->guards.length == 0 ||
        policy_may_use(of->guards, load->manifest.capabilities, text_of(symbol), &missing))
        return STATUS_OK;
    return load_fail(load, STATUS_DENIED, 0,
                     "it uses %s, which %.*s keeps for holders of %.*s: add to its cell(): "
                     "CAPABILITIES %.*s",
                     symbol, (int)of->name.length, of->name.start, (int)missing.length,
                     missing.start, (int)missing.length, missing.start);
}
