// Model files to modules. Each importer knows its format and the operations of compiler/ir, nothing later.
//
// The module holds one public function `main`. Its arguments and results carry `nn.name` (the model's own name), and,
// where inputs were made constants, `nn.position`: the argument's place among the inputs of the file. Their types say
// whether integers have a sign (ir/Boundary.h). Quantised tensors have !quant.uniform element types with signed storage
// inside: unsigned 8-bit ones are taken to int8 (zero point - 128). Every location is sourceLocation(node name, operator type).
#pragma once

#include "compiler/ir/Limits.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include "llvm/Support/MemoryBuffer.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace barecc {

/// What the user fixes of a model that leaves dimensions open, or takes as an input what has to be known.
struct ImportOptions {
    std::map<std::string, std::vector<int64_t>> shapes; // by input name
    std::map<std::string, int64_t> dims;                // by the name of a symbolic dimension
    /// By input name; such an input is no argument of `main`, but its elements are as the argument's would be.
    std::map<std::string, mlir::ElementsAttr> constants;
    std::string directory; // of the model file, for external data
    /// The signature of a TFLite model whose subgraph is compiled; without it that is the first subgraph.
    std::optional<std::string> signature = {};
    Limits limits = {};
};

/// A module and the memory that its constants point into.
struct ImportedModel {
    mlir::OwningOpRef<mlir::ModuleOp> module;
    std::shared_ptr<void> memory; // has to outlive the context's use of the module
    /// The bytes of the files beside an ONNX model that hold its tensors, as far as it needs them, by the names that it
    /// gives them. They are in `memory`.
    std::map<std::string, llvm::StringRef> externalData;
    /// Where there is no module: the inputs behind values that have to be known at compile time. With their values in
    /// ImportOptions::constants the import may succeed.
    std::vector<std::string> neededInputs;
    /// Where there is no module: the options name what the model does not have.
    bool wrongOptions = false;
};

/// Both report through the context's diagnostics, every unsupported node at once, and give a null module then. Warnings
/// are what the user should know of a module that is given.
ImportedModel importOnnx(std::unique_ptr<llvm::MemoryBuffer> file, const ImportOptions &options,
                         mlir::MLIRContext *context);
ImportedModel importTFLite(std::unique_ptr<llvm::MemoryBuffer> file, const ImportOptions &options,
                           mlir::MLIRContext *context);

/// One row of `barecc ops`.
struct SupportedOperator {
    std::string domain, name; // domain is empty for ai.onnx and for TFLite
    int since;                // lowest opset or operator version taken
    std::string types;        // element types taken, in the standard's words
};
std::vector<SupportedOperator> onnxOperators();
std::vector<SupportedOperator> tfliteOperators();

} // namespace barecc
