// SPDX-License-Identifier: MIT
/// scenarios: functions that own, in every way the language allows.
#pragma once

struct scenario {
    const char *name;
    void (*run)(void);
};

extern const struct scenario scenarios[];        ///< ended by a null name
extern const struct scenario broken_scenarios[]; ///< each breaks the order on purpose
