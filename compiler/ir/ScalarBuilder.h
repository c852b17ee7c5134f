// Arithmetic on one element, in the body of a linalg operation: integer or floating-point, by the operands' type.
#pragma once

#include "compiler/ir/GraphBuilder.h"
#include "compiler/ir/Quantization.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace barecc {

struct ScalarBuilder {
    using Value = mlir::Value;
    mlir::OpBuilder &b;
    mlir::Location loc;

    static bool isFloat(Value x) { return llvm::isa<mlir::FloatType>(x.getType()); }
    Value number(mlir::Type type, double value) const { return GraphBuilder::scalar(b, loc, type, value); }
    Value integer(mlir::Type type, int64_t value) const { return GraphBuilder::scalar(b, loc, type, value); }
    Value i32(int64_t value) const { return integer(b.getI32Type(), value); }
    Value index(int64_t value) const { return integer(b.getIndexType(), value); }
    Value f32(double value) const { return number(b.getF32Type(), value); }
    /// A constant of the type of `like`.
    Value same(Value like, double value) const { return number(like.getType(), value); }

    template <typename Op> Value op(mlir::ValueRange operands) const { return Op::create(b, loc, operands); }
    template <typename FloatOp, typename IntegerOp> Value either(Value x, Value y) const
    {
        if (isFloat(x))
            return FloatOp::create(b, loc, x, y);
        return IntegerOp::create(b, loc, x, y);
    }
    Value add(Value x, Value y) const { return either<mlir::arith::AddFOp, mlir::arith::AddIOp>(x, y); }
    Value sub(Value x, Value y) const { return either<mlir::arith::SubFOp, mlir::arith::SubIOp>(x, y); }
    Value mul(Value x, Value y) const { return either<mlir::arith::MulFOp, mlir::arith::MulIOp>(x, y); }
    /// Integers are cut towards zero.
    Value div(Value x, Value y) const { return either<mlir::arith::DivFOp, mlir::arith::DivSIOp>(x, y); }
    Value max(Value x, Value y) const { return either<mlir::arith::MaximumFOp, mlir::arith::MaxSIOp>(x, y); }
    Value min(Value x, Value y) const { return either<mlir::arith::MinimumFOp, mlir::arith::MinSIOp>(x, y); }
    Value clamp(Value x, double low, double high) const { return min(max(x, same(x, low)), same(x, high)); }
    Value select(Value condition, Value yes, Value no) const
    {
        return mlir::arith::SelectOp::create(b, loc, condition, yes, no);
    }
    /// Comparisons are false where a side is NaN, but for notEqual.
    Value compare(mlir::arith::CmpFPredicate real, mlir::arith::CmpIPredicate whole, Value x, Value y) const
    {
        if (isFloat(x))
            return mlir::arith::CmpFOp::create(b, loc, real, x, y);
        return mlir::arith::CmpIOp::create(b, loc, whole, x, y);
    }
    Value less(Value x, Value y) const
    {
        return compare(mlir::arith::CmpFPredicate::OLT, mlir::arith::CmpIPredicate::slt, x, y);
    }
    Value lessEqual(Value x, Value y) const
    {
        return compare(mlir::arith::CmpFPredicate::OLE, mlir::arith::CmpIPredicate::sle, x, y);
    }
    Value equal(Value x, Value y) const
    {
        return compare(mlir::arith::CmpFPredicate::OEQ, mlir::arith::CmpIPredicate::eq, x, y);
    }
    Value convert(Value x, mlir::Type type) const { return GraphBuilder::castScalar(b, loc, x, type); }
    Value widen(Value x) const { return convert(x, b.getI32Type()); }
    Value shiftLeft(Value x, int64_t bits) const
    {
        return mlir::arith::ShLIOp::create(b, loc, x, integer(x.getType(), bits));
    }
    /// round(x * multiplier * 2^(shift - 31)) as TFLite rounds.
    Value rescale(Value x, FixedPoint by) const
    {
        return nn::RescaleOp::create(b, loc, b.getI32Type(), x, uint32_t(by.multiplier), uint32_t(by.shift));
    }
};

} // namespace barecc
