// Which declarations of kernels/ a C file needs, and their text.
#pragma once

#include "compiler/emit/KernelSource.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"

#include <map>
#include <set>

namespace barecc {

/// The declarations of several kernels. Those that mean the same, since their text does and that of all they use, are
/// one; others may share a name, as `vec` of two instruction sets does.
///
/// A C file can have several versions of all functions, each compiled for other processors. The versions share types,
/// constants and macros.
class KernelDeclarations {
public:
    /// What is added from now on is for another version, whose text comes behind that of the earlier ones.
    void beginVersion() { ++version; }

    /// Adds all that the files declare that a kernel consists of. Its declarations get `suffix` behind their names
    /// where other ones that are needed have the same.
    void add(llvm::ArrayRef<std::string> paths, std::string suffix);

    /// Marks what was added last by this name, and what that uses, as needed; does nothing where there is no such name.
    void need(llvm::StringRef name);

    /// Keeps a name of the text that goes with the declarations free: none gets it as its new one.
    void avoid(llvm::StringRef name) { avoided.insert(name); }

    /// Whether something that a file declares is needed.
    bool needs(llvm::StringRef path) const;
    /// What a version needs, each declaration behind those that it uses, without what an earlier version has.
    std::string text(unsigned version = 0) const;
    /// Text that goes with a version, with the names that what it asked for has got.
    std::string renamed(llvm::StringRef text, unsigned version = 0) const;
    /// The members of structs and unions that it accesses.
    llvm::StringSet<> members() const;
    /// Of compilers and of the C library, as far as the files that it comes from include them; without brackets.
    std::set<std::string> systemHeaders() const;

private:
    /// All that a file declares by one name: more than one thing where the compiler chooses, or a macro is undefined.
    struct Symbol {
        size_t number;
        llvm::StringRef name;
        std::string suffix;
        std::vector<const KernelDeclaration *> parts;
        llvm::SetVector<Symbol *> uses;
        bool isNeeded = false;
    };
    struct Part {
        const KernelDeclaration *declaration;
        Symbol *symbol;
    };
    struct Section {
        unsigned version;
        const KernelFile *file;
        std::vector<Part> parts; // but for those that are an earlier section's
        bool isNeeded() const;
    };
    struct Candidate { // of the files that are being added
        std::vector<const KernelDeclaration *> parts;
        bool isBeingIdentified = false;
    };

    Symbol *identify(llvm::StringRef name);
    void forEachUse(const KernelDeclaration &declaration, llvm::function_ref<void(llvm::StringRef)> visit) const;
    std::set<std::string> prefixesOf(const KernelDeclaration &declaration) const;
    llvm::DenseMap<const Symbol *, std::string> printedNames() const;

    std::deque<KernelSource> sources;
    std::vector<Section> sections;
    std::deque<Symbol> symbols;
    std::map<std::string, Symbol *> known; // by all that the meaning depends on
    llvm::StringMap<Candidate> candidates;
    llvm::DenseMap<const KernelDeclaration *, size_t> positions; // of these, in the order they are read
    llvm::StringMap<Symbol *> added;                             // last
    std::map<unsigned, llvm::StringMap<Symbol *>> asked;         // for by need(), of each version
    unsigned version = 0;
    std::string suffix; // of these
    llvm::StringSet<> avoided;
};

} // namespace barecc
