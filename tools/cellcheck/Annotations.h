// SPDX-License-Identifier: MIT
/// Annotations: what a declaration says about ownership, in the words of <cell/annotations.h>.
#pragma once

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/DenseMap.h"

#include <optional>
#include <string>

namespace cellcheck
{

/// Whether D, or another declaration of the same thing, is tagged `Name`.
bool hasTag(const clang::Decl *D, llvm::StringRef Name);

/// What UNSAFE(kind, reason) says.
struct UnsafeMark {
    std::string Kind;
    std::string Reason;
};
std::optional<UnsafeMark> unsafeMark(const clang::Decl *D);

/// The initialiser or operand below parentheses and casts of any kind.
const clang::Expr *strip(const clang::Expr *E);

/// Whether a compound literal or an initialiser writes nothing but zeros.
bool isZeroInitialiser(const clang::Expr *E);

/// The member of an affine structure that says whether it owns; null if there is none.
const clang::FieldDecl *liveWord(clang::QualType Type);

/// Answers about types are remembered: the same few types are asked for again and again.
class TypeFacts
{
  public:
    /// A structure that is AFFINE.
    bool isAffine(clang::QualType Type) const;

    /// An affine type, or a structure or array with an affine part.
    bool holdsAffine(clang::QualType Type);

    /// A pointer, or a structure or array with one in it: something that can hold a borrow.
    bool holdsPointer(clang::QualType Type);

  private:
    using Question = bool (TypeFacts::*)(clang::QualType);
    using Answers = llvm::DenseMap<const clang::RecordDecl *, bool>;

    bool anyField(clang::QualType Type, Answers &Known, Question Ask);

    Answers AffineRecords;
    Answers PointerRecords;
};

/// How a parameter treats the slot that its argument points to.
enum class ParameterRole { Borrows, Takes, Fills };

/// The parameters of a call's callee, also where that is a pointer to a function whose declaration
/// names its parameters.
class CalleeFacts
{
  public:
    explicit CalleeFacts(const clang::CallExpr *Call);

    const clang::FunctionDecl *function() const
    {
        return Function;
    }
    llvm::StringRef name() const;
    bool is(llvm::StringRef Name) const
    {
        return name() == Name;
    }
    /// Null where the callee's declaration does not show it.
    const clang::ParmVarDecl *parameter(unsigned Index) const;
    ParameterRole role(unsigned Index) const;

  private:
    const clang::FunctionDecl *Function = nullptr;
    llvm::SmallVector<const clang::ParmVarDecl *, 8> Parameters;
};

} // namespace cellcheck
