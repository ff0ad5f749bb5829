// SPDX-License-Identifier: MIT
// S + A for absolute fields, S + A - P for relative ones (table 4.9's letters).
//
// Live swap:  nothing is remembered.
// Fault:      a field is written by one store of its size, or not at all.
#include <cell/relocation.h>
#include <libc/string.h>

enum relocation_type : uint32_t {
    TYPE_64 = 1,
    TYPE_PC32 = 2,
    TYPE_PLT32 = 4,
    TYPE_32 = 10,
    TYPE_32S = 11,
    TYPE_PC64 = 24,
};

static const struct rule {
    const char *name;
    uint32_t type;
    uint8_t size;
    bool relative;
    bool is_signed;
} rules[] = {
    {"R_X86_64_64", TYPE_64, 8, false, true},      {"R_X86_64_PC32", TYPE_PC32, 4, true, true},
    {"R_X86_64_PLT32", TYPE_PLT32, 4, true, true}, {"R_X86_64_32", TYPE_32, 4, false, false},
    {"R_X86_64_32S", TYPE_32S, 4, false, true},    {"R_X86_64_PC64", TYPE_PC64, 8, true, true},
};

static const struct rule *find_rule(uint32_t type)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].type == type)
            return &rules[i];
    return nullptr;
}

size_t relocation_size(uint32_t type)
{
    const struct rule *rule = find_rule(type);
    return rule ? rule->size : 0;
}

const char *relocation_name(uint32_t type)
{
    const struct rule *rule = find_rule(type);
    return rule ? rule->name : "an unknown type";
}

enum status relocation_apply(const struct relocation *relocation, void *bytes)
{
    const struct rule *rule = find_rule(relocation->type);
    if (!rule)
        return STATUS_UNSUPPORTED;
    uint64_t value = relocation->symbol + (uint64_t)relocation->addend;
    if (rule->relative)
        value -= relocation->place;
    if (rule->size == 8) {
        memcpy(bytes, &value, 8);
        return STATUS_OK;
    }
    const uint32_t field = (uint32_t)value;
    const uint64_t back = rule->is_signed ? (uint64_t)(int64_t)(int32_t)field : field;
    if (back != value)
        return STATUS_OVERFLOW;
    memcpy(bytes, &field, 4);
    return STATUS_OK;
}
