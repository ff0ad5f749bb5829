// SPDX-License-Identifier: MIT
/// status: how a function says whether it worked. One small vocabulary for the whole system.
#pragma once

enum [[nodiscard]] status {
#define STATUS(name, sentence) STATUS_##name,
#include <cell/status.def>
#undef STATUS
};

/// The sentence of `status`, without a full stop; static text.
static inline const char *status_sentence(enum status status)
{
    switch (status) {
#define STATUS(name, sentence)                                                                     \
    case STATUS_##name:                                                                            \
        return sentence;
#include <cell/status.def>
#undef STATUS
    }
    return "an unknown status";
}

/// Returns from the function that contains it with the status of `call`, unless that is STATUS_OK.
#define TRY(call)                                                                                  \
    do {                                                                                           \
        const enum status try_status = (call);                                                     \
        if (try_status != STATUS_OK)                                                               \
            return try_status;                                                                     \
    } while (0)
