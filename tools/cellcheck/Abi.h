// SPDX-License-Identifier: MIT
/// Abi: writes what a translation unit offers to other cells and what it was compiled against; the
/// build's `abi_join` makes the section `.cell.abi` of it (docs/reference/cell_abi.md).
#pragma once

#include "AbiText.h"

namespace cellcheck
{

/// The file, beside the object, that describes it.
std::string abiFile(llvm::StringRef Object);

/// What goes to the file: canonical texts, each with its hash. `Owner` is the cell whose private
/// headers are seen: `Cell`, or the one that it tests.
std::string describeAbi(clang::ASTContext &Context, AbiHeaders &Headers, llvm::StringRef Cell,
                        llvm::StringRef Owner);

} // namespace cellcheck
