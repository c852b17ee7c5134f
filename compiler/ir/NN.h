// The nn dialect: what a network computes.
#pragma once

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "compiler/ir/NNDialect.h.inc"

#include "compiler/ir/NNEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "compiler/ir/NNAttributes.h.inc"

#include "compiler/ir/NNInterfaces.h.inc"

#define GET_OP_CLASSES
#include "compiler/ir/NNOps.h.inc"

namespace barecc {

/// Registers every dialect that a model may be written in before selection.
void registerDialects(mlir::DialectRegistry &registry);

/// The integer type that a quantised tensor is stored in; any other type as it is.
mlir::RankedTensorType storageType(mlir::RankedTensorType type);

/// The per-tensor or per-axis quantisation of a tensor, or null.
mlir::quant::QuantizedType quantization(mlir::Type tensorType);

/// `name` and operator type of the source node that an operation comes from, as the importers put them into
/// locations: loc("name"("OpType")). Of a fused location the first node that has them.
struct SourceNode {
    llvm::StringRef name, type;
};
SourceNode sourceNode(mlir::Location loc);

/// The location of a source node, for importers.
mlir::Location sourceLocation(mlir::MLIRContext *context, llvm::StringRef name, llvm::StringRef type);

} // namespace barecc
