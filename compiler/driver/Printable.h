// Text of models and of other programs, as a terminal may be given it: names in a model are untrusted.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace barecc {

/// The text on one line: what is no printable character of UTF-8 as \n, \t, \x1b or \u202e, a byte of no character as
/// \xff.
std::string printable(llvm::StringRef text);

/// A message that quotes a model: words, and names in quotes, of more than 120 bytes lose their middle, and so does a
/// message of more than 4000.
std::string withShortNames(llvm::StringRef message);

} // namespace barecc
