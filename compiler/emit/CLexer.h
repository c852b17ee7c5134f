// The tokens of C, as far as barecc has to tell them apart in the text of kernels and of what it generated.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"

#include <string>

namespace barecc {

struct CToken {
    enum Kind {
        End,
        Identifier, // keywords too
        Number,
        Literal,    // of a string or character
        Punctuator, // one character, but "->" is one token
        Comment,    // from "/*" to "*/", or from "//" to the end of the line
        Directive,  // "#if ..." up to the end of its last line, continuation lines included
    };
    Kind kind;
    llvm::StringRef text; // a part of the text that is read
};

/// Reads C text from its beginning; white space lies between tokens. A comment or literal that does not end ends with
/// the text.
class CLexer {
public:
    explicit CLexer(llvm::StringRef text) : rest(text) {}
    CToken next();

private:
    CToken take(CToken::Kind kind, size_t length);

    llvm::StringRef rest;
    bool atLineStart = true;
};

/// Calls `visit` for each identifier that could name something at file scope: not for members behind "." and "->". The
/// words of directives count, but for their own names ("define").
void forEachIdentifier(llvm::StringRef text, llvm::function_ref<void(llvm::StringRef)> visit);

/// Calls `visit` for each identifier behind "." and "->".
void forEachMember(llvm::StringRef text, llvm::function_ref<void(llvm::StringRef)> visit);

/// `text` with other names for some of these identifiers.
std::string renameIdentifiers(llvm::StringRef text, const llvm::StringMap<llvm::StringRef> &names);

} // namespace barecc
