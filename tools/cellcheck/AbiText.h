// SPDX-License-Identifier: MIT
/// AbiText: types and declarations in canonical C (docs/reference/cell_abi.md).
///
/// A text is a declaration and the definitions of the types that it reaches, its parts, each once,
/// in the order in which they are reached. Typedefs are resolved; parameters have no names.
#pragma once

#include "AbiHeaders.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/RecordLayout.h"
#include "clang/AST/TypeLoc.h"

namespace cellcheck
{

/// A declaration with the definitions that explain it.
struct CanonicalText {
    std::string Text;
    std::vector<std::string> Parts;

    std::string whole() const;
};

/// What is seen of the types: all that this translation unit shows, or only what one header does.
enum class Sight { All, PublicHeaders };

class AbiText
{
  public:
    /// `Owner` is the cell whose private files are seen.
    AbiText(clang::ASTContext &Context, AbiHeaders &Headers, llvm::StringRef Owner)
        : Context(Context), Headers(Headers), Owner(Owner)
    {
    }

    /// A function or object as its declaration shows it.
    CanonicalText symbol(const clang::ValueDecl *Declaration, Sight Sight);
    /// A function that the compiler calls by itself.
    CanonicalText builtin(llvm::StringRef Name, clang::QualType Type);
    /// An inline function with its body.
    CanonicalText body(const clang::FunctionDecl *Function);
    /// A constant object with its value.
    CanonicalText object(const clang::VarDecl *Variable);
    CanonicalText enumerator(const clang::EnumConstantDecl *Constant);
    CanonicalText layout(const clang::RecordDecl *Record);

    /// "struct NAME"; empty for a type without a name.
    static std::string tagName(const clang::TagDecl *Tag);

  private:
    using Reached = std::vector<const clang::TagDecl *>;
    struct View {
        const FileSet *Files; ///< null: everything is seen
        Reached Tags;
    };

    std::string declare(clang::QualType Type, clang::TypeLoc Location, std::string Inner);
    std::string declareFunction(const clang::FunctionProtoType *Type, clang::TypeLoc Location,
                                llvm::ArrayRef<clang::ParmVarDecl *> Parameters, std::string Inner);
    std::string parameter(clang::QualType Type, const clang::ParmVarDecl *Declaration);
    std::string base(clang::QualType Type);
    std::string tag(const clang::TagDecl *Tag);
    std::string functionText(const clang::FunctionDecl *Function);
    std::string variableText(const clang::VarDecl *Variable);

    std::string definition(const clang::TagDecl *Tag);
    std::string record(const clang::RecordDecl *Record, const std::string &Indent);
    std::string field(const clang::FieldDecl *Field, const clang::ASTRecordLayout &Layout,
                      const std::string &Indent);
    std::string enumeration(const clang::EnumDecl *Enum);

    bool isShown(const clang::TagDecl *Tag) const;
    std::string ownerOf(const clang::TagDecl *Tag) const;
    std::vector<std::string> parts();

    /// The words of <cell/annotations.h> before a declaration.
    static std::string words(const clang::Decl *Declaration);
    /// The words of <cell/capability.h> after it.
    std::string locks(const clang::Decl *Declaration) const;
    template <typename Range> std::string expressions(const Range &Arguments) const;
    std::string expression(const clang::Expr *Argument) const;

    clang::ASTContext &Context;
    AbiHeaders &Headers;
    std::string Owner;
    View Seen = {};
};

} // namespace cellcheck
