// The body of a linalg operation as a straight line of scalar instructions over blocks of points, so that folding a
// constant of millions of elements costs a few nanoseconds an element and not a walk over the IR.
//
// Every operation has a result for all operands, the one that the generated C computes (kernels/abi/scalar.h): integers
// wrap around, x / 0 and x % 0 are 0, a number of places to shift by is taken modulo the width, and a floating-point
// number becomes the nearest integer towards zero that the type has, NaN becomes 0. An index saturates at 32 bits.
#pragma once

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <functional>

namespace barecc {

class ScalarProgram {
public:
    /// Fails where an operand is not constant or the body holds an operation that is not evaluated.
    static mlir::FailureOr<ScalarProgram> compile(mlir::linalg::LinalgOp op);

    /// Whether every point computes the same value, so that one tells all: inputs are splats, nothing asks where it is.
    static bool isUniform(mlir::linalg::LinalgOp op);

    /// Runs over all points of the iteration space and returns the values of the operation's outputs.
    mlir::FailureOr<llvm::SmallVector<mlir::ElementsAttr>> run();

private:
    /// The values of one SSA value at the points of a block: `floats` or `integers`, by its type.
    struct Slot {
        mlir::Type type;
        std::vector<double> floats;
        std::vector<int64_t> integers;
    };
    /// A tensor that is read or written element by element.
    struct Array {
        mlir::Type element;
        llvm::SmallVector<int64_t> shape, strides; // strides are 0 where all elements are one
        llvm::ArrayRef<char> bytes;                // what is read: a constant of the context, or `owned`
        std::vector<char> owned;                   // what is written
    };
    /// An operand of the operation: which array, where in it (by loop index), and the slot of the block argument.
    struct Operand {
        unsigned array, slot;
        mlir::AffineMap map;
    };
    /// Computes one value at the first `points` points of the block; false where one has no defined result.
    using Instruction = std::function<bool(ScalarProgram &, size_t points)>;

    mlir::LogicalResult compileOperand(mlir::linalg::LinalgOp op, mlir::OpOperand &operand);
    mlir::LogicalResult compileOperation(mlir::Operation *op);
    mlir::LogicalResult compileExtract(mlir::tensor::ExtractOp op);
    mlir::FailureOr<unsigned> slotOf(mlir::Value value);
    unsigned newSlot(mlir::Value value);
    mlir::FailureOr<unsigned> arrayOf(mlir::Value tensor);
    mlir::FailureOr<unsigned> outputArray(mlir::Value tensor);
    void offsets(const Operand &operand, size_t points, std::vector<int64_t> &out);
    void load(const Array &array, llvm::ArrayRef<int64_t> offsets, Slot &slot);
    void store(Array &array, llvm::ArrayRef<int64_t> offsets, const Slot &slot);

    // Makers of instructions: the operands' slots in, the result's slot out.
    mlir::LogicalResult floats(mlir::Operation *op, double (*function)(double, double, double));
    mlir::LogicalResult integers(mlir::Operation *op, std::function<int64_t(int64_t, int64_t)> function);
    mlir::LogicalResult compare(mlir::arith::CmpFOp op);
    mlir::LogicalResult select(mlir::arith::SelectOp op);
    mlir::LogicalResult convert(mlir::Operation *op, bool isUnsigned);
    mlir::LogicalResult bitcast(mlir::arith::BitcastOp op);

    llvm::SmallVector<int64_t> ranges;
    std::vector<Array> arrays;
    std::vector<Slot> slots;
    std::vector<Instruction> instructions;
    llvm::DenseMap<mlir::Value, unsigned> slotIndex, arrayIndex;
    std::vector<std::vector<int64_t>> loopIndex; // by loop, then by point of the block
    std::vector<Operand> inputs, outputs;
    std::vector<unsigned> yields;
    std::vector<mlir::RankedTensorType> resultTypes;
    size_t blockPoints = 1024;
    bool uniform = false; // all inputs are: one point tells all
};

} // namespace barecc
