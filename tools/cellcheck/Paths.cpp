// SPDX-License-Identifier: MIT
#include "Paths.h"

using namespace clang;

namespace cellcheck
{

PathId Paths::intern(const PathNode &Node)
{
    // A function knows few paths: a search is faster than a table would be to build.
    for (PathId Path = 0; Path < Nodes.size(); Path++) {
        const PathNode &Other = Nodes[Path];
        if (Other.Kind == Node.Kind && Other.Parent == Node.Parent && Other.Name == Node.Name &&
            Other.Index == Node.Index)
            return Path;
    }
    Nodes.push_back(Node);
    return Nodes.size() - 1;
}

PathId Paths::variable(const VarDecl *Variable)
{
    Variable = Variable->getCanonicalDecl();
    return intern({PathKind::Variable, NoPath, Variable, 0, Variable->getType()});
}

PathId Paths::pointee(PathId Pointer, QualType Type)
{
    return intern({PathKind::Pointee, Pointer, nullptr, 0, Type});
}

PathId Paths::member(PathId Parent, const FieldDecl *Field)
{
    return intern({PathKind::Member, Parent, Field, 0, Field->getType()});
}

PathId Paths::element(PathId Array, int64_t Index, QualType Type)
{
    return intern({PathKind::Element, Array, nullptr, Index, Type});
}

PathId Paths::element(PathId Array, const VarDecl *Index, QualType Type)
{
    return intern({PathKind::VariableElement, Array, Index->getCanonicalDecl(), 0, Type});
}

const VarDecl *Paths::root(PathId Path) const
{
    while (Nodes[Path].Parent != NoPath)
        Path = Nodes[Path].Parent;
    return cast<VarDecl>(Nodes[Path].Name);
}

bool Paths::isWithin(PathId Path, PathId Ancestor) const
{
    for (; Path != NoPath; Path = Nodes[Path].Parent)
        if (Path == Ancestor)
            return true;
    return false;
}

PathId Paths::owner(PathId Path) const
{
    while (Path != NoPath && !Types.isAffine(Nodes[Path].Type))
        Path = Nodes[Path].Parent;
    if (Path == NoPath || Nodes[Path].Kind != PathKind::Member)
        return Path;
    // A binding is a union with the untyped binding in it: both are one slot.
    const auto *Field = cast<FieldDecl>(Nodes[Path].Name);
    const PathId Union = Nodes[Path].Parent;
    const PathId Outer = Nodes[Union].Parent;
    const bool IsPart = Field->getParent()->isUnion() && Outer != NoPath;
    return IsPart && Types.isAffine(Nodes[Outer].Type) ? Outer : Path;
}

bool Paths::followsPointer(PathId Path) const
{
    for (; Path != NoPath; Path = Nodes[Path].Parent)
        if (Nodes[Path].Kind == PathKind::Pointee)
            return true;
    return false;
}

std::string Paths::text(PathId Path) const
{
    const PathNode &Node = Nodes[Path];
    switch (Node.Kind) {
    case PathKind::Variable:
        return Node.Name->getNameAsString();
    case PathKind::Pointee:
        return "*" + text(Node.Parent);
    case PathKind::Element:
        return text(Node.Parent) + "[" + std::to_string(Node.Index) + "]";
    case PathKind::VariableElement:
        return text(Node.Parent) + "[" + Node.Name->getNameAsString() + "]";
    case PathKind::Member:
        break;
    }
    if (Node.Name->getName().empty())
        return text(Node.Parent);
    if (Nodes[Node.Parent].Kind == PathKind::Pointee)
        return text(Nodes[Node.Parent].Parent) + "->" + Node.Name->getNameAsString();
    return text(Node.Parent) + "." + Node.Name->getNameAsString();
}

} // namespace cellcheck
