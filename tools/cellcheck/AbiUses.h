// SPDX-License-Identifier: MIT
/// AbiUses: what of other cells' headers was compiled into this one.
#pragma once

#include "AbiHeaders.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "llvm/ADT/SetVector.h"

namespace cellcheck
{

/// Walks what stands in the cell's own files, and from there each inline function and constant
/// object that is used.
class AbiUses : public clang::RecursiveASTVisitor<AbiUses>
{
  public:
    AbiUses(AbiHeaders &Headers, llvm::StringRef Cell) : Headers(Headers), Cell(Cell)
    {
    }

    void walk(clang::TranslationUnitDecl *Unit);

    /// Enumerators, constant objects, functions with bodies and structures of other headers.
    const llvm::SetVector<const clang::NamedDecl *> &used() const
    {
        return Used;
    }

    /// Whether it is a constant object that its header defines.
    static bool isConstant(const clang::VarDecl *Variable);

    bool VisitDeclRefExpr(clang::DeclRefExpr *Reference);
    bool VisitVarDecl(clang::VarDecl *Variable);
    bool VisitFieldDecl(clang::FieldDecl *Field);
    bool VisitExpr(clang::Expr *Expression);
    bool VisitMemberExpr(clang::MemberExpr *Member);
    bool VisitUnaryExprOrTypeTraitExpr(clang::UnaryExprOrTypeTraitExpr *Trait);
    bool VisitOffsetOfExpr(clang::OffsetOfExpr *Offset);
    bool VisitBinaryOperator(clang::BinaryOperator *Operator);
    bool VisitUnaryOperator(clang::UnaryOperator *Operator);

  private:
    void use(const clang::NamedDecl *Declaration);
    void useFunction(const clang::FunctionDecl *Function);
    /// The structure whose size and members a value of this type has.
    void useLayout(clang::QualType Type);
    void follow(const clang::Decl *Declaration);

    AbiHeaders &Headers;
    std::string Cell;
    llvm::SetVector<const clang::NamedDecl *> Used;
    llvm::SetVector<const clang::Decl *> Left; ///< to walk
};

} // namespace cellcheck
