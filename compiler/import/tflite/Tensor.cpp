#include "compiler/import/tflite/Tensor.h"

#include "compiler/ir/Constants.h"
#include "compiler/ir/Budget.h"
#include "compiler/ir/NN.h"

#include <cmath>

using namespace mlir;

namespace barecc::tflite_import {

const char *typeName(tflite::TensorType type)
{
    const char *name = tflite::EnumNameTensorType(type);
    return *name ? name : "an unknown type";
}

static llvm::Error malformed(const Tensor &tensor, const Twine &what)
{
    return llvm::createStringError("tensor '" + tensor.name + "' " + what);
}

bool isNarrow(tflite::TensorType type)
{
    return type == tflite::TensorType_INT8 || type == tflite::TensorType_UINT8 || type == tflite::TensorType_INT16 ||
           type == tflite::TensorType_INT4;
}

static llvm::Error readQuantization(const tflite::QuantizationParameters &source, Tensor &tensor)
{
    if (!source.scale() || source.scale()->size() == 0)
        return llvm::Error::success();
    const size_t count = source.scale()->size();
    // FlatBuffers' verifier looks at the alignment of a vector's length alone, which is that of 32 bits.
    if (source.zero_point() && reinterpret_cast<uintptr_t>(source.zero_point()->Data()) % alignof(int64_t) != 0)
        return malformed(tensor, "has zero points that are not aligned; the file is damaged");
    tensor.scales.assign(source.scale()->begin(), source.scale()->end());
    tensor.zeroPoints.assign(count, 0);
    if (source.zero_point() && source.zero_point()->size() == 1)
        tensor.zeroPoints.assign(count, source.zero_point()->Get(0));
    else if (source.zero_point() && source.zero_point()->size() == count)
        tensor.zeroPoints.assign(source.zero_point()->begin(), source.zero_point()->end());
    else if (source.zero_point() && source.zero_point()->size() != 0)
        return malformed(tensor, "has " + Twine(count) + " scales but " + Twine(source.zero_point()->size()) +
                                     " zero points; the file is damaged");
    tensor.quantizedDimension = source.quantized_dimension();
    if (count > 1 && isNarrow(tensor.type) &&
        (tensor.quantizedDimension < 0 || size_t(tensor.quantizedDimension) >= tensor.shape.size() ||
         tensor.shape[tensor.quantizedDimension] != int64_t(count)))
        return malformed(tensor,
                         "has " + Twine(count) + " scales, which none of its dimensions match; the file is damaged");
    for (float scale : tensor.scales)
        if (!std::isfinite(scale) || !(scale > 0))
            return malformed(tensor,
                             "has a quantisation scale that is not a positive number; quantise the model again");
    const bool isByte = tensor.type == tflite::TensorType_UINT8, isWord = tensor.type == tflite::TensorType_INT32;
    const unsigned bits = isWord ? 32 : tensor.type == tflite::TensorType_INT16 ? 16 : 8;
    for (int64_t &zeroPoint : tensor.zeroPoints) {
        const int64_t low = isByte ? 0 : llvm::minIntN(bits), high = isByte ? 255 : llvm::maxIntN(bits);
        if ((isNarrow(tensor.type) || isWord) && (zeroPoint < low || zeroPoint > high))
            return malformed(tensor, "has a zero point outside its type; the file is damaged");
        zeroPoint -= isByte ? 128 : 0;
    }
    return llvm::Error::success();
}

llvm::Expected<Tensor> readTensor(const tflite::Tensor &source, std::optional<ArrayRef<char>> data)
{
    Tensor tensor;
    tensor.name = source.name() ? source.name()->str() : "";
    tensor.type = source.type();
    tensor.isVariable = source.is_variable();
    tensor.sparsity = source.sparsity();
    tensor.hasRank = source.has_rank();
    if (source.shape())
        tensor.shape.assign(source.shape()->begin(), source.shape()->end());
    for (auto [d, extent] : llvm::enumerate(tensor.shape)) {
        const auto *signature = source.shape_signature();
        const bool saysOpen = signature && d < signature->size() && signature->Get(d) < 0;
        tensor.isOpen |= extent < 0 || (extent == 0 && saysOpen);
    }
    if (data) {
        tensor.hasData = true;
        tensor.data = *data;
    }
    if (source.quantization())
        if (llvm::Error error = readQuantization(*source.quantization(), tensor))
            return std::move(error);
    return tensor;
}

Type elementType(MLIRContext *context, const Tensor &tensor)
{
    auto integer = [&](unsigned width) { return IntegerType::get(context, width); };
    const unsigned width = tensor.type == tflite::TensorType_INT16 ? 16 : 8;
    if (tensor.isQuantized() && isNarrow(tensor.type)) {
        const Type storage = integer(width), real = Float32Type::get(context);
        const int64_t low = -(int64_t(1) << (width - 1)), high = -low - 1;
        const unsigned flags = quant::QuantizationFlags::Signed;
        if (tensor.scales.size() == 1)
            return quant::UniformQuantizedType::get(flags, storage, real, tensor.scales[0], tensor.zeroPoints[0], low,
                                                    high);
        SmallVector<double> scales(tensor.scales.begin(), tensor.scales.end());
        return quant::UniformQuantizedPerAxisType::get(flags, storage, real, scales, tensor.zeroPoints,
                                                       int32_t(tensor.quantizedDimension), low, high);
    }
    switch (tensor.type) {
    case tflite::TensorType_FLOAT32:
    case tflite::TensorType_COMPLEX64: return Float32Type::get(context);
    case tflite::TensorType_FLOAT16: return Float16Type::get(context);
    case tflite::TensorType_FLOAT64: return Float64Type::get(context);
    case tflite::TensorType_BOOL: return integer(1);
    case tflite::TensorType_INT4:
    case tflite::TensorType_INT8:
    case tflite::TensorType_UINT8: return integer(8);
    case tflite::TensorType_INT16:
    case tflite::TensorType_UINT16: return integer(16);
    case tflite::TensorType_INT32:
    case tflite::TensorType_UINT32:
    case tflite::TensorType_RESOURCE: return integer(32);
    case tflite::TensorType_INT64:
    case tflite::TensorType_UINT64: return integer(64);
    default: return {};
    }
}

/// The quantisation of unsigned bytes that `type` is that of the signed ones 128 below.
static quant::QuantizedType unsignedForm(Type type)
{
    auto raised = [](int64_t zeroPoint) { return zeroPoint - INT8_MIN; };
    if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(type))
        return quant::UniformQuantizedPerAxisType::get(
            0, perAxis.getStorageType(), perAxis.getExpressedType(), perAxis.getScales(),
            llvm::map_to_vector(perAxis.getZeroPoints(), raised), perAxis.getQuantizedDimension(), 0, UINT8_MAX);
    auto uniform = cast<quant::UniformQuantizedType>(type);
    return quant::UniformQuantizedType::get(0, uniform.getStorageType(), uniform.getExpressedType(), uniform.getScale(),
                                            raised(uniform.getZeroPoint()), 0, UINT8_MAX);
}

Type callersElementType(MLIRContext *context, const Tensor &tensor)
{
    const Type element = elementType(context, tensor);
    switch (tensor.type) {
    case tflite::TensorType_UINT8:
        if (tensor.isQuantized())
            return unsignedForm(element);
        [[fallthrough]];
    case tflite::TensorType_UINT16:
    case tflite::TensorType_UINT32:
    case tflite::TensorType_UINT64:
        return IntegerType::get(context, element.getIntOrFloatBitWidth(), IntegerType::Unsigned);
    default: return element;
    }
}

SmallVector<int64_t> moduleShape(const Tensor &tensor)
{
    SmallVector<int64_t> shape(tensor.shape);
    if (tensor.type == tflite::TensorType_COMPLEX64)
        shape.push_back(2);
    return shape;
}

/// Two's complement nibbles, the low one first, as bytes.
static std::vector<char> unpackNibbles(ArrayRef<char> packed, int64_t count)
{
    std::vector<char> bytes(count);
    for (int64_t i = 0; i < count; ++i) {
        const int nibble = (static_cast<unsigned char>(packed[i / 2]) >> (i % 2 * 4)) & 15;
        bytes[i] = static_cast<char>(nibble < 8 ? nibble : nibble - 16);
    }
    return bytes;
}

llvm::Expected<ElementsAttr> constantOf(MLIRContext *context, const Tensor &tensor)
{
    const Type element = elementType(context, tensor);
    if (!element)
        return malformed(tensor,
                         "has elements of type " + Twine(typeName(tensor.type)) + ", which barecc does not take");
    const SmallVector<int64_t> shape = moduleShape(tensor);
    const std::optional<int64_t> count = tensorElements(shape);
    if (!count)
        return malformed(tensor, "is a constant of an impossible shape; the file is damaged");
    const RankedTensorType type = storageType(RankedTensorType::get(shape, element));
    const unsigned width = byteWidth(type.getElementType());
    std::vector<char> owned;
    ArrayRef<char> bytes = tensor.data;
    if (tensor.sparsity) {
        if (Budget &budget = Budget::of(context); !budget.take(Limit::ConstantBytes, *count * int64_t(width)))
            return malformed(tensor,
                             "is sparse, and with it written out the model has " + budget.excess(Limit::ConstantBytes));
        llvm::Expected<std::vector<char>> dense = expandSparse(tensor, width);
        if (!dense)
            return dense.takeError();
        owned = std::move(*dense);
        bytes = owned;
    } else {
        const int64_t needed = tensor.type == tflite::TensorType_INT4 ? (*count + 1) / 2 : *count * int64_t(width);
        if (int64_t(bytes.size()) < needed)
            return malformed(tensor, "needs " + Twine(needed) + " bytes of data and has " + Twine(bytes.size()) +
                                         "; the file is damaged");
        bytes = bytes.take_front(needed);
        if (tensor.type == tflite::TensorType_INT4)
            owned = unpackNibbles(bytes, *count);
    }
    if (tensor.type == tflite::TensorType_UINT8 && tensor.isQuantized()) {
        if (owned.empty())
            owned.assign(bytes.begin(), bytes.end());
        for (char &byte : owned)
            byte = static_cast<char>(byte ^ 0x80);
    }
    if (!owned.empty())
        return makeConstant(type, owned);
    return makeConstantView(type, bytes);
}

} // namespace barecc::tflite_import
