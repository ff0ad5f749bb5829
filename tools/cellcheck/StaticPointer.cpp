// SPDX-License-Identifier: MIT
// A raw pointer to a function, to a constant object or to a text of a cell, kept in memory that
// outlives the call, would point into the old cell after a swap. A struct binding is rewritten.
#include "Rules.h"

using namespace clang;

namespace cellcheck
{

static const char Text[] = "a text";

static bool isBinding(QualType Type)
{
    const RecordDecl *Record = Type.isNull() ? nullptr : Type->getAsRecordDecl();
    return Record && Record->getName() == "binding";
}

/// The variable in which an lvalue lies; null if a pointer is followed to it.
static const VarDecl *rootOf(const Expr *Place)
{
    Place = strip(Place);
    if (const auto *Member = dyn_cast<MemberExpr>(Place))
        return Member->isArrow() ? nullptr : rootOf(Member->getBase());
    if (const auto *Element = dyn_cast<ArraySubscriptExpr>(Place)) {
        const Expr *Base = strip(Element->getBase());
        return Base->getType()->isArrayType() ? rootOf(Base) : nullptr;
    }
    const auto *Reference = dyn_cast<DeclRefExpr>(Place);
    return Reference ? dyn_cast<VarDecl>(Reference->getDecl()) : nullptr;
}

/// What of its own cell a pointer points to, in words; empty if it is nothing static.
static std::string target(const Expr *Value, bool FromState)
{
    Value = strip(Value);
    if (!Value)
        return {};
    if (isa<StringLiteral>(Value))
        return Text;
    if (const auto *Choice = dyn_cast<ConditionalOperator>(Value)) {
        const std::string First = target(Choice->getTrueExpr(), FromState);
        return First.empty() ? target(Choice->getFalseExpr(), FromState) : First;
    }
    const auto *Reference = dyn_cast<DeclRefExpr>(Value);
    if (Reference && isa<FunctionDecl>(Reference->getDecl()))
        return "the function '" + Reference->getDecl()->getNameAsString() + "'";
    const VarDecl *Variable = nullptr;
    const auto *Operator = dyn_cast<UnaryOperator>(Value);
    if (Operator && Operator->getOpcode() == UO_AddrOf)
        return target(Operator->getSubExpr(), FromState);
    if (Value->isLValue())
        Variable = rootOf(Value);
    if (!Variable)
        return {};
    const bool IsObject = !Value->getType()->isPointerType() || Operator;
    if (Variable->hasGlobalStorage() && IsObject) {
        // State is adopted where it lies; the state of one cell may point to itself.
        if (FromState && hasTag(Variable, "state"))
            return {};
        return "the static object '" + Variable->getNameAsString() + "'";
    }
    if (Variable->hasLocalStorage() && Reference && Variable->getType()->isPointerType())
        return target(Variable->getInit(), FromState);
    return {};
}

/// Where a value is to be kept.
struct Keeper {
    std::string Name;
    bool IsState;     ///< of this cell
    bool IsParameter; ///< what a parameter points to, which may be the caller's own variable
};

static Keeper keeper(const VarDecl *Static)
{
    return {"the static '" + Static->getNameAsString() + "'", hasTag(Static, "state"), false};
}

/// Reports each pointer in Value that is static, but not those in a struct binding.
static void checkParts(Checker &Check, const Expr *Value, const Keeper &Where)
{
    const Expr *E = strip(Value);
    if (const auto *Literal = dyn_cast_or_null<CompoundLiteralExpr>(E))
        E = Literal->getInitializer();
    if (!E || isBinding(E->getType()))
        return;
    if (const auto *List = dyn_cast<InitListExpr>(E)) {
        for (const Expr *Part : List->inits())
            checkParts(Check, Part, Where);
        return;
    }
    if (!Value->getType()->isPointerType())
        return;
    const std::string What = target(Value, Where.IsState);
    // Functions explain themselves by a text in a structure that the caller lends for the answer.
    if (What == Text && Where.IsParameter)
        return;
    if (!What.empty())
        Check.Report.report({Rule::RawStaticPointer,
                             Value->getBeginLoc(),
                             "a raw pointer to " + What + " is kept in " + Where.Name,
                             {},
                             "a struct binding, set with BIND(): a swap rewrites it"});
}

/// Whether what a pointer points to is an object of this function.
static bool pointsToLocal(const Expr *Pointer)
{
    Pointer = strip(Pointer);
    if (const auto *Operator = dyn_cast<UnaryOperator>(Pointer))
        if (Operator->getOpcode() == UO_AddrOf)
            Pointer = Operator->getSubExpr();
    const VarDecl *Variable = rootOf(Pointer);
    if (!Variable || !Variable->hasLocalStorage())
        return false;
    if (!Pointer->getType()->isPointerType())
        return true;
    return !isa<ParmVarDecl>(Variable) && Variable->getInit() && pointsToLocal(Variable->getInit());
}

/// The pointer that an lvalue follows last on the way from its variable; null if none.
static const Expr *followed(const Expr *Place)
{
    Place = strip(Place);
    if (const auto *Member = dyn_cast<MemberExpr>(Place))
        return Member->isArrow() ? Member->getBase() : followed(Member->getBase());
    if (const auto *Element = dyn_cast<ArraySubscriptExpr>(Place)) {
        const Expr *Base = strip(Element->getBase());
        return Base->getType()->isArrayType() ? followed(Base) : Base;
    }
    const auto *Operator = dyn_cast<UnaryOperator>(Place);
    return Operator && Operator->getOpcode() == UO_Deref ? Operator->getSubExpr() : nullptr;
}

void checkStaticPointer(Checker &Check, const BinaryOperator *Assignment)
{
    if (Assignment->getOpcode() != BO_Assign || isBinding(Assignment->getType()))
        return;
    const Expr *Place = Assignment->getLHS();
    if (const auto *Member = dyn_cast<MemberExpr>(strip(Place)))
        if (const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl()))
            if (Field->getParent()->getName() == "binding")
                return;
    const VarDecl *Variable = rootOf(Place);
    const Expr *Pointer = followed(Place);
    if (Variable && Variable->hasGlobalStorage())
        checkParts(Check, Assignment->getRHS(), keeper(Variable));
    else if (Pointer && !pointsToLocal(Pointer))
        checkParts(Check, Assignment->getRHS(),
                   {"a structure that is not local", false,
                    isa_and_nonnull<ParmVarDecl>(rootOf(Pointer))});
}

void checkStaticPointer(Checker &Check, const VarDecl *Variable)
{
    if (Variable->hasGlobalStorage() && Variable->getInit() &&
        !Variable->getType().isConstant(Check.Context))
        checkParts(Check, Variable->getInit(), keeper(Variable));
}

} // namespace cellcheck
