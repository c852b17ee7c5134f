// Verifiers of control flow and procedures, which the nn and the kernel dialect have in common.
#pragma once

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/SymbolTable.h"

namespace barecc {

/// Kernels count elements in 32 bits, like the C of a microcontroller.
mlir::LogicalResult verifySizes(mlir::Operation *op);

/// That a region's arguments are memrefs of the operands, then of the results.
mlir::LogicalResult verifyBuffers(mlir::Operation *op, mlir::Block &body);

/// That the function an operation names takes and gives just these types.
mlir::LogicalResult verifyCallee(mlir::Operation *op, mlir::SymbolTableCollection &symbols,
                                 mlir::FlatSymbolRefAttr name, llvm::ArrayRef<mlir::Type> arguments,
                                 llvm::ArrayRef<mlir::Type> results);

inline bool isScalarInteger(mlir::Value value, unsigned width)
{
    auto type = llvm::cast<mlir::RankedTensorType>(value.getType());
    return type.getRank() == 0 && type.getElementType().isInteger(width);
}

template <typename LoopOp> mlir::LogicalResult verifyLoop(LoopOp loop)
{
    const int64_t trips = int64_t(loop.getTrips());
    if (mlir::failed(verifySizes(loop)))
        return mlir::failure();
    if (trips < 0 || trips > INT32_MAX)
        return loop.emitOpError("runs ") << loop.getTrips() << " times, which is more than can be counted";
    if ((loop.getLimit() && !isScalarInteger(loop.getLimit(), 64)) ||
        (loop.getCount() && !isScalarInteger(loop.getCount(), 64)) ||
        (loop.getStart() && !isScalarInteger(loop.getStart(), 1)))
        return loop.emitOpError("has a limit or count that is no scalar i64, or a condition that is no scalar i1");
    if (loop.getInits().getTypes() != loop.getFinals().getTypes())
        return loop.emitOpError("carries values whose types change");
    llvm::SmallVector<mlir::Type> sliced(loop.getScanned().getTypes());
    llvm::append_range(sliced, loop.getStacked().getTypes());
    for (mlir::Type type : sliced)
        if (llvm::ArrayRef<int64_t> shape = llvm::cast<mlir::RankedTensorType>(type).getShape();
            shape.empty() || shape[0] != trips)
            return loop.emitOpError("has slices of a tensor that has not one for each trip: ") << type;
    if ((!loop.getScannedBackwards().empty() && loop.getScannedBackwards().size() != loop.getScanned().size()) ||
        (!loop.getStackedBackwards().empty() && loop.getStackedBackwards().size() != loop.getStacked().size()))
        return loop.emitOpError("has directions for another number of tensors than it has");
    return mlir::success();
}

template <typename LoopOp> mlir::LogicalResult verifyLoopSymbols(LoopOp loop, mlir::SymbolTableCollection &symbols)
{
    auto slice = [](mlir::Value tensor) -> mlir::Type {
        auto type = llvm::cast<mlir::RankedTensorType>(tensor.getType());
        return mlir::RankedTensorType::get(type.getShape().drop_front(), type.getElementType());
    };
    const mlir::Type count = mlir::RankedTensorType::get({}, mlir::IntegerType::get(loop.getContext(), 64));
    llvm::SmallVector<mlir::Type> arguments{count}, results;
    if (loop.getStart())
        results.push_back(loop.getStart().getType());
    llvm::append_range(arguments, loop.getInits().getTypes());
    llvm::append_range(results, loop.getInits().getTypes());
    llvm::append_range(arguments, llvm::map_range(loop.getScanned(), slice));
    llvm::append_range(results, llvm::map_range(loop.getStacked(), slice));
    llvm::append_range(arguments, loop.getCaptured().getTypes());
    return verifyCallee(loop, symbols, loop.getBodyAttr(), arguments, results);
}

template <typename IfOp> mlir::LogicalResult verifyIf(IfOp branch)
{
    if (!isScalarInteger(branch.getCondition(), 1))
        return branch.emitOpError("has a condition that is no scalar i1");
    return verifySizes(branch);
}

template <typename IfOp> mlir::LogicalResult verifyIfSymbols(IfOp branch, mlir::SymbolTableCollection &symbols)
{
    const llvm::SmallVector<mlir::Type> arguments(branch.getCaptured().getTypes()),
        results(branch.getOutputs().getTypes());
    return mlir::failure(mlir::failed(verifyCallee(branch, symbols, branch.getThenAttr(), arguments, results)) ||
                         mlir::failed(verifyCallee(branch, symbols, branch.getOtherwiseAttr(), arguments, results)));
}

} // namespace barecc
