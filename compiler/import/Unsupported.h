// The operators of a model that an importer has no entry for, all of them as one error.
#pragma once

#include "mlir/IR/Location.h"
#include "mlir/Support/LLVM.h"

#include <map>
#include <string>

namespace barecc {

class UnsupportedOperators {
public:
    /// One more node of an operator; `reason`, where it is not empty, says why nobody is to wait for that one.
    void add(std::string name, llvm::StringRef node, llvm::StringRef reason = "");
    int64_t nodes() const { return count; }
    /// "has operators that barecc does not implement: ..."
    mlir::LogicalResult report(mlir::Location loc) const;

private:
    struct Nodes {
        int64_t count = 0;
        std::string first, reason;
    };
    std::map<std::string, Nodes> operators;
    int64_t count = 0;
};

} // namespace barecc
