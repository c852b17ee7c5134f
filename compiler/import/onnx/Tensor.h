// Tensors of an ONNX graph: as the importer keeps them, and as files store them.
#pragma once

#include "compiler/ir/GraphBuilder.h"
#include "compiler/ir/Budget.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <onnx/onnx_pb.h>

#include <map>

namespace barecc::onnx_import {

/// One tensor of the graph, in the forms that operators ask for; or a sequence, or an optional.
struct Tensor {
    mlir::Type element; // as elementType gives it, with the sign of integers; null where this is no tensor
    mlir::Value value;  // its numbers, integers without a sign; null where only the quantised form was made so far
    mlir::Value quantized = {}; // the same tensor with a !quant.uniform element type of signed storage, or null
    /// The actual sizes of dimensions for which the type only has a bound (Extents.h): empty where there are none, else
    /// a tensor<i64> or null for each dimension.
    llvm::SmallVector<mlir::Value> extents = {};
    /// Where this is no tensor but a sequence of them: its elements (Sequence.cpp).
    std::shared_ptr<const std::vector<Tensor>> sequence = {};
    bool isEmptyOptional = false;
};

/// The element type that a number of TensorProto.DataType stands for, as the module's boundary has it: uint8 is ui8,
/// int8 is i8. Null where barecc has none for it (strings and complex numbers).
mlir::Type elementType(mlir::MLIRContext *context, int64_t dataType);

/// The standard's name of such an element type: "float", "uint8", "bool".
llvm::StringRef elementName(mlir::Type element);

/// Whether a tensor of this shape is one that the compiler handles (tensorElements in ir/Limits.h).
bool isReasonable(llvm::ArrayRef<int64_t> shape);

/// Elements of a table that the importer itself makes, one 64-bit number each, at most: far more than any model wants.
inline constexpr int64_t mostTableElements = int64_t(1) << 24;

/// The files beside a model that hold its large tensors.
class ExternalFiles {
public:
    /// The files' bytes count for `budget`.
    ExternalFiles(std::string directory, Budget &budget) : directory(std::move(directory)), budget(budget) {}

    /// Bytes [offset, offset + length) of a file in the model's directory.
    /// They live as long as this object. Paths that lead out of the directory are refused.
    llvm::Expected<llvm::ArrayRef<char>> read(llvm::StringRef location, int64_t offset, int64_t length);

    /// The files that were read, whole, by location.
    std::map<std::string, llvm::StringRef> contents() const;

private:
    std::string directory;
    Budget &budget;
    llvm::StringMap<std::unique_ptr<llvm::MemoryBuffer>> files;
};

/// A tensor, of the element types that elementType gives, from its protobuf, which has to outlive the context: its
/// bytes are not copied where they are in the form that constants have.
llvm::Expected<mlir::ElementsAttr> readTensor(mlir::MLIRContext *context, const onnx::TensorProto &proto,
                                              ExternalFiles &files);

/// The dense tensor that a sparse one stands for.
llvm::Expected<mlir::ElementsAttr> readSparseTensor(mlir::MLIRContext *context, const onnx::SparseTensorProto &proto,
                                                    ExternalFiles &files);

/// A constant of one of these types as a tensor of the graph.
Tensor constantTensor(GraphBuilder &g, mlir::ElementsAttr constant);

} // namespace barecc::onnx_import
