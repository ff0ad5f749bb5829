// SPDX-License-Identifier: MIT
/// judgement: which instructions want a capability, by the names that LLVM gives them.
#pragma once
#include <cell/code_scan.h>

/// What the instruction wants whose text LLVM gives, prefixes aside. Names that are in no table
/// want nothing.
enum code_class judgement_of(const char *text);
