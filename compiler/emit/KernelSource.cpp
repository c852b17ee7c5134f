#include "compiler/emit/KernelSource.h"

#include "compiler/emit/CLexer.h"
#include "compiler/kernel/Registry.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace barecc {
namespace {

/// A file of kernels/, embedded by KernelSources.S (made by CMake).
struct EmbeddedFile {
    const char *path, *begin, *end;
};
#include "compiler/emit/KernelSources.inc"

std::optional<StringRef> embeddedText(StringRef path)
{
    for (const EmbeddedFile &file : embeddedFiles)
        if (path == file.path)
            return StringRef(file.begin, size_t(file.end - file.begin));
    return std::nullopt;
}

StringRef firstWord(StringRef text)
{
    return text.take_while([](char c) { return isAlnum(c) || c == '_'; });
}

/// The macros that some file of kernels/ defines.
const StringSet<> &ownMacros()
{
    static const StringSet<> macros = [] {
        StringSet<> found;
        for (const EmbeddedFile &file : embeddedFiles) {
            CLexer lexer(StringRef(file.begin, size_t(file.end - file.begin)));
            for (CToken token = lexer.next(); token.kind != CToken::End; token = lexer.next())
                if (token.kind == CToken::Directive && token.text.starts_with("#define "))
                    found.insert(firstWord(token.text.drop_front(8)));
        }
        return found;
    }();
    return macros;
}

/// The number that a text is, if it is one and perhaps a comment.
std::optional<int64_t> numberOf(StringRef text)
{
    int64_t value = 0;
    if (text.take_until([](char c) { return c == '/'; }).trim().getAsInteger(0, value))
        return std::nullopt;
    return value;
}

/// The file that `include` names in a file of `folder`: there, in kernels/abi, or from the root of the project. For the
/// header that declares a kernel, and is made of its record, those that it includes.
SmallVector<std::string, 2> includedPaths(StringRef folder, StringRef include)
{
    if (StringRef name = include; name.consume_front("kernels/") && name.consume_back(".h"))
        if (const KernelRecord *kernel = findKernel(name))
            return {"kernels/abi/kernel.h", ("kernels/params/" + kernel->params + ".h").str()};
    for (StringRef place : {folder, StringRef("kernels/abi"), StringRef()}) {
        SmallString<128> path(place);
        sys::path::append(path, sys::path::Style::posix, include);
        sys::path::remove_dots(path, true, sys::path::Style::posix);
        if (embeddedText(path))
            return {path.str().str()};
    }
    return {};
}

} // namespace

std::vector<StringRef> kernelPaths()
{
    std::vector<StringRef> paths;
    for (const EmbeddedFile &file : embeddedFiles)
        paths.push_back(file.path);
    return paths;
}

bool KernelSource::isSkipping() const
{
    return any_of(frames, [](const Frame &frame) { return !frame.isTaken; });
}

void KernelSource::define(StringRef operands)
{
    const StringRef name = firstWord(operands);
    Macro macro{numberOf(operands.drop_front(name.size())), 0};
    for (const Frame &frame : frames)
        if (!frame.isDecided)
            macro = {std::nullopt, frame.isElse && macros.lookup(name).conditional == frame.number ? 0 : frame.number};
    macros[name] = macro;
}

/// Whether a condition holds; nothing if that depends on the compiler, or it is of another form.
std::optional<bool> KernelSource::decide(StringRef word, StringRef operands) const
{
    const StringRef name = firstWord(operands);
    if (!ownMacros().contains(name))
        return std::nullopt;
    const auto macro = macros.find(name);
    const bool isDefined = macro != macros.end();
    if (isDefined && macro->second.conditional != 0)
        return std::nullopt;
    if (word == "ifdef" || word == "ifndef")
        return isDefined == (word == "ifdef");
    const auto [relation, limit] = operands.drop_front(name.size()).ltrim().split(' ');
    const std::optional<int64_t> bound = numberOf(limit);
    if (!isDefined || !macro->second.value || !bound || relation != ">")
        return std::nullopt;
    return *macro->second.value > *bound;
}

Error KernelSource::preprocess(KernelFile &file, StringRef text)
{
    const StringRef folder = sys::path::parent_path(file.path);
    const char *copied = text.begin();
    auto copyTo = [&](const char *end) {
        if (!isSkipping())
            file.text.append(copied, end);
        copied = end;
    };
    CLexer lexer(text);
    CToken token{}, before{};
    for (token = lexer.next(); token.kind != CToken::End; before = token, token = lexer.next()) {
        if (token.kind != CToken::Directive)
            continue;
        const auto [word, rest] = token.text.drop_front().ltrim().split(' ');
        const StringRef operands = rest.ltrim();
        // The comment above a condition is about it; that above an inclusion is the file's.
        const bool isFilesComment = word == "include" || operands == "once";
        const bool hasComment = before.kind == CToken::Comment && before.text.end() + 1 == token.text.begin();
        const char *const begin = hasComment && !isFilesComment ? before.text.begin() : token.text.begin();
        copyTo(begin);
        bool isDone = true;
        if (word == "if" || word == "ifdef" || word == "ifndef") {
            const std::optional<bool> verdict = isSkipping() ? false : decide(word, operands);
            frames.push_back({++conditionals, verdict.has_value(), verdict.value_or(true), false});
            isDone = verdict.has_value();
        } else if (word == "else" || word == "elif" || word == "endif") {
            if (frames.empty() || (word == "elif" && frames.back().isDecided))
                return createStringError(file.path + ": #" + word + " of a form that is not understood");
            isDone = frames.back().isDecided;
            frames.back().isElse = word == "else";
            if (word == "else" && isDone)
                frames.back().isTaken = !frames.back().isTaken;
            if (word == "endif")
                frames.pop_back();
        } else if (isSkipping()) {
            continue;
        } else if (word == "define") {
            define(operands);
            isDone = false;
        } else if (word == "undef") {
            macros.erase(firstWord(operands));
            isDone = false;
        } else if (word == "include") {
            if (StringRef header = operands; header.consume_front("<")) {
                file.systemHeaders.push_back(header.take_until([](char c) { return c == '>'; }));
            } else {
                const StringRef name = operands.drop_front().take_until([](char c) { return c == '"'; });
                const SmallVector<std::string, 2> paths = includedPaths(folder, name);
                if (paths.empty())
                    return createStringError(file.path + ": there is no file \"" + name + "\"");
                for (const std::string &path : paths)
                    if (Error error = read(path))
                        return error;
            }
        } else if (word != "pragma") {
            return createStringError(file.path + ": directive #" + word + " is not understood");
        }
        if (isDone) // with the rest of the line
            copied = std::min(token.text.end() + 1, text.end());
    }
    copyTo(text.end());
    return Error::success();
}

Error KernelSource::read(StringRef path)
{
    if (!paths.insert(path).second)
        return Error::success();
    const std::optional<StringRef> text = embeddedText(path);
    if (!text)
        return createStringError("there is no file " + path);
    KernelFile file;
    file.path = paths.find(path)->first();
    // An include comes before all else of a file, so that what it includes can be done with first.
    if (Error error = preprocess(file, *text))
        return error;
    read_.push_back(std::move(file));
    return splitDeclarations(read_.back());
}

} // namespace barecc
