// A TFLite file that has been verified: every reference in it leads inside it, every index names something.
#pragma once

#include "compiler/import/tflite/Tensor.h"

#include "llvm/Support/MemoryBuffer.h"

namespace barecc::tflite_import {

struct OperatorName {
    tflite::BuiltinOperator code; // CUSTOM for those named in the file
    std::string name;             // "CONV_2D", or the file's own name of a custom one
    int version;
};

/// Indices that operators, inputs and outputs hold are indices of `tensors`; an operator's absent input is -1.
struct FileGraph {
    std::vector<Tensor> tensors;
    std::vector<const tflite::Operator *> operators;
    llvm::SmallVector<int64_t> inputs, outputs;
};

/// What a file gives a name to be called by: a subgraph, with names of its own for inputs and outputs.
struct Signature {
    std::string name;
    size_t subgraph;
};

class File {
public:
    /// Verifies `buffer`; fails with a message where it is no TFLite model or is damaged.
    static llvm::Expected<File> open(std::unique_ptr<llvm::MemoryBuffer> buffer);

    /// The bytes of the file, which constants point into.
    std::shared_ptr<llvm::MemoryBuffer> memory;

    std::vector<FileGraph> graphs;
    size_t mainGraph = 0; // the one that is compiled
    FileGraph &main() { return graphs[mainGraph]; }
    const FileGraph &main() const { return graphs[mainGraph]; }

    std::vector<Signature> signatures() const;

    OperatorName nameOf(const tflite::Operator &op) const;
    /// The name that a signature gives an input of the main graph, or the tensor's own where there is none.
    std::string signatureName(int64_t tensor) const;

private:
    const tflite::Model *model = nullptr;

    llvm::Error readTensors(const tflite::SubGraph &source, FileGraph &graph);
    llvm::Error readOperators(const tflite::SubGraph &source, FileGraph &graph);
};

/// Elements of a vector of the file that may be absent.
llvm::SmallVector<int64_t> listOf(const flatbuffers::Vector<int32_t> *vector);

} // namespace barecc::tflite_import
