// The inputs of an ONNX graph: which are arguments of `main`, of what shape, and which the user made constants.
#pragma once

#include "compiler/import/Import.h"
#include "compiler/import/onnx/Graph.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace barecc::onnx_import {

/// Attributes of an argument or result of `main`.
mlir::NamedAttrList boundaryAttributes(mlir::OpBuilder &b, llvm::StringRef name);

/// Gives `main` an argument for each input of the graph that is no initializer and no constant of the options, and
/// defines all of them in `scope`. Open dimensions take what the options say. Reports what is wrong; `wrongOptions` is
/// set where it is that the options do not fit the model.
mlir::LogicalResult importInputs(const onnx::GraphProto &graph, const ImportOptions &options, GraphBuilder &g,
                                 mlir::func::FuncOp main, Scope &scope, bool &wrongOptions);

} // namespace barecc::onnx_import
