// A file of what is made of a model.
#pragma once

#include "llvm/Support/raw_ostream.h"

#include <functional>
#include <string>

namespace barecc {

struct GeneratedFile {
    std::string path; ///< Relative to the output directory.
    std::string contents;
    /// Prints what stands behind `contents`: the numbers of weights, whose text is never in memory as a whole.
    std::function<void(llvm::raw_ostream &)> rest = {};

    void print(llvm::raw_ostream &os) const
    {
        os << contents;
        if (rest)
            rest(os);
    }
};

} // namespace barecc
