// The loops of a linalg operation: where in memory it reads and writes, and which dimensions of its iteration space make
// one loop.
#pragma once

#include "compiler/emit/LoopFunction.h"
#include "compiler/emit/LoopNest.h"

namespace barecc {

/// A loop of the nest; several dimensions of the iteration space that lie one behind the other everywhere are one.
struct Loop {
    int64_t extent;
    bool isReduction;
    llvm::SmallVector<unsigned> dims; // of the iteration space, outermost first
    std::string variable;
};

/// Where an operand of the operation is read or written.
struct Access {
    std::string pointer;
    mlir::Type element;
    mlir::AffineMap map;
    llvm::SmallVector<int64_t> strides; // of the tensor
    /// Steps for each dimension of the iteration space, and what is added to them; none where it is not that simple.
    std::optional<llvm::SmallVector<int64_t>> linear;
    int64_t offset = 0;

    /// Elements from one iteration of a loop to the next; nothing where that is no constant.
    std::optional<int64_t> step(const Loop &loop) const
    {
        return linear ? std::optional((*linear)[loop.dims.back()]) : std::nullopt;
    }
};

/// The nest as a whole. Loops of one iteration are left out.
class LoopStructure {
public:
    LoopStructure(kernel::LoopsOp source, llvm::ArrayRef<LoopOperand> arguments, llvm::ArrayRef<LoopOperand> results,
                  const LoopParameters &parameters, std::optional<LoopPart> part);

    llvm::ArrayRef<Loop> loops() const { return nest; }
    /// By input, and by result where it starts with an operand's elements: nothing for scalars and for constants that
    /// are written into the loop.
    llvm::ArrayRef<std::optional<Access>> inputs() const { return read; }
    llvm::ArrayRef<std::optional<Access>> starts() const { return started; }
    llvm::ArrayRef<Access> outputs() const { return written; }

    /// Whether the reductions come after all parallel loops, so that a sum lives in a register.
    bool reductionsInnermost() const;
    /// The variable of dimension `dim` of the iteration space, which is a loop of its own, or 0 where that is left out.
    c::Atom dimension(unsigned dim) const;
    /// The element that an iteration reads or writes.
    c::Expr element(const Access &access) const;

private:
    void formLoops(mlir::linalg::LinalgOp op, std::optional<LoopPart> part);
    bool canMerge(unsigned outer, unsigned inner, int64_t innerExtent) const;
    c::Expr affine(mlir::AffineExpr expression) const;

    llvm::SmallVector<std::optional<Access>> read, started;
    llvm::SmallVector<Access> written;
    llvm::SmallVector<Loop> nest;
};

} // namespace barecc
