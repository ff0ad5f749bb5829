// SPDX-License-Identifier: MIT
#include "Abi.h"
#include "AbiUses.h"
#include "Annotations.h"

#include "clang/AST/Mangle.h"
#include "clang/Basic/Builtins.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

using namespace clang;

namespace cellcheck
{

namespace
{

/// The cell that answers for the vocabulary, which belongs to none.
constexpr llvm::StringLiteral VocabularyKeeper = "cell_abi";
constexpr size_t HashBytes = 16;

class Description
{
  public:
    Description(ASTContext &Context, AbiHeaders &Headers, StringRef Cell, StringRef Owner)
        : Context(Context), Headers(Headers), Cell(Cell), Text(Context, Headers, Owner),
          Mangler(Context.createMangleContext())
    {
    }

    std::string make()
    {
        for (const Decl *D : Context.getTranslationUnitDecl()->decls())
            if (D->getLocation().isValid())
                add(D);
        for (const StringRef Name : {"memcmp", "memcpy", "memmove", "memset"})
            addBuiltin(Name);
        addUses();
        addMacros();
        return "abi 1\ncell " + Cell + "\n" + Parts + Entries;
    }

  private:
    void add(const Decl *D)
    {
        const StringRef Owner = Headers.owner(D->getLocation());
        const bool Offers = Owner == Cell || (Owner == VocabularyName && Cell == VocabularyKeeper);
        if (Offers)
            offer(dyn_cast<NamedDecl>(D), Owner == Cell ? StringRef(Cell) : Owner);
        const auto *Value = dyn_cast<ValueDecl>(D);
        if (Value && (isa<FunctionDecl>(D) || isa<VarDecl>(D)) && Owner != VocabularyName)
            addSymbol(Value, Owner);
    }

    /// What other cells compile in.
    void offer(const NamedDecl *D, StringRef Provider)
    {
        if (const auto *Enum = dyn_cast_or_null<EnumDecl>(D)) {
            for (const EnumConstantDecl *Constant : Enum->enumerators())
                compiledIn("offered", Constant, Provider);
        } else if (const auto *Record = dyn_cast_or_null<RecordDecl>(D)) {
            for (const Decl *Inner : Record->decls())
                if (isa<TagDecl>(Inner))
                    offer(cast<TagDecl>(Inner), Provider);
            if (Record->isThisDeclarationADefinition() && !AbiText::tagName(Record).empty())
                compiledIn("offered", Record, Provider);
        } else if (const auto *Function = dyn_cast_or_null<FunctionDecl>(D)) {
            if (Function->isThisDeclarationADefinition())
                compiledIn("offered", Function, Provider);
        } else if (const auto *Variable = dyn_cast_or_null<VarDecl>(D)) {
            if (AbiUses::isConstant(Variable))
                compiledIn("offered", Variable, Provider);
        }
    }

    void compiledIn(StringRef Kind, const NamedDecl *D, StringRef Provider)
    {
        if (const auto *Constant = dyn_cast<EnumConstantDecl>(D))
            write(Kind, D->getNameAsString(), Provider, Text.enumerator(Constant));
        else if (const auto *Record = dyn_cast<RecordDecl>(D))
            write(Kind, AbiText::tagName(Record), Provider, Text.layout(Record));
        else if (const auto *Function = dyn_cast<FunctionDecl>(D))
            write(Kind, symbolName(Function) + "()", Provider, Text.body(Function));
        else if (const auto *Variable = dyn_cast<VarDecl>(D))
            write(Kind, D->getNameAsString(), Provider, Text.object(Variable));
    }

    void addSymbol(const ValueDecl *D, StringRef Owner)
    {
        const auto *Variable = dyn_cast<VarDecl>(D);
        if (Variable && Variable->isThisDeclarationADefinition() &&
            (hasTag(D, "state") || hasTag(D, "per_cpu"))) {
            write("state", symbolName(D), "", Text.symbol(D, Sight::All));
            return;
        }
        if (!D->isExternallyVisible() || D->isImplicit() || D != shownAt(D))
            return;
        const bool Foreign = !Owner.empty() && Owner != Cell;
        const CanonicalText Symbol = Text.symbol(D, Sight::PublicHeaders);
        if (isDefined(D) || Owner == Cell)
            write("export", symbolName(D), Cell, Symbol);
        if (!isDefined(D)) // assembly may refer to what C does not
            write("import", symbolName(D), Foreign ? Owner : StringRef(), Symbol);
    }

    /// The declaration that counts: in this cell's public header, else in another public header,
    /// else in a private header, else the first.
    const Decl *shownAt(const ValueDecl *D)
    {
        const FileID Main = Context.getSourceManager().getMainFileID();
        const Decl *Best = nullptr;
        int BestRank = -1;
        for (const Decl *Other = D->getMostRecentDecl(); Other; Other = Other->getPreviousDecl()) {
            if (Other->isImplicit() || Other->getLocation().isInvalid())
                continue;
            const StringRef Owner = Headers.owner(Other->getLocation());
            const SourceManager &Sources = Context.getSourceManager();
            const int Rank = Owner == Cell    ? 3
                             : !Owner.empty() ? 2
                             : Sources.getFileID(Sources.getFileLoc(Other->getLocation())) != Main
                                 ? 1
                                 : 0;
            if (Rank >= BestRank) { // the first comes last
                Best = Other;
                BestRank = Rank;
            }
        }
        return Best;
    }

    static bool isDefined(const ValueDecl *D)
    {
        if (const auto *Function = dyn_cast<FunctionDecl>(D))
            return Function->isDefined();
        return cast<VarDecl>(D)->hasDefinition() != VarDecl::DeclarationOnly;
    }

    std::string symbolName(const NamedDecl *D)
    {
        std::string Name = D->getNameAsString();
        if (Mangler->shouldMangleDeclName(D)) {
            Name.clear();
            llvm::raw_string_ostream Output(Name);
            Mangler->mangleName(GlobalDecl(isa<FunctionDecl>(D) ? GlobalDecl(cast<FunctionDecl>(D))
                                                                : GlobalDecl(cast<VarDecl>(D))),
                                Output);
        }
        return Name;
    }

    /// The compiler calls these where the source has no call.
    void addBuiltin(StringRef Name)
    {
        const IdentifierInfo &Identifier = Context.Idents.get(Name);
        for (const NamedDecl *D : Context.getTranslationUnitDecl()->lookup(&Identifier))
            if (!D->isImplicit())
                return;
        const unsigned Builtin = llvm::StringSwitch<unsigned>(Name)
                                     .Case("memcmp", Builtin::BImemcmp)
                                     .Case("memcpy", Builtin::BImemcpy)
                                     .Case("memmove", Builtin::BImemmove)
                                     .Default(Builtin::BImemset);
        ASTContext::GetBuiltinTypeError Error;
        const QualType Type = Context.GetBuiltinType(Builtin, Error);
        if (Error == ASTContext::GE_None)
            write("import", Name.str(), "", Text.builtin(Name, Type));
    }

    void addUses()
    {
        AbiUses Uses(Headers, Cell);
        Uses.walk(Context.getTranslationUnitDecl());
        for (const NamedDecl *D : Uses.used())
            compiledIn("used", D, Headers.owner(D->getLocation()));
    }

    void addMacros()
    {
        std::map<std::string, std::string> Offered;
        Preprocessor &Source = Headers.preprocessor();
        for (const auto &[Name, State] : Source.macros()) {
            const MacroInfo *Info = Source.getMacroInfo(Name);
            if (Info && !Info->isUsedForHeaderGuard() &&
                Headers.owner(Info->getDefinitionLoc()) == Cell)
                Offered[Name->getName().str()] = Headers.macro(Name->getName(), Info);
        }
        for (const auto &[Name, Definition] : Offered)
            write("offered", "#" + Name, Cell, {Definition, {}});
        for (const auto &[Name, Use] : Headers.usedMacros())
            write("used", "#" + Name, Headers.owner(Use.Info->getDefinitionLoc()),
                  {Headers.macro(Name, Use.Info), {}});
    }

    size_t part(const std::string &Definition)
    {
        const auto [Entry, New] = PartNumbers.try_emplace(Definition, PartNumbers.size());
        if (New)
            Parts += "part " + std::to_string(Definition.size()) + "\n" + Definition;
        return Entry->second;
    }

    /// A line of fields separated by tabs, then the text.
    void write(StringRef Kind, const std::string &Name, StringRef Provider,
               const CanonicalText &Canonical)
    {
        const std::string Whole = Canonical.whole();
        const auto Digest = llvm::SHA256::hash(
            ArrayRef(reinterpret_cast<const uint8_t *>(Whole.data()), Whole.size()));
        Entries += "entry\t" + Kind.str() + "\t" + Name + "\t" + Provider.str() + "\t" +
                   llvm::toHex(ArrayRef(Digest).take_front(HashBytes), true) + "\t" +
                   std::to_string(Canonical.Text.size());
        for (const std::string &Definition : Canonical.Parts)
            Entries += "\t" + std::to_string(part(Definition));
        Entries += "\n" + Canonical.Text;
    }

    ASTContext &Context;
    AbiHeaders &Headers;
    std::string Cell;
    AbiText Text;
    std::unique_ptr<MangleContext> Mangler;
    std::map<std::string, size_t> PartNumbers;
    std::string Parts;
    std::string Entries;
};

} // namespace

std::string abiFile(StringRef Object)
{
    return (Object + ".abi").str();
}

std::string describeAbi(ASTContext &Context, AbiHeaders &Headers, StringRef Cell, StringRef Owner)
{
    return Description(Context, Headers, Cell, Owner).make();
}

} // namespace cellcheck
