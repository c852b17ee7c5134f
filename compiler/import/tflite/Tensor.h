// The tensors of a TFLite subgraph: what the file says of each, and its bytes where it is constant.
#pragma once

#include "compiler/import/tflite/schema_generated.h"
#include "compiler/ir/Limits.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

#include <memory>
#include <string>
#include <vector>

namespace barecc::tflite_import {

struct Tensor {
    std::string name;
    tflite::TensorType type = tflite::TensorType_FLOAT32;
    llvm::SmallVector<int64_t> shape;      // as stored; the importer computes those of all but inputs and constants
    llvm::SmallVector<float> scales;       // none: not quantised
    llvm::SmallVector<int64_t> zeroPoints; // as many as scales; of uint8 tensors less 128, see elementType
    int64_t quantizedDimension = 0;
    bool isOpen = false;  // a dimension is open, and `shape` says no extent that could be taken in its place
    bool hasRank = false; // old files do not say so where they might
    bool isVariable = false;
    bool hasData = false;
    llvm::ArrayRef<char> data;
    const tflite::SparsityParameters *sparsity = nullptr;

    bool isQuantized() const { return !scales.empty(); }
};

/// Reads what `source` says; `data` are the bytes of its buffer. Fails with a message where that contradicts itself.
llvm::Expected<Tensor> readTensor(const tflite::Tensor &source, std::optional<llvm::ArrayRef<char>> data);

/// The element type of a tensor in the module. Quantised tensors of 8 and 16 bits have !quant.uniform types with signed
/// storage: unsigned bytes are moved down by 128, and so is their zero point. Quantised integers of 32 and 64 bits
/// (biases) are plain ones. complex64 is f32 with a trailing dimension of 2, a resource the
/// number of its variable. Null where the module has no such type.
mlir::Type elementType(mlir::MLIRContext *context, const Tensor &tensor);

/// The element type of a tensor for the caller of the generated function (ir/Boundary.h): that of the module, but where
/// integers are unsigned. Plain ones are ui8, ui16 and so on, quantised bytes !quant.uniform<u8:...>.
mlir::Type callersElementType(mlir::MLIRContext *context, const Tensor &tensor);

/// The module's shape of a file's shape: complex numbers are pairs.
llvm::SmallVector<int64_t> moduleShape(const Tensor &tensor);

/// The value of a constant tensor with its storage type (see elementType): a view of the file where its bytes can be
/// used as they are. Fails with a message where the bytes are too few or their encoding is wrong.
llvm::Expected<mlir::ElementsAttr> constantOf(mlir::MLIRContext *context, const Tensor &tensor);

/// The dense bytes of a sparse tensor (Sparse.cpp).
llvm::Expected<std::vector<char>> expandSparse(const Tensor &tensor, unsigned elementBytes);

/// Integers of 8 and 16 bits: what quantised activations and weights are.
bool isNarrow(tflite::TensorType type);

/// "FLOAT32", as TFLite names its types.
const char *typeName(tflite::TensorType type);

} // namespace barecc::tflite_import
