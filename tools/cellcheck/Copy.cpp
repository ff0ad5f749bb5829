// SPDX-License-Identifier: MIT
#include "Rules.h"

using namespace clang;

namespace cellcheck
{

static std::string spelling(QualType Type)
{
    return "'" + Type.getUnqualifiedType().getAsString() + "'";
}

void checkSignatureCopies(Checker &Check, const FunctionDecl *Function)
{
    const QualType Result = Function->getReturnType();
    if (Check.Types.holdsAffine(Result))
        Check.Report.report({Rule::Copy,
                             Function->getLocation(),
                             "'" + Function->getNameAsString() + "' returns the affine type " +
                                 spelling(Result) + " by value",
                             {},
                             "a parameter FILLS(" + Result.getAsString() + ") and a status"});
    for (const ParmVarDecl *Parameter : Function->parameters())
        if (Check.Types.holdsAffine(Parameter->getType()))
            Check.Report.report(
                {Rule::Copy,
                 Parameter->getLocation(),
                 "'" + Parameter->getNameAsString() + "' has the affine type " +
                     spelling(Parameter->getType()) + " and is passed by value",
                 {},
                 "TAKES(" + Parameter->getType().getAsString() +
                     ") if the function consumes it, a pointer to const if it borrows"});
}

/// The text of what is copied, if it is short to say.
static std::string describe(const Expr *E)
{
    if (const auto *Reference = dyn_cast<DeclRefExpr>(strip(E)))
        return "'" + Reference->getDecl()->getNameAsString() + "'";
    if (const auto *Member = dyn_cast<MemberExpr>(strip(E)))
        return "member '" + Member->getMemberDecl()->getNameAsString() + "'";
    return "a value";
}

/// A structure is read as a value where it is assigned, passed, returned or put into another.
void checkCopy(Checker &Check, const CastExpr *Cast)
{
    if (Cast->getCastKind() != CK_LValueToRValue || !Check.Types.holdsAffine(Cast->getType()))
        return;
    const Expr *Source = Cast->getSubExpr();
    if (isa<CompoundLiteralExpr>(strip(Source)))
        return;
    Check.Report.report(
        {Rule::Copy,
         Source->getBeginLoc(),
         describe(Source) + " of the affine type " + spelling(Cast->getType()) + " is copied",
         {},
         "MOVE_TO(&destination, &source)"});
}

void checkMemoryCopy(Checker &Check, const CallExpr *Call)
{
    StringRef Name = CalleeFacts(Call).name();
    Name.consume_front("__builtin_");
    if (Name != "memcpy" && Name != "memmove")
        return;
    for (const Expr *Argument : Call->arguments()) {
        const QualType Type = strip(Argument)->getType();
        const QualType Copied = Type->isArrayType() ? Type : Type->getPointeeType();
        if (Copied.isNull() || !Check.Types.holdsAffine(Copied))
            continue;
        Check.Report.report(
            {Rule::Copy,
             Call->getBeginLoc(),
             Name.str() + "() copies the bytes of the affine type " + spelling(Copied),
             {},
             "MOVE_TO(&destination, &source)"});
        return;
    }
}

} // namespace cellcheck
