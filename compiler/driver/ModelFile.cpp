#include "compiler/driver/ModelFile.h"

#include "compiler/driver/Message.h"

#include <cstdint>

using namespace barecc;

namespace {

/// One protobuf variable-length integer off the front; false where it is truncated or too long.
bool takeVarint(llvm::StringRef &bytes, uint64_t &value)
{
    value = 0;
    for (int shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
        uint8_t byte = static_cast<uint8_t>(bytes[0]);
        bytes = bytes.drop_front();
        value |= static_cast<uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

/// ModelProto's fields are integers (ir_version, model_version) or messages and strings.
bool isModelField(uint64_t number, uint64_t wireType)
{
    constexpr uint64_t varint = 0, lengthDelimited = 2;
    switch (number) {
    case 1: // ir_version
    case 5: // model_version
        return wireType == varint;
    case 2:  // producer_name
    case 3:  // producer_version
    case 4:  // domain
    case 6:  // doc_string
    case 7:  // graph
    case 8:  // opset_import
    case 14: // metadata_props
    case 20: // training_info
    case 25: // functions
    case 26: // configuration
        return wireType == lengthDelimited;
    default: return false;
    }
}

/// Walks the top level of a ModelProto. True where all of it reads as one with a graph, and also where it is cut off
/// after the ir_version that every exporter writes first.
bool looksLikeOnnx(llvm::StringRef bytes)
{
    constexpr uint64_t irVersion = 1, graph = 7, newestIrVersion = 1000;
    bool startsWithVersion = false, hasGraph = false;
    for (bool first = true; !bytes.empty(); first = false) {
        uint64_t tag, value;
        if (!takeVarint(bytes, tag))
            return startsWithVersion;
        if (!isModelField(tag >> 3, tag & 7))
            return false;
        if (!takeVarint(bytes, value))
            return startsWithVersion;
        if (first)
            startsWithVersion = tag >> 3 == irVersion && value < newestIrVersion;
        hasGraph |= tag >> 3 == graph;
        if ((tag & 7) == 0)
            continue;
        if (value > bytes.size())
            return startsWithVersion;
        bytes = bytes.drop_front(value);
    }
    return hasGraph || startsWithVersion;
}

/// What the file seems to be, for formats that people have and barecc does not take.
llvm::StringRef otherKind(llvm::StringRef bytes)
{
    if (bytes.starts_with("PK\x03\x04"))
        return "a zip archive (PyTorch or Keras)";
    if (bytes.starts_with("\x89HDF"))
        return "an HDF5 file (Keras)";
    if (bytes.starts_with("GGUF"))
        return "a GGUF file";
    if (bytes.starts_with("version https://git-lfs"))
        return "a Git LFS pointer, not the model itself";
    return "";
}

} // namespace

llvm::Expected<ModelFormat> barecc::recogniseModel(llvm::StringRef bytes)
{
    if (bytes.empty())
        return failure("the file is empty; give an ONNX or TFLite model");
    if (bytes.size() >= 8 && bytes.substr(4, 4) == "TFL3")
        return ModelFormat::Tflite;
    if (looksLikeOnnx(bytes))
        return ModelFormat::Onnx;
    llvm::StringRef kind = otherKind(bytes);
    std::string what = kind.empty() ? "" : ": it is " + kind.str();
    return failure("not an ONNX or TFLite model" + what + "; export the network as .onnx or .tflite");
}
