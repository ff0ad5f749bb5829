// SPDX-License-Identifier: MIT
/// Findings: one place through which every rule reports, so that all messages look alike:
///
///     file:line:column: error: [cellcheck-RULE] what is wrong, and with which owner
///     file:line:column: note: where it was acquired, and each step of the path
///     file:line:column: note: write instead: ...
///
/// In a function marked UNSAFE the rules about ownership and unsafe constructs are counted instead
/// of reported: a function in which nothing was counted needs no UNSAFE.
#pragma once

#include "clang/AST/Decl.h"
#include "clang/Basic/Diagnostic.h"

#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace cellcheck
{

enum class Rule {
    Leak,
    DoubleDrop,
    UseAfterMove,
    Copy,
    Overwrite,
    NotOwned,
    BorrowEscape,
    RawStaticPointer,
    Blocks,
    State,
    Unsafe,
    UnsafeReason,
};

struct Note {
    clang::SourceLocation Location;
    std::string Text;
};

struct Finding {
    Rule Kind;
    clang::SourceLocation Location;
    std::string Text;
    std::vector<Note> Path;
    std::string Instead; ///< what to write; follows "write instead: "
};

class Findings
{
  public:
    Findings(clang::DiagnosticsEngine &Engine, bool AsErrors);

    /// Reports, once for each place, rule and text.
    void report(const Finding &What);

    /// Findings that follow lie in Function, or with null in none, until the next call.
    void enter(const clang::FunctionDecl *Function);

    /// Something that is allowed anywhere, but is reason enough for UNSAFE.
    void justifyUnsafe()
    {
        Covered++;
    }

    /// How many findings UNSAFE has covered since enter().
    unsigned covered() const
    {
        return Covered;
    }

  private:
    clang::SourceLocation place(clang::SourceLocation Location) const;

    clang::DiagnosticsEngine &Engine;
    unsigned Message;
    unsigned Remark;
    bool InUnsafe = false;
    unsigned Covered = 0;
    std::set<std::tuple<unsigned, Rule, std::string>> Reported;
};

} // namespace cellcheck
