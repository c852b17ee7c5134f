// The names of a generated program. All that are no kernel's own are made here, so that none can meet another, nor a name
// of C, C++, their libraries, or a compiler's GNU mode.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"

#include <string>

namespace barecc {

/// True for [A-Za-z_][A-Za-z0-9_]* that is no keyword of C or C++ and no macro that compilers define in their GNU modes.
bool isCIdentifier(llvm::StringRef text);

/// `text` in lower case with each run of other characters turned to one '_' (none at the ends), "m_" in front where it
/// would be no identifier, and "model" where nothing is left.
std::string toCIdentifier(llvm::StringRef text);

/// The names that one program has taken.
class Names {
public:
    /// `model` is the prefix of everything that other files can see.
    explicit Names(llvm::StringRef model);
    /// Those of a function, which are none of the program's so far; `program` has to outlive them.
    static Names inside(const Names &program) { return Names(program, program.model); }

    /// `base`, or `base` with a number behind it where that is taken, which nothing else has from now on.
    std::string unique(llvm::StringRef base);
    /// The name of an input or output, from what the model file calls it; `fallback` where that is nothing. Not one of
    /// C's library, nor one that ends in _t, which POSIX keeps for itself, nor longer than C looks at.
    std::string argument(llvm::StringRef tensor, llvm::StringRef fallback);
    /// A name that other files can see: `<model>_<base>`.
    std::string external(llvm::StringRef base);

private:
    Names(const Names &outer, llvm::StringRef model) : outer(&outer), model(model) {}

    bool isTaken(llvm::StringRef name) const { return taken.contains(name) || (outer && outer->isTaken(name)); }

    const Names *outer = nullptr;
    std::string model;
    llvm::StringSet<> taken;
    llvm::StringMap<unsigned> lastNumbers; // by base: up to this one they are taken
};

} // namespace barecc
