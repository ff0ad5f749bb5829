// SPDX-License-Identifier: MIT
#include "AbiUses.h"
#include "AbiText.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"

using namespace clang;

namespace cellcheck
{

void AbiUses::walk(TranslationUnitDecl *Unit)
{
    for (const Decl *D : Unit->decls())
        if (D->getLocation().isValid() && Headers.owner(D->getLocation()).empty() &&
            !Headers.isSystem(D->getLocation()))
            follow(D);
    for (size_t I = 0; I < Left.size(); I++) // it grows
        TraverseDecl(const_cast<Decl *>(Left[I]));
}

void AbiUses::follow(const Decl *Declaration)
{
    Left.insert(Declaration);
}

void AbiUses::use(const NamedDecl *Declaration)
{
    const StringRef Owner = Headers.owner(Declaration->getLocation());
    const bool IsWithinBody = Declaration->getParentFunctionOrMethod() != nullptr;
    if (!Owner.empty() && Owner != Cell && !IsWithinBody)
        Used.insert(Declaration);
}

void AbiUses::useFunction(const FunctionDecl *Function)
{
    const FunctionDecl *Definition = nullptr;
    if (!Function->hasBody(Definition) || Headers.owner(Definition->getLocation()).empty())
        return;
    use(Definition);
    follow(Definition);
}

void AbiUses::useLayout(QualType Type)
{
    if (Type.isNull())
        return;
    const auto *Record = Type.getCanonicalType()->getBaseElementTypeUnsafe()->getAs<RecordType>();
    const RecordDecl *Definition = Record ? Record->getDecl()->getDefinition() : nullptr;
    if (Definition && !AbiText::tagName(Definition).empty())
        use(Definition);
}

bool AbiUses::isConstant(const VarDecl *Variable)
{
    return Variable->isFileVarDecl() && Variable->getType().isConstQualified() &&
           Variable->hasInit() && !Variable->isExternallyVisible();
}

bool AbiUses::VisitDeclRefExpr(DeclRefExpr *Reference)
{
    const ValueDecl *Declaration = Reference->getDecl();
    if (isa<EnumConstantDecl>(Declaration))
        use(Declaration);
    else if (const auto *Function = dyn_cast<FunctionDecl>(Declaration))
        useFunction(Function);
    else if (const auto *Variable = dyn_cast<VarDecl>(Declaration)) {
        const VarDecl *Definition = Variable->getInitializingDeclaration();
        if (Definition && isConstant(Definition) &&
            !Headers.owner(Definition->getLocation()).empty()) {
            use(Definition);
            follow(Definition);
        }
    }
    return true;
}

bool AbiUses::VisitVarDecl(VarDecl *Variable)
{
    if (const auto *Cleanup = Variable->getAttr<CleanupAttr>())
        useFunction(Cleanup->getFunctionDecl());
    if (!Variable->hasExternalStorage())
        useLayout(Variable->getType());
    return true;
}

bool AbiUses::VisitFieldDecl(FieldDecl *Field)
{
    useLayout(Field->getType());
    return true;
}

bool AbiUses::VisitExpr(Expr *Expression)
{
    useLayout(Expression->getType());
    return true;
}

bool AbiUses::VisitMemberExpr(MemberExpr *Member)
{
    const RecordDecl *Record = dyn_cast<RecordDecl>(Member->getMemberDecl()->getDeclContext());
    if (Record && !AbiText::tagName(Record).empty())
        use(Record);
    return true;
}

bool AbiUses::VisitUnaryExprOrTypeTraitExpr(UnaryExprOrTypeTraitExpr *Trait)
{
    useLayout(Trait->getTypeOfArgument());
    return true;
}

bool AbiUses::VisitOffsetOfExpr(OffsetOfExpr *Offset)
{
    useLayout(Offset->getTypeSourceInfo()->getType());
    return true;
}

bool AbiUses::VisitBinaryOperator(BinaryOperator *Operator)
{
    if (Operator->isAdditiveOp() || Operator->isCompoundAssignmentOp())
        for (const Expr *Operand : {Operator->getLHS(), Operator->getRHS()})
            useLayout(Operand->getType()->getPointeeType());
    return true;
}

bool AbiUses::VisitUnaryOperator(UnaryOperator *Operator)
{
    if (Operator->isIncrementDecrementOp())
        useLayout(Operator->getSubExpr()->getType()->getPointeeType());
    return true;
}

} // namespace cellcheck
