// SPDX-License-Identifier: MIT
#include "Rules.h"

#include "clang/AST/Attr.h"

using namespace clang;

namespace cellcheck
{

static const char *const Instead =
    "an accessor of the cell that owns the type; or, if there is no other way, "
    "UNSAFE(INNOCUOUS, \"why it is right\") or UNSAFE(INFECTIOUS, ...) on the function";

static void report(Checker &Check, SourceLocation Where, const std::string &Text)
{
    Check.Report.report(
        {Rule::Unsafe, Where, Text + " outside a function marked UNSAFE", {}, Instead});
}

/// char, its variants, and void: every object can be seen as these.
static bool isBytes(QualType Type)
{
    return Type->isVoidType() || Type->isCharType();
}

/// Integers that differ in sign only may stand for each other.
static bool isSameObject(ASTContext &Context, QualType One, QualType Other)
{
    One = One.getCanonicalType().getUnqualifiedType();
    Other = Other.getCanonicalType().getUnqualifiedType();
    if (Context.hasSameType(One, Other))
        return true;
    return One->isIntegerType() && Other->isIntegerType() && !One->isEnumeralType() &&
           !Other->isEnumeralType() && !One->isBooleanType() && !Other->isBooleanType() &&
           Context.getTypeSize(One) == Context.getTypeSize(Other) &&
           Context.hasSameType(Context.getCorrespondingUnsignedType(One),
                               Context.getCorrespondingUnsignedType(Other));
}

static void checkPointerCast(Checker &Check, const CastExpr *Cast)
{
    const QualType To = Cast->getType()->getPointeeType();
    const QualType From = Cast->getSubExpr()->getType()->getPointeeType();
    if (To.isNull() || From.isNull() || isSameObject(Check.Context, To, From))
        return;
    // A binding keeps the address of a function as a pointer to void.
    const bool IsBytes = To->isVoidType() || (isBytes(To) && !From->isFunctionType());
    const bool FromVoid = From->isVoidType() && !To->isFunctionType();
    if (FromVoid && isa<ExplicitCastExpr>(Cast))
        Check.Report.justifyUnsafe();
    if (IsBytes || FromVoid)
        return;
    report(Check, Cast->getBeginLoc(),
           "a cast from '" + Cast->getSubExpr()->getType().getAsString() + "' to '" +
               Cast->getType().getAsString() + "'");
}

void checkCast(Checker &Check, const CastExpr *Cast)
{
    switch (Cast->getCastKind()) {
    case CK_IntegralToPointer:
        return report(Check, Cast->getBeginLoc(),
                      "a cast from an integer to '" + Cast->getType().getAsString() + "'");
    case CK_AddressSpaceConversion:
        return report(Check, Cast->getBeginLoc(),
                      "a cast to another address space, '" + Cast->getType().getAsString() + "'");
    case CK_PointerToIntegral:
        return Check.Report.justifyUnsafe();
    case CK_BitCast:
        return checkPointerCast(Check, Cast);
    default:
        return;
    }
}

/// An empty template is a compiler barrier: it executes nothing.
void checkAssembly(Checker &Check, const GCCAsmStmt *Assembly)
{
    if (!Assembly->getAsmString()->getString().trim().empty())
        report(Check, Assembly->getAsmLoc(), "inline assembly");
}

void checkAssembly(Checker &Check, const FileScopeAsmDecl *Assembly)
{
    report(Check, Assembly->getAsmLoc(), "assembly at file scope");
}

void checkReason(Checker &Check, const FunctionDecl *Function)
{
    const std::optional<UnsafeMark> Unsafe = unsafeMark(Function);
    if (!Unsafe)
        return;
    const std::string Name = "'" + Function->getNameAsString() + "'";
    if (StringRef(Unsafe->Reason).trim().empty())
        Check.Report.report({Rule::UnsafeReason,
                             Function->getLocation(),
                             Name + " is UNSAFE and does not say why",
                             {},
                             "a sentence: why it is right, though it cannot be checked"});
    if (Check.Report.covered() == 0)
        Check.Report.report({Rule::UnsafeReason,
                             Function->getLocation(),
                             Name + " is UNSAFE, but there is nothing in it that needs it",
                             {},
                             "the function without UNSAFE"});
}

} // namespace cellcheck
