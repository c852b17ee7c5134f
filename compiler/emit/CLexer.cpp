#include "compiler/emit/CLexer.h"

#include "llvm/ADT/StringExtras.h"

namespace barecc {
namespace {

bool isWordCharacter(char c) { return llvm::isAlnum(c) || c == '_'; }

/// Up to and with the closing quote; a backslash takes the character behind it along.
size_t literalLength(llvm::StringRef text)
{
    const char quote = text.front();
    size_t i = 1;
    while (i < text.size() && text[i] != quote)
        i += text[i] == '\\' ? 2 : 1;
    return i + 1;
}

size_t blockCommentLength(llvm::StringRef text) { return std::min(text.find("*/", 2), text.size() - 2) + 2; }

/// Up to the line break that no backslash and no comment hides.
size_t directiveLength(llvm::StringRef text)
{
    size_t i = 0;
    while (i < text.size() && text[i] != '\n') {
        const llvm::StringRef here = text.drop_front(i);
        if (here.starts_with("/*"))
            i += blockCommentLength(here);
        else if (here.front() == '"' || here.front() == '\'')
            i += literalLength(here);
        else
            i += here.front() == '\\' ? 2 : 1;
    }
    return i;
}

/// A preprocessing number: 1e-3f, 0x7fu, .5f.
size_t numberLength(llvm::StringRef text)
{
    size_t i = 1;
    while (i < text.size() && (isWordCharacter(text[i]) || text[i] == '.' ||
                               ((text[i] == '+' || text[i] == '-') && llvm::StringRef("eEpP").contains(text[i - 1]))))
        ++i;
    return i;
}

} // namespace

CToken CLexer::take(CToken::Kind kind, size_t length)
{
    const CToken token{kind, rest.take_front(length)};
    rest = rest.drop_front(token.text.size());
    atLineStart = false;
    return token;
}

CToken CLexer::next()
{
    const llvm::StringRef token = rest.ltrim(" \t\r\n\f\v\\");
    atLineStart |= rest.drop_back(token.size()).contains('\n');
    rest = token;
    if (rest.empty())
        return {CToken::End, rest};
    const char first = rest.front();
    if (rest.starts_with("/*"))
        return take(CToken::Comment, blockCommentLength(rest));
    if (rest.starts_with("//"))
        return take(CToken::Comment, std::min(rest.find('\n'), rest.size()));
    if (first == '#' && atLineStart)
        return take(CToken::Directive, directiveLength(rest));
    if (first == '"' || first == '\'')
        return take(CToken::Literal, literalLength(rest));
    if (llvm::isDigit(first) || (first == '.' && rest.size() > 1 && llvm::isDigit(rest[1])))
        return take(CToken::Number, numberLength(rest));
    if (isWordCharacter(first))
        return take(CToken::Identifier, rest.take_while(isWordCharacter).size());
    return take(CToken::Punctuator, rest.starts_with("->") ? 2 : 1);
}

/// Calls `visit` for each identifier, with whether it stands behind "." or "->".
static void forEachWord(llvm::StringRef text, llvm::function_ref<void(llvm::StringRef, bool)> visit)
{
    CLexer lexer(text);
    llvm::StringRef before;
    for (CToken token = lexer.next(); token.kind != CToken::End; token = lexer.next()) {
        if (token.kind == CToken::Directive)
            forEachWord(token.text.drop_front().ltrim().drop_while(isWordCharacter), visit);
        else if (token.kind == CToken::Identifier)
            visit(token.text, before == "." || before == "->");
        if (token.kind != CToken::Comment)
            before = token.text;
    }
}

void forEachIdentifier(llvm::StringRef text, llvm::function_ref<void(llvm::StringRef)> visit)
{
    forEachWord(text, [&](llvm::StringRef name, bool isMember) {
        if (!isMember)
            visit(name);
    });
}

void forEachMember(llvm::StringRef text, llvm::function_ref<void(llvm::StringRef)> visit)
{
    forEachWord(text, [&](llvm::StringRef name, bool isMember) {
        if (isMember)
            visit(name);
    });
}

std::string renameIdentifiers(llvm::StringRef text, const llvm::StringMap<llvm::StringRef> &names)
{
    std::string result;
    const char *copied = text.begin();
    forEachIdentifier(text, [&](llvm::StringRef name) {
        const auto found = names.find(name);
        if (found == names.end())
            return;
        result.append(copied, name.begin());
        result += found->second;
        copied = name.end();
    });
    return result.append(copied, text.end());
}

} // namespace barecc
