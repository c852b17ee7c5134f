#include "compiler/import/tflite/File.h"

using namespace mlir;

namespace barecc::tflite_import {

// Models nest a handful of tables and hold some thousands of them; more is an attempt to keep the verifier busy.
static constexpr flatbuffers::uoffset_t maxDepth = 64, maxTables = 4'000'000;

SmallVector<int64_t> listOf(const flatbuffers::Vector<int32_t> *vector)
{
    return vector ? SmallVector<int64_t>(vector->begin(), vector->end()) : SmallVector<int64_t>();
}

static llvm::Error damaged(const Twine &what)
{
    return llvm::createStringError(what + "; the file is damaged or cut short");
}

llvm::Expected<File> File::open(std::unique_ptr<llvm::MemoryBuffer> buffer)
{
    const auto *bytes = reinterpret_cast<const uint8_t *>(buffer->getBufferStart());
    const size_t size = buffer->getBufferSize();
    if (size < 8 || !tflite::ModelBufferHasIdentifier(bytes))
        return llvm::createStringError("is not a TFLite model; give a .tflite file");
    // Files may be larger than a flatbuffer: then the data of their buffers lies behind it.
    flatbuffers::Verifier verifier(bytes, std::min<size_t>(size, FLATBUFFERS_MAX_BUFFER_SIZE - 1), maxDepth, maxTables);
    if (!tflite::VerifyModelBuffer(verifier))
        return damaged("does not verify as a TFLite model");
    File file;
    file.memory = std::move(buffer);
    file.model = tflite::GetModel(bytes);
    if (file.model->version() != 3)
        return llvm::createStringError("has schema version " + Twine(file.model->version()) +
                                       "; convert the model again, to version 3");
    if (!file.model->subgraphs() || file.model->subgraphs()->size() == 0)
        return damaged("holds no graph");
    for (const tflite::SubGraph *source : *file.model->subgraphs()) {
        FileGraph &graph = file.graphs.emplace_back();
        if (llvm::Error error = file.readTensors(*source, graph))
            return std::move(error);
        if (llvm::Error error = file.readOperators(*source, graph))
            return std::move(error);
    }
    return std::move(file);
}

llvm::Error File::readTensors(const tflite::SubGraph &sourceGraph, FileGraph &graph)
{
    if (!sourceGraph.tensors())
        return llvm::Error::success();
    for (const tflite::Tensor *source : *sourceGraph.tensors()) {
        std::optional<ArrayRef<char>> data;
        if (source->buffer() != 0) {
            if (!model->buffers() || source->buffer() >= model->buffers()->size())
                return damaged("names buffer " + Twine(source->buffer()) + ", which it does not have");
            const tflite::Buffer &buffer = *model->buffers()->Get(source->buffer());
            if (buffer.data() && buffer.data()->size() != 0) {
                data = ArrayRef(reinterpret_cast<const char *>(buffer.data()->data()), buffer.data()->size());
            } else if (buffer.offset() > 1) {
                const uint64_t size = memory->getBufferSize();
                if (buffer.offset() > size || buffer.size() > size - buffer.offset())
                    return damaged("names data behind its end");
                data = ArrayRef(memory->getBufferStart() + buffer.offset(), size_t(buffer.size()));
            }
        }
        llvm::Expected<Tensor> tensor = readTensor(*source, data);
        if (!tensor)
            return tensor.takeError();
        graph.tensors.push_back(std::move(*tensor));
    }
    return llvm::Error::success();
}

llvm::Error File::readOperators(const tflite::SubGraph &source, FileGraph &graph)
{
    graph.inputs = listOf(source.inputs());
    graph.outputs = listOf(source.outputs());
    const int64_t count = int64_t(graph.tensors.size());
    auto names = [&](ArrayRef<int64_t> list, bool mayBeAbsent) {
        return llvm::all_of(list, [&](int64_t i) { return i >= (mayBeAbsent ? -1 : 0) && i < count; });
    };
    if (!names(graph.inputs, false) || !names(graph.outputs, false))
        return damaged("has an input or output that is no tensor");
    if (!source.operators())
        return llvm::Error::success();
    for (const tflite::Operator *op : *source.operators()) {
        if (!model->operator_codes() || op->opcode_index() >= model->operator_codes()->size())
            return damaged("has an operator of no kind");
        if (!names(listOf(op->inputs()), true) || !names(listOf(op->outputs()), false) ||
            !names(listOf(op->intermediates()), true))
            return damaged("has an operator on a tensor that it does not have");
        graph.operators.push_back(op);
    }
    return llvm::Error::success();
}

OperatorName File::nameOf(const tflite::Operator &op) const
{
    const tflite::OperatorCode &source = *model->operator_codes()->Get(op.opcode_index());
    // Old files have the byte only, where all new codes are 127.
    const auto code =
        std::max(static_cast<tflite::BuiltinOperator>(source.deprecated_builtin_code()), source.builtin_code());
    if (code == tflite::BuiltinOperator_CUSTOM)
        return {code, source.custom_code() ? source.custom_code()->str() : "", source.version()};
    const char *name = tflite::EnumNameBuiltinOperator(code);
    return {code, *name ? name : "operator " + std::to_string(code), source.version()};
}

std::vector<Signature> File::signatures() const
{
    std::vector<Signature> all;
    if (const auto *source = model->signature_defs())
        for (const tflite::SignatureDef *signature : *source)
            if (signature->subgraph_index() < graphs.size())
                all.push_back(
                    {signature->signature_key() ? signature->signature_key()->str() : "", signature->subgraph_index()});
    return all;
}

std::string File::signatureName(int64_t tensor) const
{
    if (const auto *signatures = model->signature_defs()) {
        for (const tflite::SignatureDef *signature : *signatures) {
            if (signature->subgraph_index() != mainGraph || !signature->inputs())
                continue;
            for (const tflite::TensorMap *entry : *signature->inputs())
                if (int64_t(entry->tensor_index()) == tensor && entry->name())
                    return entry->name()->str();
        }
    }
    return main().tensors[tensor].name;
}

} // namespace barecc::tflite_import
