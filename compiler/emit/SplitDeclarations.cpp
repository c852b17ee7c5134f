#include "compiler/emit/CLexer.h"
#include "compiler/emit/KernelSource.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace barecc {
namespace {

class Splitter {
public:
    explicit Splitter(KernelFile &file) : file(file), lexer(file.text) { advance(); }

    Error split()
    {
        if (token.kind == CToken::Comment) {
            file.comment = token.text;
            advance();
        }
        while (token.kind != CToken::End) {
            Error error = token.kind == CToken::Comment     ? comment()
                          : token.kind == CToken::Directive ? directive()
                                                            : declaration();
            if (error)
                return error;
        }
        return open.empty() ? Error::success() : failure("conditional without #endif");
    }

private:
    void advance()
    {
        before = token;
        token = lexer.next();
    }

    Error failure(const Twine &what)
    {
        const size_t line = 1 + StringRef(file.text).take_front(token.text.begin() - file.text.data()).count('\n');
        return createStringError(file.path + ":" + Twine(line) + ": " + what);
    }

    bool isAtLineStart() const { return token.text.begin() == file.text.data() || token.text.begin()[-1] == '\n'; }

    /// Whether an empty line is above the token.
    bool isAfterEmptyLine() const
    {
        return StringRef(file.text).take_front(token.text.begin() - file.text.data()).ends_with("\n\n");
    }

    Error comment()
    {
        const CToken read = token;
        const char *const start = takeBegin();
        advance();
        if (read.text.starts_with("/* clang-format"))
            return Error::success();
        if (isAfterEmptyLine() && !file.declarations.empty()) { // it says more of what stands above
            StringRef &above = file.declarations.back().text;
            above = StringRef(above.begin(), read.text.end() - above.begin());
        } else {
            begin = start;
        }
        return Error::success();
    }

    /// Where the text of what begins at this token begins: at the comment above.
    const char *takeBegin()
    {
        startsParagraph |= isAfterEmptyLine();
        return begin ? std::exchange(begin, nullptr) : token.text.begin();
    }

    Error directive()
    {
        const char *const start = takeBegin();
        const StringRef text(start, token.text.end() - start);
        const auto [word, operands] = token.text.drop_front().ltrim().split(' ');
        if (word == "define" || word == "undef")
            add(operands.take_while([](char c) { return isAlnum(c) || c == '_'; }), text, true);
        else if (word == "if" || word == "ifdef" || word == "ifndef")
            open.push_back({text});
        else if ((word == "elif" || word == "else") && !open.empty())
            open.back().push_back(text);
        else if (word == "endif" && !open.empty())
            open.pop_back();
        else
            return failure("directive at file scope: #" + word);
        advance();
        return Error::success();
    }

    Error declaration()
    {
        const char *const start = takeBegin();
        const char *const callee = isUpperCase(token.text) ? token.text.begin() : nullptr;
        int depth = 0;                 // of parentheses, brackets and braces
        StringRef name, called, first; // the last word outside of them, the word before a pair, the first in one
        bool isNamed = false, isBody = false, isEnd = false;
        while (!isEnd) {
            const StringRef text = token.text;
            if (token.kind == CToken::End)
                return failure("declaration does not end");
            if (text == "}" && isAtLineStart() && depth != 1)
                return failure("'}' in the first column that ends nothing");
            if (depth == 0 && token.kind == CToken::Identifier && !isNamed && text != "__attribute__")
                name = text;
            if (depth == 0 && text == "(" && before.kind == CToken::Identifier && before.text != "__attribute__" &&
                !isNamed)
                called = before.text;
            if (depth == 1 && token.kind == CToken::Identifier && first.empty())
                first = text;
            if (depth == 0 && (text == "=" || text == "["))
                isNamed = true;
            if (depth == 0 && text == "{")
                isBody = before.text == ")";
            if (token.kind == CToken::Punctuator)
                depth += text == "(" || text == "[" || text == "{"   ? 1
                         : text == ")" || text == "]" || text == "}" ? -1
                                                                     : 0;
            const bool endsCall = depth == 0 && text == ")" && callee && called.begin() == callee;
            isEnd = depth == 0 && (text == ";" || (text == "}" && isBody) || endsCall);
            if (endsCall)
                called = first;
            advance();
        }
        const char *end = before.text.end();
        const StringRef line = StringRef(end, token.text.begin() - end);
        if (token.kind == CToken::Comment && !line.contains('\n')) { // behind it
            end = token.text.end();
            advance();
        }
        add(called.empty() ? name : called, StringRef(start, end - start), /*isMacro=*/false,
            /*isFunction=*/!called.empty());
        return Error::success();
    }

    static bool isUpperCase(StringRef word)
    {
        return all_of(word, [](char c) { return isUpper(c) || isDigit(c) || c == '_'; });
    }

    void add(StringRef name, StringRef text, bool isMacro, bool isFunction = false)
    {
        KernelDeclaration declaration{name, text, isMacro, isFunction, std::exchange(startsParagraph, false),
                                      {},   {},   open};
        StringSet<> known;
        known.insert(name);
        if (isMacro) { // its parameters name nothing
            const StringRef operands = StringRef(name.end(), text.end() - name.end());
            if (operands.starts_with("("))
                forEachIdentifier(operands.take_front(operands.find(')')), [&](StringRef word) { known.insert(word); });
        }
        forEachIdentifier(text, [&](StringRef word) {
            if (StringRef(word.end(), text.end() - word.end()).starts_with("##"))
                declaration.prefixes.push_back(word);
            else if (known.insert(word).second)
                declaration.uses.push_back(word);
        });
        file.declarations.push_back(std::move(declaration));
    }

    KernelFile &file;
    CLexer lexer;
    CToken token{CToken::End, {}}, before{CToken::End, {}};
    const char *begin = nullptr;  // of the comment above
    bool startsParagraph = false; // what comes next, or the comment or conditional above it
    std::vector<KernelCondition> open;
};

} // namespace

Error splitDeclarations(KernelFile &file) { return Splitter(file).split(); }

} // namespace barecc
