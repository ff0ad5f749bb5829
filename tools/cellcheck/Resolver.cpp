// SPDX-License-Identifier: MIT
#include "Resolver.h"

using namespace clang;

namespace cellcheck
{

const VarDecl *Resolver::variable(const Expr *E)
{
    E = strip(E);
    if (const auto *Reference = dyn_cast_or_null<DeclRefExpr>(E))
        return dyn_cast<VarDecl>(Reference->getDecl());
    if (const auto *Member = dyn_cast_or_null<MemberExpr>(E))
        return Member->isArrow() ? nullptr : variable(Member->getBase());
    if (const auto *Element = dyn_cast_or_null<ArraySubscriptExpr>(E)) {
        const Expr *Base = strip(Element->getBase());
        return Base->getType()->isArrayType() ? variable(Base) : nullptr;
    }
    return nullptr;
}

PathList Resolver::elements(const ArraySubscriptExpr *E)
{
    const Expr *Base = E->getBase()->IgnoreParens();
    const auto *Decay = dyn_cast<ImplicitCastExpr>(Base);
    const bool IsArray = Decay && Decay->getCastKind() == CK_ArrayToPointerDecay;
    PathList Arrays = IsArray ? lvalue(Decay->getSubExpr()) : pointee(Base);
    PathList Result;
    Expr::EvalResult Index;
    const bool IsConstant = E->getIdx()->EvaluateAsInt(Index, Context);
    const VarDecl *Variable = variable(E->getIdx());
    for (const PathId Array : Arrays) {
        if (IsConstant && !IsArray && Index.Val.getInt() == 0)
            Result.push_back(Array);
        else if (IsConstant && Index.Val.getInt().isRepresentableByInt64())
            Result.push_back(Places.element(Array, Index.Val.getInt().getExtValue(), E->getType()));
        else if (Variable && isa<DeclRefExpr>(strip(E->getIdx())) && Variable->hasLocalStorage())
            Result.push_back(Places.element(Array, Variable, E->getType()));
    }
    return Result;
}

PathList Resolver::lvalue(const Expr *E)
{
    E = E->IgnoreParens();
    PathList Result;
    if (const auto *Cast = dyn_cast<CastExpr>(E))
        return lvalue(Cast->getSubExpr());
    if (const auto *Reference = dyn_cast<DeclRefExpr>(E)) {
        if (const auto *Variable = dyn_cast<VarDecl>(Reference->getDecl()))
            Result.push_back(Places.variable(Variable));
    } else if (const auto *Member = dyn_cast<MemberExpr>(E)) {
        const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl());
        const Expr *Base = Member->getBase();
        for (const PathId Parent : Member->isArrow() ? pointee(Base) : lvalue(Base))
            Result.push_back(Places.member(Parent, Field));
    } else if (const auto *Element = dyn_cast<ArraySubscriptExpr>(E)) {
        return elements(Element);
    } else if (const auto *Operator = dyn_cast<UnaryOperator>(E)) {
        if (Operator->getOpcode() == UO_Deref)
            return pointee(Operator->getSubExpr());
        if (Operator->getOpcode() == UO_Extension)
            return lvalue(Operator->getSubExpr());
    }
    return Result;
}

PathList Resolver::variablePointee(const DeclRefExpr *E, QualType Type)
{
    PathList Result;
    const auto *Variable = dyn_cast<VarDecl>(E->getDecl());
    if (!Variable)
        return Result;
    const PathId Pointer = Places.variable(Variable);
    const auto Known = State->Holders.find(Pointer);
    bool Elsewhere = true;
    if (Known != State->Holders.end()) {
        Elsewhere = Known->second.Elsewhere || Known->second.Borrows.empty();
        for (const Borrow &One : Known->second.Borrows)
            if (One.IsAddress && Context.hasSameUnqualifiedType(Places[One.Owner].Type, Type))
                Result.push_back(One.Owner);
            else
                Elsewhere = true;
    }
    // If it may point to what is not followed, it is a place of its own (Ownership::loseAliases).
    if (Elsewhere)
        return {Places.pointee(Pointer, Type)};
    return Result;
}

PathList Resolver::pointee(const Expr *E)
{
    E = strip(E);
    if (const auto *Element = dyn_cast<Expr>(E); Element && Element->getType()->isArrayType()) {
        PathList Result;
        const QualType Type = Context.getAsArrayType(E->getType())->getElementType();
        for (const PathId Array : lvalue(E))
            Result.push_back(Places.element(Array, int64_t(0), Type));
        return Result;
    }
    const QualType Type = E->getType()->getPointeeType();
    if (Type.isNull())
        return {};
    if (const auto *Reference = dyn_cast<DeclRefExpr>(E))
        return variablePointee(Reference, Type);
    if (const auto *Operator = dyn_cast<UnaryOperator>(E))
        if (Operator->getOpcode() == UO_AddrOf)
            return lvalue(Operator->getSubExpr());
    if (const auto *Choice = dyn_cast<ConditionalOperator>(E)) {
        PathList Result = pointee(Choice->getTrueExpr());
        Result.append(pointee(Choice->getFalseExpr()));
        return Result;
    }
    if (const auto *Operator = dyn_cast<BinaryOperator>(E)) {
        if (Operator->getOpcode() == BO_Assign)
            return pointee(Operator->getLHS());
        if (Operator->getOpcode() == BO_Comma)
            return pointee(Operator->getRHS());
        return {};
    }
    PathList Result;
    if (isa<MemberExpr, ArraySubscriptExpr, UnaryOperator>(E))
        for (const PathId Pointer : lvalue(E))
            Result.push_back(Places.pointee(Pointer, Type));
    return Result;
}

void Resolver::borrowAddress(const Expr *Place, Holder &Result)
{
    const PathList Denoted = lvalue(Place);
    bool IsOwned = false;
    for (const PathId Path : Denoted) {
        const PathId Owner = Places.owner(Path);
        const bool Holds = Types.holdsAffine(Places[Path].Type);
        if (Owner == NoPath && !Holds)
            continue;
        IsOwned = true;
        Result.add({Owner == NoPath || Owner == Path ? Path : Owner,
                    Owner == NoPath || Owner == Path, nullptr});
    }
    if (IsOwned)
        return;
    // The address of a part of a structure that itself borrows, as &view.member, is not followed;
    // of what a borrow points to, it is one.
    Place = Place->IgnoreParens();
    if (const auto *Member = dyn_cast<MemberExpr>(Place))
        Result.add(Member->isArrow() ? borrows(Member->getBase()) : Holder{{}, true});
    else if (const auto *Element = dyn_cast<ArraySubscriptExpr>(Place))
        Result.add(borrows(Element->getBase()));
    else if (const auto *Operator = dyn_cast<UnaryOperator>(Place))
        Result.add(borrows(Operator->getSubExpr()));
    else
        Result.Elsewhere = true;
}

/// A function that returns pointers can return them into whatever was lent to it.
void Resolver::borrowCall(const CallExpr *Call, Holder &Result)
{
    const CalleeFacts Callee(Call);
    Result.Elsewhere = true;
    for (unsigned Index = 0; Index < Call->getNumArgs(); Index++) {
        const Expr *Argument = Call->getArg(Index);
        if (Callee.role(Index) != ParameterRole::Borrows ||
            !Types.holdsPointer(Argument->getType()))
            continue;
        for (Borrow Lent : borrows(Argument).Borrows) {
            Lent.IsAddress = false;
            if (Places.owner(Lent.Owner) != NoPath)
                Result.add(Lent);
        }
    }
}

/// A pointer read from a place: out of an owner it is a borrow of its content, out of a variable it
/// is what that holds.
void Resolver::borrowContent(const Expr *E, Holder &Result)
{
    const auto *Member = dyn_cast<MemberExpr>(E);
    const bool Lends = !Member || !hasTag(Member->getMemberDecl(), "borrows");
    for (const PathId Path : lvalue(E)) {
        const PathId Owner = Places.owner(Path);
        if (Owner != NoPath && Lends && !E->getType()->isFunctionPointerType()) {
            Result.add({Owner, false, nullptr});
            return;
        }
    }
    const VarDecl *Variable = variable(E);
    if (!Variable) {
        Result.Elsewhere = true;
        if (Member && Member->isArrow() && Lends)
            for (const Borrow &Through : borrows(Member->getBase()).Borrows)
                if (!Through.IsAddress)
                    Result.add(Through);
        return;
    }
    const auto Known = State->Holders.find(Places.variable(Variable));
    if (Known != State->Holders.end())
        Result.add(Known->second);
    else
        Result.Elsewhere = true;
}

Holder Resolver::borrows(const Expr *E)
{
    E = strip(E);
    Holder Result;
    if (!E || isZeroInitialiser(E))
        return Result;
    if (E->getType()->isArrayType() && !isa<InitListExpr>(E)) {
        borrowAddress(E, Result);
    } else if (!Types.holdsPointer(E->getType())) {
        return Result;
    } else if (const auto *Operator = dyn_cast<UnaryOperator>(E);
               Operator && Operator->getOpcode() == UO_AddrOf) {
        borrowAddress(Operator->getSubExpr(), Result);
    } else if (const auto *Choice = dyn_cast<ConditionalOperator>(E)) {
        Result = borrows(Choice->getTrueExpr());
        Result.add(borrows(Choice->getFalseExpr()));
    } else if (const auto *Call = dyn_cast<CallExpr>(E)) {
        borrowCall(Call, Result);
    } else if (const auto *Literal = dyn_cast<CompoundLiteralExpr>(E)) {
        return borrows(Literal->getInitializer());
    } else if (const auto *List = dyn_cast<InitListExpr>(E)) {
        for (const Expr *Part : List->inits())
            Result.add(borrows(Part));
    } else if (const auto *Operator = dyn_cast<BinaryOperator>(E)) {
        if (Operator->isAdditiveOp() && Types.holdsPointer(Operator->getLHS()->getType()))
            return borrows(Operator->getLHS());
        Result = borrows(Operator->getRHS());
    } else if (isa<DeclRefExpr, MemberExpr, ArraySubscriptExpr, UnaryOperator>(E)) {
        borrowContent(E, Result);
    } else {
        Result.Elsewhere = true;
    }
    return Result;
}

} // namespace cellcheck
