// SPDX-License-Identifier: MIT
/// Rules: those that need no walk through the function, each in a file of its own. The visitor in
/// Body.cpp shows them every statement of a function once.
#pragma once

#include "Annotations.h"
#include "Findings.h"

namespace cellcheck
{

/// What every rule needs.
struct Checker {
    clang::ASTContext &Context;
    TypeFacts &Types;
    Findings &Report;
};

/// Copy.cpp: affine values are not copied, and not declared to be.
void checkSignatureCopies(Checker &Check, const clang::FunctionDecl *Function);
void checkCopy(Checker &Check, const clang::CastExpr *Cast);
void checkMemoryCopy(Checker &Check, const clang::CallExpr *Call);

/// NotOwned.cpp: an affine local is OWNED.
void checkOwned(Checker &Check, const clang::FunctionDecl *Function,
                const clang::VarDecl *Variable);
void checkOwned(Checker &Check, const clang::CompoundLiteralExpr *Temporary);

/// StateRule.cpp: mutable static data is STATE, at file scope.
void checkState(Checker &Check, const clang::VarDecl *Variable);

/// Unsafe.cpp: what needs UNSAFE, and what UNSAFE needs.
void checkCast(Checker &Check, const clang::CastExpr *Cast);
void checkAssembly(Checker &Check, const clang::GCCAsmStmt *Assembly);
void checkAssembly(Checker &Check, const clang::FileScopeAsmDecl *Assembly);
void checkReason(Checker &Check, const clang::FunctionDecl *Function);

/// Blocks.cpp: what may wait or loop without bound says so.
void checkBlocksSignature(Checker &Check, const clang::FunctionDecl *Function);
void checkBlocksCall(Checker &Check, const clang::FunctionDecl *Caller, const clang::CallExpr *Call,
                     bool IsWrapped);
void checkLoop(Checker &Check, const clang::FunctionDecl *Function, const clang::Stmt *Loop,
               const clang::Expr *Condition, const clang::Stmt *Body);
/// Whether a loop's condition asks for STATUS_EVOLVED: the loop is the wrapper of a BLOCKS call.
bool isWrapperCondition(const clang::Expr *Condition);

/// StaticPointer.cpp: a pointer to a function or static object is not kept raw.
void checkStaticPointer(Checker &Check, const clang::BinaryOperator *Assignment);
void checkStaticPointer(Checker &Check, const clang::VarDecl *Variable);

/// Body.cpp: all of the above, and the ownership of one function.
void checkFunction(Checker &Check, const clang::FunctionDecl *Function);

} // namespace cellcheck
