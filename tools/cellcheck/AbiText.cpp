// SPDX-License-Identifier: MIT
#include "AbiText.h"
#include "Annotations.h"

#include "clang/AST/Attr.h"
#include "clang/AST/Expr.h"
#include "clang/AST/PrettyPrinter.h"
#include "clang/AST/RecursiveASTVisitor.h"

#include <set>

using namespace clang;

namespace cellcheck
{

std::string CanonicalText::whole() const
{
    std::string All = Text;
    for (const std::string &Part : Parts)
        All += Part;
    return All;
}

/// The expressions of lock attributes name parameters, which have numbers instead.
namespace
{
class ParameterNumbers : public PrinterHelper
{
    bool handledStmt(Stmt *Statement, raw_ostream &Output) override
    {
        const auto *Reference = dyn_cast<DeclRefExpr>(Statement);
        const auto *Parameter = Reference ? dyn_cast<ParmVarDecl>(Reference->getDecl()) : nullptr;
        if (!Parameter)
            return false;
        Output << "_" << Parameter->getFunctionScopeIndex() + 1;
        return true;
    }
};
} // namespace

std::string AbiText::expression(const Expr *Argument) const
{
    std::string Text;
    llvm::raw_string_ostream Output(Text);
    ParameterNumbers Numbers;
    Argument->printPretty(Output, &Numbers, Context.getPrintingPolicy(), 0, " ", &Context);
    return Text;
}

template <typename Range> std::string AbiText::expressions(const Range &Arguments) const
{
    std::string Text;
    for (const Expr *Argument : Arguments)
        Text += (Text.empty() ? "" : ", ") + expression(Argument);
    return "(" + Text + ")";
}

std::string AbiText::locks(const Decl *Declaration) const
{
    std::string Text;
    for (const Attr *A : Declaration->attrs()) {
        if (const auto *Guard = dyn_cast<GuardedByAttr>(A))
            Text += " GUARDED_BY(" + expression(Guard->getArg()) + ")";
        else if (const auto *Guard = dyn_cast<PtGuardedByAttr>(A))
            Text += " PT_GUARDED_BY(" + expression(Guard->getArg()) + ")";
        else if (const auto *Lock = dyn_cast<RequiresCapabilityAttr>(A))
            Text +=
                (Lock->isShared() ? " REQUIRES_SHARED" : " REQUIRES") + expressions(Lock->args());
        else if (const auto *Lock = dyn_cast<AcquireCapabilityAttr>(A))
            Text +=
                (Lock->isShared() ? " ACQUIRES_SHARED" : " ACQUIRES") + expressions(Lock->args());
        else if (const auto *Lock = dyn_cast<TryAcquireCapabilityAttr>(A))
            Text += " TRY_ACQUIRES(" + expression(Lock->getSuccessValue()) + ")" +
                    expressions(Lock->args());
        else if (const auto *Lock = dyn_cast<ReleaseCapabilityAttr>(A))
            Text += " RELEASES" + expressions(Lock->args());
        else if (const auto *Lock = dyn_cast<AssertCapabilityAttr>(A))
            Text += " ASSERTS" + expressions(Lock->args());
        else if (const auto *Lock = dyn_cast<LocksExcludedAttr>(A))
            Text += " EXCLUDES" + expressions(Lock->args());
        else if (const auto *Lock = dyn_cast<AcquiredAfterAttr>(A))
            Text += " ACQUIRED_AFTER" + expressions(Lock->args());
        else if (const auto *Lock = dyn_cast<AcquiredBeforeAttr>(A))
            Text += " ACQUIRED_BEFORE" + expressions(Lock->args());
    }
    return Text;
}

/// A tag in the word of <cell/annotations.h>; empty: it says nothing to a caller.
static std::string wordOf(StringRef Tag)
{
    if (Tag == "fills" || Tag == "takes" || Tag == "taken" || Tag == "held" || Tag == "state" ||
        Tag.starts_with("unsafe:"))
        return "";
    const auto [Name, Number] = Tag.split(':');
    return Number.empty() ? Name.upper() : Name.upper() + "(" + Number.str() + ")";
}

std::string AbiText::words(const Decl *Declaration)
{
    std::set<std::string> Words;
    for (const auto *Tag : Declaration->specific_attrs<BTFDeclTagAttr>())
        Words.insert(wordOf(Tag->getBTFDeclTag()));
    for (const auto *Tag : Declaration->specific_attrs<AnnotateAttr>())
        Words.insert(wordOf(Tag->getAnnotation()));
    if (const auto *Lock = Declaration->getAttr<CapabilityAttr>())
        Words.insert("CAPABILITY(\"" + Lock->getName().str() + "\")");
    if (const auto *Function = dyn_cast<FunctionDecl>(Declaration)) {
        if (Function->isNoReturn())
            Words.insert("[[noreturn]]");
        if (Function->hasAttr<PureAttr>())
            Words.insert("[[gnu::pure]]");
        if (Function->hasAttr<ConstAttr>())
            Words.insert("[[gnu::const]]");
        if (Function->hasAttr<ReturnsNonNullAttr>())
            Words.insert("[[gnu::returns_nonnull]]");
    }
    Words.erase("");
    std::string Text;
    for (const std::string &Word : Words)
        Text += Word + " ";
    return Text;
}

std::string AbiText::tagName(const TagDecl *Tag)
{
    std::string Name = Tag->getNameAsString();
    if (Tag->getIdentifier() == nullptr) {
        const TypedefNameDecl *Typedef = Tag->getTypedefNameForAnonDecl();
        if (!Typedef)
            return "";
        Name = Typedef->getNameAsString();
    }
    return (Tag->getKindName() + " " + Name).str();
}

std::string AbiText::tag(const TagDecl *Tag)
{
    const std::string Name = tagName(Tag);
    if (Name.empty())
        return definition(Tag);
    const TagDecl *Canonical = Tag->getCanonicalDecl();
    if (!llvm::is_contained(Seen.Tags, Canonical))
        Seen.Tags.push_back(Canonical);
    return Name;
}

/// The place of the parts of a type as it was written, below typedefs and parentheses.
static TypeLoc written(TypeLoc Location)
{
    while (!Location.isNull()) {
        if (const auto Typedef = Location.getAs<TypedefTypeLoc>()) {
            const TypeSourceInfo *Info = Typedef.getTypedefNameDecl()->getTypeSourceInfo();
            Location = Info ? Info->getTypeLoc() : TypeLoc();
        } else if (const auto TypeOf = Location.getAs<TypeOfTypeLoc>()) {
            const TypeSourceInfo *Info = TypeOf.getUnmodifiedTInfo();
            Location = Info ? Info->getTypeLoc() : TypeLoc();
        } else if (Location.getAs<QualifiedTypeLoc>() || Location.getAs<ElaboratedTypeLoc>() ||
                   Location.getAs<ParenTypeLoc>() || Location.getAs<AttributedTypeLoc>() ||
                   Location.getAs<MacroQualifiedTypeLoc>()) {
            Location = Location.getNextTypeLoc();
        } else {
            return Location;
        }
    }
    return {};
}

/// The place as one of a kind; null where it is none.
template <typename Kind> static Kind placeAs(TypeLoc Location)
{
    return Location.isNull() ? Kind() : Location.getAs<Kind>();
}

/// What is declared, behind its type: no blank after a star.
static std::string joined(const std::string &Base, const std::string &Inner)
{
    return Inner.empty() || Base.empty() ? Base + Inner : Base + " " + Inner;
}

std::string AbiText::base(QualType Type)
{
    const std::string Qualifiers = Type.getQualifiers().getAsString();
    const std::string Prefix = Qualifiers.empty() ? "" : Qualifiers + " ";
    if (const auto *Tagged = Type->getAs<TagType>())
        return Prefix + tag(Tagged->getDecl());
    if (const auto *Atomic = Type->getAs<AtomicType>())
        return Prefix + "_Atomic(" + declare(Atomic->getValueType(), {}, "") + ")";
    return Prefix + Type.getUnqualifiedType().getAsString(Context.getPrintingPolicy());
}

std::string AbiText::parameter(QualType Type, const ParmVarDecl *Declaration)
{
    const TypeLoc Location = Declaration && Declaration->getTypeSourceInfo()
                                 ? Declaration->getTypeSourceInfo()->getTypeLoc()
                                 : TypeLoc();
    const bool Fills = hasTag(Declaration, "fills");
    if (Type->isPointerType() && (Fills || hasTag(Declaration, "takes"))) {
        const auto Pointer = placeAs<PointerTypeLoc>(written(Location));
        return std::string(Fills ? "FILLS(" : "TAKES(") +
               declare(Type->getPointeeType(), Pointer ? Pointer.getPointeeLoc() : TypeLoc(), "") +
               ")";
    }
    const std::string Words = Declaration ? words(Declaration) : "";
    return Words + declare(Type.getUnqualifiedType(), Location, "");
}

std::string AbiText::declareFunction(const FunctionProtoType *Type, TypeLoc Location,
                                     ArrayRef<ParmVarDecl *> Parameters, std::string Inner)
{
    std::string List;
    for (unsigned I = 0; I < Type->getNumParams(); I++)
        List += (I ? ", " : "") + parameter(Context.getCanonicalType(Type->getParamType(I)),
                                            I < Parameters.size() ? Parameters[I] : nullptr);
    if (Type->isVariadic())
        List += List.empty() ? "..." : ", ...";
    Inner += "(" + (List.empty() ? "void" : List) + ")";
    if (Type->getCallConv() != CC_C)
        Inner = "__attribute__((" + FunctionType::getNameForCallConv(Type->getCallConv()).str() +
                ")) " + Inner;
    const auto Written = placeAs<FunctionTypeLoc>(Location);
    return declare(Type->getReturnType(), Written ? Written.getReturnLoc() : TypeLoc(), Inner);
}

std::string AbiText::declare(QualType Type, TypeLoc Location, std::string Inner)
{
    Type = Context.getCanonicalType(Type);
    Location = written(Location);
    if (const auto *Pointer = Type->getAs<PointerType>()) {
        const QualType Pointee = Pointer->getPointeeType();
        const std::string Qualifiers = Type.getQualifiers().getAsString();
        Inner = "*" + (Qualifiers.empty() ? Inner : joined(Qualifiers, Inner));
        if (Pointee->isFunctionType() || Pointee->isArrayType())
            Inner = "(" + Inner + ")";
        const auto Written = placeAs<PointerTypeLoc>(Location);
        return declare(Pointee, Written ? Written.getPointeeLoc() : TypeLoc(), Inner);
    }
    if (const ArrayType *Array = Context.getAsArrayType(Type)) {
        std::string Size;
        if (const auto *Constant = dyn_cast<ConstantArrayType>(Array))
            Size = std::to_string(Constant->getSize().getZExtValue());
        const auto Written = placeAs<ArrayTypeLoc>(Location);
        return declare(Array->getElementType(), Written ? Written.getElementLoc() : TypeLoc(),
                       Inner + "[" + Size + "]");
    }
    if (const auto *Function = Type->getAs<FunctionProtoType>()) {
        const auto Written = placeAs<FunctionTypeLoc>(Location);
        return declareFunction(Function, Location,
                               Written ? Written.getParams() : ArrayRef<ParmVarDecl *>(), Inner);
    }
    return joined(base(Type), Inner);
}

std::string AbiText::functionText(const FunctionDecl *Function)
{
    const auto *Type = Function->getType().getCanonicalType()->getAs<FunctionProtoType>();
    if (!Type)
        return "";
    const TypeLoc Location = Function->getTypeSourceInfo()
                                 ? written(Function->getTypeSourceInfo()->getTypeLoc())
                                 : TypeLoc();
    return words(Function) +
           declareFunction(Type, Location, Function->parameters(), Function->getNameAsString()) +
           locks(Function);
}

std::string AbiText::variableText(const VarDecl *Variable)
{
    const TypeLoc Location =
        Variable->getTypeSourceInfo() ? Variable->getTypeSourceInfo()->getTypeLoc() : TypeLoc();
    return words(Variable) + declare(Variable->getType(), Location, Variable->getNameAsString()) +
           locks(Variable);
}

std::string AbiText::field(const FieldDecl *Field, const ASTRecordLayout &Layout,
                           const std::string &Indent)
{
    const uint64_t Bit = Layout.getFieldOffset(Field->getFieldIndex());
    const QualType Type = Field->getType();
    std::string Text = Indent + words(Field);
    const auto *Nested = Type.getCanonicalType()->getAs<RecordType>();
    if (Nested && tagName(Nested->getDecl()).empty())
        Text +=
            joined(record(Nested->getDecl()->getDefinition(), Indent), Field->getNameAsString());
    else
        Text += declare(
            Type, Field->getTypeSourceInfo() ? Field->getTypeSourceInfo()->getTypeLoc() : TypeLoc(),
            Field->getNameAsString());
    if (Field->isBitField())
        return Text + " : " + std::to_string(Field->getBitWidthValue(Context)) + "; // bit " +
               std::to_string(Bit) + "\n";
    Text += locks(Field) + "; // offset " + std::to_string(Bit / 8);
    if (!Type->isIncompleteType())
        Text += ", size " + std::to_string(Context.getTypeSizeInChars(Type).getQuantity());
    return Text + "\n";
}

std::string AbiText::record(const RecordDecl *Record, const std::string &Indent)
{
    const ASTRecordLayout &Layout = Context.getASTRecordLayout(Record);
    const std::string Name = tagName(Record);
    std::string Text = Record->getKindName().str() + " " + words(Record);
    if (!Name.empty())
        Text += Name.substr(Name.find(' ') + 1) + " ";
    Text += "{ // size " + std::to_string(Layout.getSize().getQuantity()) + ", aligned to " +
            std::to_string(Layout.getAlignment().getQuantity()) + "\n";
    for (const FieldDecl *Field : Record->fields())
        Text += field(Field, Layout, Indent + "    ");
    return Text + Indent + "}";
}

static std::string integer(const llvm::APSInt &Value)
{
    llvm::SmallString<24> Text;
    Value.toString(Text, 10);
    return Text.str().str();
}

std::string AbiText::enumeration(const EnumDecl *Enum)
{
    std::vector<const EnumConstantDecl *> Constants(Enum->enumerator_begin(),
                                                    Enum->enumerator_end());
    std::sort(Constants.begin(), Constants.end(), [](const auto *A, const auto *B) {
        const int Order = llvm::APSInt::compareValues(A->getInitVal(), B->getInitVal());
        return Order != 0 ? Order < 0 : A->getName() < B->getName();
    });
    std::string Text = words(Enum);
    const std::string Name = tagName(Enum);
    Text = "enum " + Text + (Name.empty() ? "" : Name.substr(Name.find(' ') + 1) + " ") + ": " +
           base(Context.getCanonicalType(Enum->getIntegerType())) + " {\n";
    for (const EnumConstantDecl *Constant : Constants)
        Text +=
            "    " + Constant->getNameAsString() + " = " + integer(Constant->getInitVal()) + ",\n";
    return Text + "}";
}

std::string AbiText::definition(const TagDecl *Tag)
{
    const TagDecl *Definition = Tag->getDefinition();
    if (const auto *Enum = dyn_cast_or_null<EnumDecl>(Definition))
        return enumeration(Enum);
    if (const auto *Record = dyn_cast_or_null<RecordDecl>(Definition))
        return record(Record, "");
    return "";
}

bool AbiText::isShown(const TagDecl *Tag) const
{
    const TagDecl *Definition = Tag->getDefinition();
    if (!Definition || Definition->isInvalidDecl())
        return false;
    const SourceLocation Where = Definition->getLocation();
    if (!Seen.Files || Headers.isSystem(Where) || Where.isInvalid())
        return true;
    return !Headers.owner(Where).empty() && Seen.Files->contains(Headers.file(Where));
}

/// The first by name of the cells whose declarations of the type are seen.
std::string AbiText::ownerOf(const TagDecl *Tag) const
{
    std::set<std::string> Names;
    for (const TagDecl *Other : Tag->redecls()) {
        const SourceLocation Where = Other->getLocation();
        if (Seen.Files && !Seen.Files->contains(Headers.file(Where)))
            continue;
        const StringRef Public = Headers.owner(Where);
        Names.insert(Public.empty() ? Owner : Public.str());
    }
    return Names.empty() ? Owner : *Names.begin();
}

std::vector<std::string> AbiText::parts()
{
    std::vector<std::string> Texts;
    for (size_t I = 0; I < Seen.Tags.size(); I++) { // it grows
        const TagDecl *Tag = Seen.Tags[I];
        if (isShown(Tag))
            Texts.push_back(definition(Tag) + ";\n");
        else
            Texts.push_back(tagName(Tag) + "; // of " + ownerOf(Tag) + "\n");
    }
    return Texts;
}

CanonicalText AbiText::symbol(const ValueDecl *Declaration, Sight Sight)
{
    Seen = {Sight == Sight::All ? nullptr : &Headers.shownBy(Declaration->getLocation()), {}};
    const auto *Function = dyn_cast<FunctionDecl>(Declaration);
    const std::string Text =
        Function ? functionText(Function) : variableText(cast<VarDecl>(Declaration));
    return {Text + ";\n", parts()};
}

CanonicalText AbiText::builtin(StringRef Name, QualType Type)
{
    Seen = {};
    return {declare(Type, {}, Name.str()) + ";\n", parts()};
}

/// The names of a function's locals, which mean nothing outside.
namespace
{
class LocalNames : public RecursiveASTVisitor<LocalNames>
{
  public:
    std::vector<std::string> Names;

    bool VisitVarDecl(VarDecl *Variable)
    {
        if (Variable->isLocalVarDecl())
            Names.push_back(Variable->getNameAsString());
        return true;
    }
};
} // namespace

CanonicalText AbiText::body(const FunctionDecl *Function)
{
    Seen = {&Headers.shownBy(Function->getLocation()), {}};
    std::vector<std::string> Parameters;
    for (const ParmVarDecl *Parameter : Function->parameters())
        Parameters.push_back(Parameter->getNameAsString());
    LocalNames Locals;
    Locals.TraverseStmt(Function->getBody());
    const Stmt *Body = Function->getBody();
    const std::string Head = functionText(Function);
    return {Head + "\n" +
                Headers.tokens(Body->getBeginLoc(), Body->getEndLoc(), Parameters, Locals.Names) +
                "\n",
            {}};
}

CanonicalText AbiText::object(const VarDecl *Variable)
{
    Seen = {&Headers.shownBy(Variable->getLocation()), {}};
    const Expr *Initialiser = Variable->getInit();
    std::string Text = variableText(Variable);
    Expr::EvalResult Result;
    if (Variable->getType()->isIntegralOrEnumerationType() &&
        Initialiser->EvaluateAsInt(Result, Context))
        Text += " = " + integer(Result.Val.getInt());
    else
        Text +=
            " = " + Headers.tokens(Initialiser->getBeginLoc(), Initialiser->getEndLoc(), {}, {});
    return {Text + ";\n", {}};
}

CanonicalText AbiText::enumerator(const EnumConstantDecl *Constant)
{
    const auto *Enum = cast<EnumDecl>(Constant->getDeclContext());
    Seen = {};
    const std::string Name = tagName(Enum);
    return {(Name.empty() ? "enum" : Name) + " : " +
                base(Context.getCanonicalType(Enum->getIntegerType())) + " { " +
                Constant->getNameAsString() + " = " + integer(Constant->getInitVal()) + " };\n",
            {}};
}

CanonicalText AbiText::layout(const RecordDecl *Record)
{
    Seen = {&Headers.shownBy(Record->getLocation()), {}};
    return {definition(Record) + ";\n", {}};
}

} // namespace cellcheck
