// SPDX-License-Identifier: MIT
/// Resolver: which places an expression denotes, and whose content it borrows, at one point.
#pragma once

#include "FlowState.h"

namespace cellcheck
{

using PathList = llvm::SmallVector<PathId, 2>;

class Resolver
{
  public:
    Resolver(Paths &Places, TypeFacts &Types, clang::ASTContext &Context)
        : Places(Places), Types(Types), Context(Context)
    {
    }

    /// The point at which expressions are resolved from now on.
    void at(const FlowState *Now)
    {
        State = Now;
    }

    /// The places that an lvalue can be. More than one: it is one of them.
    PathList lvalue(const clang::Expr *E);

    /// The places that a pointer can point to.
    PathList pointee(const clang::Expr *E);

    /// What the pointers in the value of an expression can point to.
    Holder borrows(const clang::Expr *E);

    /// The variable that an lvalue is or is part of, without following a pointer; or null.
    static const clang::VarDecl *variable(const clang::Expr *E);

  private:
    PathList elements(const clang::ArraySubscriptExpr *E);
    PathList variablePointee(const clang::DeclRefExpr *E, clang::QualType Type);
    void borrowAddress(const clang::Expr *Place, Holder &Result);
    void borrowCall(const clang::CallExpr *Call, Holder &Result);
    void borrowContent(const clang::Expr *E, Holder &Result);

    Paths &Places;
    TypeFacts &Types;
    clang::ASTContext &Context;
    const FlowState *State = nullptr;
};

} // namespace cellcheck
