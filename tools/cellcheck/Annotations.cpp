// SPDX-License-Identifier: MIT
#include "Annotations.h"

#include "clang/AST/Attr.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/TypeLoc.h"

using namespace clang;

namespace cellcheck
{

/// Calls Ask with the text of each tag of D, until it says true.
static bool anyTag(const Decl *D, llvm::function_ref<bool(StringRef)> Ask)
{
    for (const auto *Tag : D->specific_attrs<BTFDeclTagAttr>())
        if (Ask(Tag->getBTFDeclTag()))
            return true;
    for (const auto *Tag : D->specific_attrs<AnnotateAttr>())
        if (Ask(Tag->getAnnotation()))
            return true;
    return false;
}

/// Clang hands a function's tags on to its later declarations, but not those of its parameters.
static bool anyParameterTag(const ParmVarDecl *Parameter, llvm::function_ref<bool(StringRef)> Ask)
{
    const auto *Function = dyn_cast<FunctionDecl>(Parameter->getDeclContext());
    const unsigned Index = Parameter->getFunctionScopeIndex();
    if (!Function)
        return anyTag(Parameter, Ask);
    for (const FunctionDecl *Other : Function->redecls())
        if (Index < Other->getNumParams() && anyTag(Other->getParamDecl(Index), Ask))
            return true;
    return false;
}

bool hasTag(const Decl *D, StringRef Name)
{
    const auto Ask = [&](StringRef Tag) { return Tag == Name; };
    if (const auto *Parameter = dyn_cast_or_null<ParmVarDecl>(D))
        return anyParameterTag(Parameter, Ask);
    return D && anyTag(D, Ask);
}

std::optional<UnsafeMark> unsafeMark(const Decl *D)
{
    std::optional<UnsafeMark> Mark;
    if (D)
        anyTag(D, [&](StringRef Tag) {
            if (!Tag.consume_front("unsafe:"))
                return false;
            const auto [Kind, Reason] = Tag.split(':');
            Mark = UnsafeMark{Kind.str(), Reason.str()};
            return true;
        });
    return Mark;
}

const Expr *strip(const Expr *E)
{
    return E ? E->IgnoreParenCasts() : nullptr;
}

bool isZeroInitialiser(const Expr *E)
{
    E = strip(E);
    if (!E || isa<ImplicitValueInitExpr>(E))
        return true;
    if (const auto *Literal = dyn_cast<CompoundLiteralExpr>(E))
        return isZeroInitialiser(Literal->getInitializer());
    if (const auto *Number = dyn_cast<IntegerLiteral>(E))
        return Number->getValue() == 0;
    if (const auto *Boolean = dyn_cast<CXXBoolLiteralExpr>(E))
        return !Boolean->getValue();
    if (isa<CXXNullPtrLiteralExpr>(E))
        return true;
    const auto *List = dyn_cast<InitListExpr>(E);
    return List && llvm::all_of(List->inits(), isZeroInitialiser);
}

const FieldDecl *liveWord(QualType Type)
{
    const RecordDecl *Record = Type.isNull() ? nullptr : Type->getAsRecordDecl();
    Record = Record ? Record->getDefinition() : nullptr;
    if (!Record)
        return nullptr;
    for (const FieldDecl *Field : Record->fields())
        if (hasTag(Field, "live_word"))
            return Field;
    return nullptr;
}

bool TypeFacts::isAffine(QualType Type) const
{
    const RecordDecl *Record = Type.isNull() ? nullptr : Type->getAsRecordDecl();
    if (!Record)
        return false;
    const RecordDecl *Definition = Record->getDefinition();
    return hasTag(Record, "affine") || hasTag(Definition, "affine");
}

bool TypeFacts::anyField(QualType Type, Answers &Known, Question Ask)
{
    const RecordDecl *Record = Type->getAsRecordDecl();
    Record = Record ? Record->getDefinition() : nullptr;
    if (!Record)
        return false;
    const auto [Entry, New] = Known.try_emplace(Record, false);
    if (!New)
        return Entry->second;
    for (const FieldDecl *Field : Record->fields())
        if ((this->*Ask)(Field->getType()))
            return Known[Record] = true;
    return false;
}

bool TypeFacts::holdsAffine(QualType Type)
{
    if (Type.isNull())
        return false;
    if (const auto *Array = Type->getAsArrayTypeUnsafe())
        return holdsAffine(Array->getElementType());
    return isAffine(Type) || anyField(Type, AffineRecords, &TypeFacts::holdsAffine);
}

bool TypeFacts::holdsPointer(QualType Type)
{
    if (Type.isNull())
        return false;
    if (const auto *Array = Type->getAsArrayTypeUnsafe())
        return holdsPointer(Array->getElementType());
    return Type->isPointerType() || anyField(Type, PointerRecords, &TypeFacts::holdsPointer);
}

/// The declared parameters of what a pointer to a function points to.
static FunctionTypeLoc pointedFunction(const DeclaratorDecl *Pointer)
{
    if (!Pointer || !Pointer->getTypeSourceInfo())
        return {};
    TypeLoc Location = Pointer->getTypeSourceInfo()->getTypeLoc();
    while (!Location.isNull() && !Location.getAs<FunctionTypeLoc>())
        Location = Location.getNextTypeLoc();
    return Location.isNull() ? FunctionTypeLoc() : Location.getAs<FunctionTypeLoc>();
}

CalleeFacts::CalleeFacts(const CallExpr *Call)
{
    Function = Call->getDirectCallee();
    if (Function) {
        Parameters.append(Function->param_begin(), Function->param_end());
        return;
    }
    const Expr *Callee = strip(Call->getCallee());
    while (const auto *Deref = dyn_cast_or_null<UnaryOperator>(Callee))
        Callee = strip(Deref->getSubExpr());
    const DeclaratorDecl *Pointer = nullptr;
    if (const auto *Member = dyn_cast_or_null<MemberExpr>(Callee))
        Pointer = dyn_cast<DeclaratorDecl>(Member->getMemberDecl());
    else if (const auto *Reference = dyn_cast_or_null<DeclRefExpr>(Callee))
        Pointer = dyn_cast<DeclaratorDecl>(Reference->getDecl());
    if (const FunctionTypeLoc Location = pointedFunction(Pointer))
        for (const ParmVarDecl *Parameter : Location.getParams())
            Parameters.push_back(Parameter);
}

StringRef CalleeFacts::name() const
{
    return Function && Function->getIdentifier() ? Function->getName() : StringRef();
}

const ParmVarDecl *CalleeFacts::parameter(unsigned Index) const
{
    return Index < Parameters.size() ? Parameters[Index] : nullptr;
}

ParameterRole CalleeFacts::role(unsigned Index) const
{
    const ParmVarDecl *Parameter = parameter(Index);
    if (hasTag(Parameter, "takes"))
        return ParameterRole::Takes;
    return hasTag(Parameter, "fills") ? ParameterRole::Fills : ParameterRole::Borrows;
}

} // namespace cellcheck
