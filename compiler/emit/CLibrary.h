// Which headers of the C library a text needs.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <set>
#include <string>

namespace barecc {

/// Of math.h, stddef.h, stdint.h and string.h (C99 7.12, 7.17, 7.18, 7.21), which are all that models may use, those
/// that declare something of the text; without brackets. A function of math.h counts where it is called: "remainder" is
/// also a good name for a variable.
std::set<std::string> cLibraryHeaders(llvm::StringRef text);

/// Whether a header is one of these.
bool isCLibraryHeader(llvm::StringRef header);

} // namespace barecc
