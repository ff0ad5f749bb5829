// SPDX-License-Identifier: MIT
#include "Rules.h"

using namespace clang;

namespace cellcheck
{

void checkState(Checker &Check, const VarDecl *Variable)
{
    if (!Variable->hasGlobalStorage() ||
        Variable->isThisDeclarationADefinition() == VarDecl::DeclarationOnly)
        return;
    const std::string Name = "'" + Variable->getNameAsString() + "'";
    if (Variable->getTLSKind() != VarDecl::TLS_None) {
        Check.Report.report({Rule::State,
                             Variable->getLocation(),
                             Name + " is thread-local: a cell has no thread-local storage",
                             {},
                             "an owned object reached from the task"});
        return;
    }
    const bool IsState = hasTag(Variable, "state");
    if (IsState && !Variable->isFileVarDecl()) {
        Check.Report.report({Rule::State,
                             Variable->getLocation(),
                             Name + " is STATE within a function: its identity would depend on the "
                                    "order of declarations",
                             {},
                             "STATE at file scope, with a name unique in the cell"});
        return;
    }
    if (IsState || hasTag(Variable, "per_cpu") || Variable->getType().isConstant(Check.Context))
        return;
    Check.Report.report({Rule::State,
                         Variable->getLocation(),
                         Name + " is mutable static data and not STATE: it would be lost in a swap",
                         {},
                         "STATE at file scope, PER_CPU, or const if it never changes"});
}

} // namespace cellcheck
