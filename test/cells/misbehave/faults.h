// SPDX-License-Identifier: MIT
/// Faults on request; private to misbehave.
#pragma once
#include <cell/text.h>

/// Does what `word` says, which should not return. False: there is no such word.
bool fault(struct text word, int *status);
