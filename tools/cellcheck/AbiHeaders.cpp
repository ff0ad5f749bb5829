// SPDX-License-Identifier: MIT
#include "AbiHeaders.h"

#include "clang/Lex/MacroArgs.h"
#include "clang/Lex/MacroInfo.h"
#include "llvm/Support/Path.h"

using namespace clang;

namespace cellcheck
{

class AbiHeaders::Listener : public PPCallbacks
{
  public:
    explicit Listener(AbiHeaders &Headers) : Headers(Headers)
    {
    }

    void InclusionDirective(SourceLocation Hash, const Token &, StringRef Name, bool IsAngled,
                            CharSourceRange, OptionalFileEntryRef File, StringRef SearchPath,
                            StringRef, const Module *, bool, SrcMgr::CharacteristicKind) override
    {
        if (!File)
            return;
        const FileEntry *Entry = &File->getFileEntry();
        if (const FileEntry *By = Headers.file(Hash))
            Headers.Includes[By].push_back(Entry);
        const StringRef Folder = llvm::sys::path::filename(SearchPath);
        const StringRef Stem = llvm::sys::path::stem(Name);
        if (IsAngled && Folder == VocabularyName)
            Headers.Owners[Entry] = VocabularyName.str();
        else if (IsAngled && isInterface(SearchPath, Stem))
            Headers.Owners[Entry] = Folder.str();
        else if (!IsAngled && Name == Headers.Cell + ".h")
            Headers.Owners[Entry] = Stem.str();
    }

    void MacroExpands(const Token &Name, const MacroDefinition &Definition, SourceRange Range,
                      const MacroArgs *) override
    {
        const MacroInfo *Info = Definition.getMacroInfo();
        if (!Info || Info->isBuiltinMacro())
            return;
        const StringRef Owner = Headers.owner(Info->getDefinitionLoc());
        if (Owner.empty() || Owner == Headers.Cell || Owner == VocabularyName ||
            !Headers.owner(Range.getBegin()).empty())
            return;
        const std::string Text = Name.getIdentifierInfo()->getName().str();
        Headers.Used.try_emplace(Text, MacroUse{Text, Info});
    }

  private:
    /// Whether a search path is a cell's: the header is called like the cell, or the path lies
    /// where the build or the SDK keeps them, for a cell that shares its header with others.
    static bool isInterface(StringRef Path, StringRef Stem)
    {
        const StringRef Place = llvm::sys::path::filename(llvm::sys::path::parent_path(Path));
        return llvm::sys::path::filename(Path) == Stem || Place == "interfaces" ||
               Place == "theoris";
    }

    AbiHeaders &Headers;
};

AbiHeaders::AbiHeaders(Preprocessor &Source, StringRef Cell) : Source(Source), Cell(Cell)
{
    Source.addPPCallbacks(std::make_unique<Listener>(*this));
    Source.setTokenWatcher([this](const Token &Token) { note(Token); });
}

const FileEntry *AbiHeaders::file(SourceLocation Where) const
{
    const SourceManager &Sources = Source.getSourceManager();
    return Sources.getFileEntryForID(Sources.getFileID(Sources.getFileLoc(Where)));
}

StringRef AbiHeaders::owner(SourceLocation Where) const
{
    const auto Found = Owners.find(file(Where));
    return Found == Owners.end() ? StringRef() : StringRef(Found->second);
}

bool AbiHeaders::isSystem(SourceLocation Where) const
{
    return Source.getSourceManager().isInSystemHeader(Where);
}

const FileSet &AbiHeaders::shownBy(SourceLocation Where)
{
    const FileEntry *Start = file(Where);
    const auto [Entry, New] = Shown.try_emplace(Start);
    FileSet &Files = Entry->second;
    if (!New)
        return Files;
    std::vector<const FileEntry *> Left = {Start};
    while (!Left.empty()) {
        const FileEntry *Next = Left.back();
        Left.pop_back();
        if (!Files.insert(Next).second)
            continue;
        const auto Found = Includes.find(Next);
        if (Found != Includes.end())
            Left.insert(Left.end(), Found->second.begin(), Found->second.end());
    }
    return Files;
}

AbiHeaders::Piece AbiHeaders::pieceOf(const Token &Token)
{
    if (const IdentifierInfo *Name = Token.isAnnotation() ? nullptr : Token.getIdentifierInfo())
        return {Token.getKind(), Name->getName()};
    if (Token.isLiteral())
        return {Token.getKind(), StringRef(Token.getLiteralData(), Token.getLength())};
    const char *Spelling = tok::getPunctuatorSpelling(Token.getKind());
    return {Token.getKind(), Spelling ? Spelling : ""};
}

void AbiHeaders::note(const Token &Token)
{
    Pieces.push_back(pieceOf(Token));
    Places.push_back(Token.getLocation().getRawEncoding());
}

/// Names of the parameters and locals of one text, numbered: parameters by their place, locals as
/// they appear.
namespace
{
class Renaming
{
  public:
    Renaming(const std::vector<std::string> &Parameters, const std::vector<std::string> &Locals)
        : Locals(Locals.begin(), Locals.end()), Count(Parameters.size())
    {
        for (size_t I = 0; I < Parameters.size(); I++)
            Numbers[Parameters[I]] = I + 1;
    }

    std::string operator()(StringRef Name)
    {
        auto Found = Numbers.find(Name.str());
        if (Found == Numbers.end() && Locals.count(Name.str()))
            Found = Numbers.try_emplace(Name.str(), ++Count).first;
        return Found == Numbers.end() ? Name.str() : "_" + std::to_string(Found->second);
    }

  private:
    std::set<std::string> Locals;
    std::map<std::string, size_t> Numbers;
    size_t Count;
};
} // namespace

/// Whether a name after this is a member, a label or a tag, and no local.
static bool namesOther(tok::TokenKind Before)
{
    return Before == tok::period || Before == tok::arrow || Before == tok::kw_struct ||
           Before == tok::kw_union || Before == tok::kw_enum || Before == tok::kw_goto;
}

static bool clingsToWhatIsBefore(tok::TokenKind Kind)
{
    return Kind == tok::r_paren || Kind == tok::r_square || Kind == tok::period ||
           Kind == tok::arrow || Kind == tok::comma || Kind == tok::semi;
}

/// What stands between two tokens.
static const char *between(tok::TokenKind Before, tok::TokenKind After)
{
    if (clingsToWhatIsBefore(After))
        return "";
    switch (Before) {
    case tok::unknown: // the first
    case tok::l_paren:
    case tok::l_square:
    case tok::period:
    case tok::arrow:
    case tok::exclaim:
    case tok::tilde:
        return "";
    case tok::semi:
    case tok::l_brace:
    case tok::r_brace:
        return "\n";
    default:
        return " ";
    }
}

std::string AbiHeaders::tokens(SourceLocation First, SourceLocation Last,
                               const std::vector<std::string> &Parameters,
                               const std::vector<std::string> &Locals)
{
    if (IndexOfRaw.empty())
        for (unsigned I = 0; I < Places.size(); I++)
            IndexOfRaw.try_emplace(Places[I], I);
    const auto Begin = IndexOfRaw.find(First.getRawEncoding());
    const auto End = IndexOfRaw.find(Last.getRawEncoding());
    std::string Text;
    if (Begin == IndexOfRaw.end() || End == IndexOfRaw.end())
        return Text;
    Renaming Rename(Parameters, Locals);
    tok::TokenKind Before = tok::unknown;
    for (unsigned I = Begin->second; I <= End->second; I++) {
        const Piece &Piece = Pieces[I];
        Text += between(Before, Piece.Kind);
        Text += Piece.Kind == tok::identifier && !namesOther(Before) ? Rename(Piece.Text)
                                                                     : Piece.Text.str();
        Before = Piece.Kind;
    }
    return Text;
}

std::string AbiHeaders::macro(StringRef Name, const MacroInfo *Info) const
{
    std::vector<std::string> Names;
    std::string Text = "#define " + Name.str();
    for (const IdentifierInfo *Parameter : Info->params())
        Names.push_back(Parameter->getName().str());
    if (Info->isFunctionLike()) {
        const size_t Fixed = Names.size() - Info->isVariadic();
        Text += "(";
        for (size_t I = 0; I < Names.size(); I++)
            Text += (I ? ", " : "") + (I < Fixed ? "_" + std::to_string(I + 1) : "...");
        Text += ")";
    }
    for (const Token &Token : Info->tokens()) {
        const StringRef Piece = pieceOf(Token).Text;
        const auto Found = std::find(Names.begin(), Names.end(), Piece);
        Text += " " + (Found == Names.end() || Piece == "__VA_ARGS__"
                           ? Piece.str()
                           : "_" + std::to_string(Found - Names.begin() + 1));
    }
    return Text + "\n";
}

} // namespace cellcheck
