// SPDX-License-Identifier: MIT
// Written, made executable, run.
#include <memory/mapped_pages.h>

enum status run(TAKES(struct mapped_pages_mut) from)
{
    OWNED(mapped_pages_exec, code);
    SLICE_AT(mapped_bytes_mut(from), 0) = 0xc3;
    mapped_pages_seal(from, &code);
    mapped_entry(&code, 0)();
    return STATUS_OK;
}
