// What a piece of C uses, found from its tree.
#pragma once

#include "compiler/emit/c/Stmt.h"

#include <set>

namespace barecc::c {

struct Uses {
    std::set<std::string> names;    // variables, parameters, functions and macros
    std::set<std::string> headers;  // of kernels/abi/, which declare the functions called
    std::set<std::string> assigned; // variables, and pointers whose elements are stored to

    void add(const Expr &expr);
    void add(const Stmt &stmt);
    void add(const Block &block);
};

template <typename Tree> Uses usesOf(const Tree &tree)
{
    Uses uses;
    uses.add(tree);
    return uses;
}

/// Whether a name occurs in an expression.
bool mentions(const Expr &expr, llvm::StringRef name);

/// The parameters that a function does not use.
std::vector<std::string> unusedParameters(const Function &function);

} // namespace barecc::c
