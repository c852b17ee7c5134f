// The C of kernels/, which travels inside barecc, as declarations.
#pragma once

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Error.h"

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace barecc {

/// A branch of a conditional: its directives in order ("#if A", "#elif B", "#else"), up to that of the branch. Two
/// branches are of one conditional if they begin at the same place.
using KernelCondition = std::vector<llvm::StringRef>;

/// A function, type, constant or macro at file scope; "#undef" counts as a part of its macro.
struct KernelDeclaration {
    llvm::StringRef name;
    llvm::StringRef text; ///< With the comment that belongs to it.
    bool isMacro = false, isFunction = false;
    bool startsParagraph = false;            ///< An empty line is above it.
    std::vector<llvm::StringRef> uses;       ///< Identifiers, of which many are nothing at file scope.
    std::vector<llvm::StringRef> prefixes;   ///< Of a macro: what it pastes to the front of an argument by "##".
    std::vector<KernelCondition> conditions; ///< That it stands in, from outside to inside.
};

/// One file, as the compiler of a certain kernel sees it.
struct KernelFile {
    llvm::StringRef path;                       ///< In the project: "kernels/abi/window2d.h".
    std::string text;                           ///< Without what the preprocessor has done: see KernelSource.
    llvm::StringRef comment;                    ///< At its beginning.
    std::vector<llvm::StringRef> systemHeaders; ///< Without brackets.
    std::vector<KernelDeclaration> declarations;
};

/// Splits `file.text` into `comment` and `declarations`. Understands C in the form that kernels/ has; anything else is
/// an error:
///
/// - A comment belongs to the declaration below it, or with an empty line behind it to the one above.
/// - An upper-case macro that is called at file scope defines what its first argument names.
/// - Of "}" in the first column each ends a function, type or initialiser.
llvm::Error splitDeclarations(KernelFile &file);

/// The files that a kernel consists of, in the order that a compiler reads them. What depends on macros of kernels/
/// alone is decided: of #if, #ifdef and #ifndef with such a macro, which are defined by the file of an instruction set,
/// only the branch taken is left. Inclusions and pragmas are gone.
class KernelSource {
public:
    /// Reads a file behind those that were read before; once. The path is as in KernelFile.
    llvm::Error read(llvm::StringRef path);

    const std::deque<KernelFile> &files() const { return read_; }

private:
    struct Macro {
        std::optional<int64_t> value; // nothing where compilers choose
        unsigned conditional = 0;     // number of that which must hold for it to be defined, or 0
    };
    struct Frame { // a conditional that is open
        unsigned number;
        bool isDecided, isTaken, isElse;
    };

    llvm::Error preprocess(KernelFile &file, llvm::StringRef text);
    void define(llvm::StringRef operands);
    std::optional<bool> decide(llvm::StringRef word, llvm::StringRef operands) const;
    bool isSkipping() const;

    std::deque<KernelFile> read_; // of stable address
    llvm::StringSet<> paths;
    llvm::StringMap<Macro> macros;
    std::vector<Frame> frames;
    unsigned conditionals = 0; // seen so far
};

/// All files of kernels/.
std::vector<llvm::StringRef> kernelPaths();

} // namespace barecc
