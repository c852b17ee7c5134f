// What a model contains of kernels/: the declarations that it needs, and no others.
#pragma once

#include "compiler/kernel/Feature.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSet.h"

#include <set>
#include <string>

namespace barecc {

class KernelDeclarations;

/// Gathers the kernels that are called and the helpers that generated text uses.
///
/// A declaration is needed if the generated text names it, or one that is needed does. Where declarations of one name
/// differ, as those of two instruction sets do, each gets its kernel's features: vec_avx2_fma and vec_avx2_fma_avx512f.
///
/// Where a C file has several versions of the model's functions, for processors of several levels, each has a text.
class KernelText {
public:
    /// For a target of these features, whose own forms of helpers take the place of the plain ones. Those of the level count
    /// in addition to those that kernels ask for.
    explicit KernelText(bool small, llvm::ArrayRef<const Feature *> target = {}, const FeatureLevel &level = {})
        : small(small), target(target), level(level.name), features(level.features.begin(), level.features.end())
    {
    }

    /// A kernel of any instruction set, or a header: of kernels/abi/, or with its folder in kernels/. Unknown names are
    /// a bug of barecc. All layers share the body of a kernel that `isShared`; others are specialised for each.
    void addKernel(llvm::StringRef name, bool isShared);
    void addHeader(llvm::StringRef header);

    /// Whether functions of layers are compiled for few bytes.
    bool isSmall() const { return small; }

    /// Whether a kernel that was added reads a field of its params: whether its text, with all that this uses, has a
    /// member of that name.
    bool readsField(llvm::StringRef kernel, llvm::StringRef field) const;

    struct Text {
        /// Lines that stop a C compiler which has not been told of a processor that the kernels need, where it takes flags
        /// to do so. They go in front of the headers, whose own errors say less.
        std::string processorCheck;
        std::set<std::string> systemHeaders; ///< Of the C library and of compilers, without brackets.
        std::string declarations;            ///< Each behind those that it uses.
        std::string layers, functions;       ///< With the names that the declarations have got.
        /// What stands before all functions that are to be compiled for the kernels' instruction set, and behind them:
        /// where a compiler can be told of it in the text, no flags are needed.
        std::string instructionSetBegin, instructionSetEnd;
    };

    /// Text that calls the kernels: the functions of layers, and those that call them.
    struct Version {
        const KernelText &kernels;
        std::string layers, functions;
    };
    /// What the versions of one C file, in their order, need in front of them.
    static std::vector<Text> textsFor(llvm::ArrayRef<Version> versions);
    /// What text that calls the kernels needs in front of it.
    Text textFor(llvm::StringRef generated) const;

private:
    void declare(llvm::StringRef generated, KernelDeclarations &declarations) const;
    void addInstructionSet(Text &text) const;

    struct Kernel {
        bool isShared;
        llvm::StringSet<> members; // of structs, which it accesses
    };

    const bool small; // code, rather than fast
    llvm::SmallVector<const Feature *> target;
    std::string level;                                // behind names that other versions have as well
    llvm::MapVector<llvm::StringRef, Kernel> kernels; // in the order they were added
    std::set<std::string> headers, features;
};

} // namespace barecc
