// SPDX-License-Identifier: MIT
/// Whatever the text is, manifest_parse() answers, and what it accepts is printable, in the source
/// and as named in manifest.h.
#include <stdint.h>
#include <stdlib.h>

#include <cell/manifest.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_text(struct text text, struct text source)
{
    if (text.length == 0)
        return;
    if (text.start < source.start || text.start + text.length > source.start + source.length)
        abort();
    for (size_t i = 0; i < text.length; i++)
        if (text.start[i] < ' ' || text.start[i] > '~')
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct manifest manifest;
    const char *reason;
    const struct text source = {(const char *)bytes, size};
    const enum status status = manifest_parse(source, &manifest, &reason);
    if ((status == STATUS_OK) != !reason)
        abort();
    if ((status == STATUS_OK) != (manifest.name.length > 0 && manifest.version.length > 0))
        abort();
    const struct text fields[] = {manifest.name,    manifest.version,      manifest.license,
                                  manifest.purpose, manifest.needs,        manifest.capabilities,
                                  manifest.start,   manifest.evolved_from, manifest.stop,
                                  manifest.renames, manifest.guards};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        check_text(fields[i], source);
    return 0;
}
