// Loop order and layout of one linalg.generic: which order of its loops reads memory best, and the operation rewritten
// to that order, with its results laid out in it.
#pragma once

#include "compiler/optimize/Layout.h"

namespace barecc {

/// A linalg.generic in another order of loops. Transposes of its operands are taken into the indexing maps.
class GenericLayout {
public:
    /// The order that the largest transposed operand lies in; nothing where no operand is transposed or the operation
    /// has an unusual output.
    static std::optional<GenericLayout> ofOperands(mlir::linalg::GenericOp op);

    /// The order that makes the results transposed(result, permutation).
    static std::optional<GenericLayout> ofResult(mlir::linalg::GenericOp op, llvm::ArrayRef<int64_t> permutation);

    /// Results come out as transposed(result, resultPermutation()).
    llvm::ArrayRef<int64_t> resultPermutation() const { return results; }

    /// Bytes moved by the operands' transposes and read against the order of loops: as the operation is, and as it will
    /// be.
    int64_t costBefore() const;
    int64_t costAfter() const;

    /// Creates the operation in its new layout before the old one, which keeps only its users.
    mlir::linalg::GenericOp apply(mlir::OpBuilder &b);

private:
    explicit GenericLayout(mlir::linalg::GenericOp op);
    void orderBy(llvm::ArrayRef<int64_t> first);
    int64_t readAgainstOrder(mlir::Value operand, mlir::AffineMap map, llvm::ArrayRef<int64_t> loopPosition) const;

    mlir::linalg::GenericOp op;
    llvm::SmallVector<mlir::Value> inputs;   // without their transposes
    llvm::SmallVector<mlir::AffineMap> maps; // of `inputs`, over the old loops
    Permutation order;                       // new loop i is old loop order[i]
    llvm::SmallVector<int64_t> position;     // the inverse: old loop to new
    Permutation results;
};

} // namespace barecc
