// Arithmetic on scalars, for the bodies of element-wise operators, reductions and windows: one name for an operation
// whether its operands are floating-point numbers, signed or unsigned integers.
#pragma once

#include "compiler/ir/Boundary.h"
#include "compiler/ir/GraphBuilder.h"

namespace barecc::onnx_import {

struct ScalarMath {
    mlir::OpBuilder &b;
    mlir::Location loc;
    mlir::Type element = {}; // integers have its sign (ui8: unsigned)

    bool isUnsigned() const { return element && element.isUnsignedInteger(); }

    /// A number of the type of `like`.
    mlir::Value number(mlir::Value like, double value) const
    {
        return GraphBuilder::scalar(b, loc, like.getType(), value);
    }

    mlir::Value add(mlir::Value x, mlir::Value y) const { return pick<mlir::arith::AddFOp, mlir::arith::AddIOp>(x, y); }
    mlir::Value subtract(mlir::Value x, mlir::Value y) const
    {
        return pick<mlir::arith::SubFOp, mlir::arith::SubIOp>(x, y);
    }
    mlir::Value multiply(mlir::Value x, mlir::Value y) const
    {
        return pick<mlir::arith::MulFOp, mlir::arith::MulIOp>(x, y);
    }
    /// Integers truncate.
    mlir::Value divide(mlir::Value x, mlir::Value y) const
    {
        return pick<mlir::arith::DivFOp, mlir::arith::DivSIOp, mlir::arith::DivUIOp>(x, y);
    }
    /// The remainder of truncated division: its sign is that of x.
    mlir::Value remainder(mlir::Value x, mlir::Value y) const
    {
        return pick<mlir::arith::RemFOp, mlir::arith::RemSIOp, mlir::arith::RemUIOp>(x, y);
    }
    /// NaN wins.
    mlir::Value largest(mlir::Value x, mlir::Value y) const
    {
        return pick<mlir::arith::MaximumFOp, mlir::arith::MaxSIOp, mlir::arith::MaxUIOp>(x, y);
    }
    mlir::Value smallest(mlir::Value x, mlir::Value y) const
    {
        return pick<mlir::arith::MinimumFOp, mlir::arith::MinSIOp, mlir::arith::MinUIOp>(x, y);
    }

    // Comparisons are false where an operand is NaN.
    mlir::Value equal(mlir::Value x, mlir::Value y) const
    {
        return compare(mlir::arith::CmpFPredicate::OEQ, mlir::arith::CmpIPredicate::eq, mlir::arith::CmpIPredicate::eq,
                       x, y);
    }
    mlir::Value less(mlir::Value x, mlir::Value y) const
    {
        return compare(mlir::arith::CmpFPredicate::OLT, mlir::arith::CmpIPredicate::slt,
                       mlir::arith::CmpIPredicate::ult, x, y);
    }
    mlir::Value lessOrEqual(mlir::Value x, mlir::Value y) const
    {
        return compare(mlir::arith::CmpFPredicate::OLE, mlir::arith::CmpIPredicate::sle,
                       mlir::arith::CmpIPredicate::ule, x, y);
    }
    mlir::Value select(mlir::Value condition, mlir::Value yes, mlir::Value no) const
    {
        return mlir::arith::SelectOp::create(b, loc, condition, yes, no);
    }

    /// Floats shorter than 32 bits are calculated with in single precision, as all references do; others as they are.
    mlir::Value widen(mlir::Value x) const
    {
        return isShort(x.getType()) ? GraphBuilder::castScalar(b, loc, x, b.getF32Type()) : x;
    }
    mlir::Value narrow(mlir::Value x, mlir::Type type) const
    {
        return isShort(type) && x.getType().isF32() ? GraphBuilder::castScalar(b, loc, x, type) : x;
    }
    static bool isShort(mlir::Type type)
    {
        return llvm::isa<mlir::FloatType>(type) && type.getIntOrFloatBitWidth() < 32;
    }

private:
    template <typename Float, typename Signed, typename Unsigned = Signed>
    mlir::Value pick(mlir::Value x, mlir::Value y) const
    {
        if (llvm::isa<mlir::FloatType>(x.getType()))
            return Float::create(b, loc, x, y);
        if (isUnsigned())
            return Unsigned::create(b, loc, x, y);
        return Signed::create(b, loc, x, y);
    }
    mlir::Value compare(mlir::arith::CmpFPredicate floats, mlir::arith::CmpIPredicate signedIntegers,
                        mlir::arith::CmpIPredicate unsignedIntegers, mlir::Value x, mlir::Value y) const
    {
        if (llvm::isa<mlir::FloatType>(x.getType()))
            return mlir::arith::CmpFOp::create(b, loc, floats, x, y);
        return mlir::arith::CmpIOp::create(b, loc, isUnsigned() ? unsignedIntegers : signedIntegers, x, y);
    }
};

/// An element-wise operation on scalars that short floating-point operands reach widened; the result is narrowed where
/// `result` is such a type. Integers are calculated with as those of `operand` (ui8: unsigned).
inline mlir::Value mapElements(GraphBuilder &g, mlir::ValueRange inputs, mlir::Type operand, mlir::Type result,
                               llvm::function_ref<mlir::Value(const ScalarMath &, mlir::ValueRange)> body)
{
    return g.elementwise(inputs, result, [&](mlir::OpBuilder &b, mlir::Location loc, mlir::ValueRange arguments) {
        const ScalarMath m{b, loc, operand};
        llvm::SmallVector<mlir::Value> wide;
        for (mlir::Value argument : arguments)
            wide.push_back(m.widen(argument));
        return m.narrow(body(m, wide), result);
    });
}

/// The same where the result is of the operands' type.
inline mlir::Value mapElements(GraphBuilder &g, mlir::ValueRange inputs, mlir::Type element,
                               llvm::function_ref<mlir::Value(const ScalarMath &, mlir::ValueRange)> body)
{
    return mapElements(g, inputs, element, boundary::signless(element), body);
}

} // namespace barecc::onnx_import
