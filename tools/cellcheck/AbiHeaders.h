// SPDX-License-Identifier: MIT
/// AbiHeaders: whose header a declaration stands in, what a header includes, and the tokens of the
/// translation unit as the parser got them.
///
/// The build gives each cell an include folder `.../NAME` for every cell that it may see, in which
/// only <SUBSYSTEM/NAME.h> is found; the vocabulary is found in a folder of that name.
#pragma once

#include "clang/AST/Decl.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/PPCallbacks.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace cellcheck
{

inline constexpr llvm::StringLiteral VocabularyName = "vocabulary";

/// The files that a header shows: itself and all that it includes.
using FileSet = llvm::DenseSet<const clang::FileEntry *>;

class AbiHeaders
{
  public:
    /// Starts to listen to the preprocessor. `Cell` is the one that is compiled.
    AbiHeaders(clang::Preprocessor &Source, llvm::StringRef Cell);

    /// The cell, or "vocabulary", whose public header a place is in; empty for all other places.
    llvm::StringRef owner(clang::SourceLocation Where) const;
    /// Whether a place is in a header of the compiler.
    bool isSystem(clang::SourceLocation Where) const;
    const clang::FileEntry *file(clang::SourceLocation Where) const;
    /// All that the file of `Where` includes, directly or not.
    const FileSet &shownBy(clang::SourceLocation Where);

    /// The tokens from the one at `First` to the one at `Last`; a line ends after `;`, `{` and `}`.
    /// The name of a parameter becomes `_N`, N its place; those of locals are numbered on, in the
    /// order in which they appear.
    std::string tokens(clang::SourceLocation First, clang::SourceLocation Last,
                       const std::vector<std::string> &Parameters,
                       const std::vector<std::string> &Locals);

    /// The text of a macro, its parameters numbered in the same way.
    std::string macro(llvm::StringRef Name, const clang::MacroInfo *Info) const;

    struct MacroUse {
        std::string Name;
        const clang::MacroInfo *Info;
    };
    /// Macros of other cells' public headers that the cell's own files use.
    const std::map<std::string, MacroUse> &usedMacros() const
    {
        return Used;
    }
    clang::Preprocessor &preprocessor()
    {
        return Source;
    }

  private:
    class Listener;
    struct Piece {
        clang::tok::TokenKind Kind;
        llvm::StringRef Text;
    };

    void note(const clang::Token &Token);
    static Piece pieceOf(const clang::Token &Token);

    clang::Preprocessor &Source;
    std::string Cell;
    llvm::DenseMap<const clang::FileEntry *, std::string> Owners;
    llvm::DenseMap<const clang::FileEntry *, std::vector<const clang::FileEntry *>> Includes;
    llvm::DenseMap<const clang::FileEntry *, FileSet> Shown;
    std::map<std::string, MacroUse> Used;
    std::vector<Piece> Pieces;
    std::vector<unsigned> Places;                  ///< of the pieces, as raw locations
    llvm::DenseMap<unsigned, unsigned> IndexOfRaw; ///< filled at the first question
};

} // namespace cellcheck
