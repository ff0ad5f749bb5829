// SPDX-License-Identifier: MIT
// Options: `key=value` words, `#` starts a comment that ends with its line.
#include "nano_core.h"

#include <fault/logger.h>

static enum status set_log(struct text value)
{
    enum log_level level;
    TRY(log_level_parse(value, &level));
    log_set_level(level);
    return STATUS_OK;
}

static const struct option {
    const char *key;
    const char *values;
    enum status (*set)(struct text value);
} options[] = {
    {"log", "error, warning, notice or debug", set_log},
};

static void apply_word(struct text word)
{
    struct text value = word;
    struct text key;
    text_next_part(&value, '=', &key);
    if (value.length > 0) // over the `=` itself
        value = (struct text){value.start + 1, value.length - 1};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        if (!text_equal(key, text_of(options[i].key)))
            continue;
        if (options[i].set(value) != STATUS_OK)
            log_warning("option %s: %.*s is not one of %s: the default stays", options[i].key,
                        (int)value.length, value.start, options[i].values);
        return;
    }
    log_warning("unknown option %.*s: it has no effect", (int)key.length, key.start);
}

static void apply_line(struct text line)
{
    struct text comment = line;
    struct text code = {};
    struct text word;
    if (line.length > 0 && *line.start != '#')
        text_next_part(&comment, '#', &code);
    while (text_next_part(&code, ' ', &word))
        apply_word(word);
}

void boot_options(const struct boot_info *info)
{
    struct text rest = text_of(boot_pointer(info->options));
    struct text line;
    while (text_next_part(&rest, '\n', &line)) {
        if (text_ends_with(line, text_of("\r")))
            line.length--;
        apply_line(line);
    }
}
