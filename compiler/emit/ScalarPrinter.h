// The scalar operations of a linalg body, or of a procedure, as C expressions.
#pragma once

#include "compiler/emit/BodyBuilder.h"

#include "mlir/IR/Operation.h"

namespace barecc {

class ScalarPrinter {
public:
    /// One element of a tensor, from its indices.
    using ReadElement = std::function<c::Expr(mlir::Value tensor, std::vector<c::Expr> indices)>;

    ScalarPrinter(BodyBuilder &body, ReadElement readElement) : body(body), readElement(std::move(readElement)) {}

    /// Defines the value of an operation in the body, unless nothing uses it. Fails on operations that have no C form
    /// here.
    mlir::LogicalResult print(mlir::Operation *op);

    /// What linalg.index of a loop is.
    void setLoopIndex(unsigned loop, c::Atom index)
    {
        if (loopIndex.size() <= loop)
            loopIndex.resize(loop + 1, c::Atom::literal(0));
        loopIndex[loop] = std::move(index);
    }

private:
    mlir::FailureOr<c::Expr> expressionOf(mlir::Operation *op);
    c::Expr binary(mlir::Operation *op, c::Operator symbol);
    c::Expr integerBinary(mlir::Operation *op, c::Operator symbol);
    c::Expr asValue(mlir::Type type, c::Expr value);
    c::Expr signedCall(mlir::Operation *op, const std::string &function);
    c::Expr unsignedBinary(mlir::Operation *op, c::Operator symbol, c::Expr right);
    c::Expr division(mlir::Operation *op, c::Operator symbol, bool isUnsigned);
    c::Expr places(mlir::Operation *op);
    c::Expr bitwise(mlir::Operation *op, c::Operator ofBits, c::Operator ofTruth);
    c::Expr extremum(mlir::Operation *op, bool largest);
    c::Expr extremumOfNumbers(mlir::Operation *op, bool largest);
    c::Expr unsignedExtremum(mlir::Operation *op, bool largest);
    c::Expr compareFloats(mlir::arith::CmpFOp op);
    c::Expr compareIntegers(mlir::arith::CmpIOp op);
    c::Expr integerOf(mlir::Operation *op);
    c::Expr indexOf(mlir::Operation *op);
    c::Expr conversion(mlir::Operation *op);
    c::Expr bitcast(mlir::Operation *op);
    c::Expr mathCall(mlir::Operation *op, const std::string &function);
    c::Expr isNan(mlir::Value value);
    std::vector<c::Expr> operands(mlir::Operation *op);
    std::vector<c::Expr> unsignedOperands(mlir::Operation *op);

    BodyBuilder &body;
    ReadElement readElement;
    std::vector<c::Atom> loopIndex;
};

} // namespace barecc
