// SPDX-License-Identifier: MIT
/// Whatever is done to mappings, in whatever order, is as a simple model says, and no frame is
/// lost.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <test/host/mapping_model.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *problem = mapping_model_run(bytes, size < 600 ? size : 600);
    if (problem) {
        fprintf(stderr, "expected %s\n", problem);
        abort();
    }
    return 0;
}
