// SPDX-License-Identifier: MIT
#include "Rules.h"

#include "clang/AST/Attr.h"

using namespace clang;

namespace cellcheck
{

static std::string owned(QualType Type, const std::string &Name)
{
    const RecordDecl *Record = Type->getAsRecordDecl();
    return "OWNED(" + (Record ? Record->getNameAsString() : std::string("type")) + ", " + Name +
           "); it is empty, and dropped on every way out";
}

void checkOwned(Checker &Check, const FunctionDecl *Function, const VarDecl *Variable)
{
    if (hasTag(Variable, "taken")) {
        if (!hasTag(Function, "primitive"))
            Check.Report.report(
                {Rule::NotOwned,
                 Variable->getLocation(),
                 "'" + Variable->getNameAsString() +
                     "' is a TAKE outside a PRIMITIVE function: a fault would lose it",
                 {},
                 "PRIMITIVE on a small function that takes and gives back"});
        return;
    }
    // HOLD declares its guard by itself, as part of the lock.
    if (hasTag(Variable, "held") || !Variable->hasLocalStorage() || isa<ParmVarDecl>(Variable) ||
        Variable->hasAttr<CleanupAttr>() || !Check.Types.holdsAffine(Variable->getType()))
        return;
    const std::string Name = Variable->getNameAsString();
    Check.Report.report({Rule::NotOwned,
                         Variable->getLocation(),
                         "'" + Name + "' has the affine type '" +
                             Variable->getType().getAsString() + "' and is not OWNED",
                         {},
                         owned(Variable->getType(), Name)});
}

void checkOwned(Checker &Check, const CompoundLiteralExpr *Temporary)
{
    if (!Check.Types.holdsAffine(Temporary->getType()) || Temporary->isFileScope())
        return;
    Check.Report.report(
        {Rule::NotOwned,
         Temporary->getBeginLoc(),
         "a temporary of the affine type '" + Temporary->getType().getAsString() + "' has no owner",
         {},
         owned(Temporary->getType(), "name")});
}

} // namespace cellcheck
