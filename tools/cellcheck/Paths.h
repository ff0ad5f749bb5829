// SPDX-License-Identifier: MIT
/// Paths: names for the places in which values rest, as `a.b[2].c` or `p->frames`.
///
/// A path is a number. Paths form a tree: a variable is a root; below it are its members, its
/// elements and what it points to. An element whose index is a variable is named by that variable,
/// until it changes.
#pragma once

#include "Annotations.h"

#include <string>
#include <vector>

namespace cellcheck
{

using PathId = unsigned;
inline constexpr PathId NoPath = ~0u;

enum class PathKind { Variable, Pointee, Member, Element, VariableElement };

struct PathNode {
    PathKind Kind;
    PathId Parent;
    const clang::ValueDecl *Name; ///< the variable, member or index variable
    int64_t Index;                ///< of an Element
    clang::QualType Type;
};

class Paths
{
  public:
    explicit Paths(TypeFacts &Types) : Types(Types)
    {
    }

    PathId variable(const clang::VarDecl *Variable);
    PathId pointee(PathId Pointer, clang::QualType Type);
    PathId member(PathId Parent, const clang::FieldDecl *Field);
    PathId element(PathId Array, int64_t Index, clang::QualType Type);
    PathId element(PathId Array, const clang::VarDecl *Index, clang::QualType Type);

    const PathNode &operator[](PathId Path) const
    {
        return Nodes[Path];
    }
    const clang::VarDecl *root(PathId Path) const;

    /// Path is Ancestor or lies within it.
    bool isWithin(PathId Path, PathId Ancestor) const;

    /// The innermost affine value that Path is or lies in; NoPath if there is none.
    PathId owner(PathId Path) const;

    /// Whether a pointer is followed on the way from the root.
    bool followsPointer(PathId Path) const;

    /// What the path denotes, as one would write it in C.
    std::string text(PathId Path) const;

  private:
    PathId intern(const PathNode &Node);

    TypeFacts &Types;
    std::vector<PathNode> Nodes;
};

} // namespace cellcheck
