#include "compiler/ir/Constants.h"

#include "compiler/ir/NN.h"
#include "compiler/ir/Number.h"

using namespace mlir;

namespace barecc {

unsigned byteWidth(Type element)
{
    if (auto quantized = dyn_cast<quant::QuantizedType>(element))
        element = quantized.getStorageType();
    if (element.isIndex())
        return 8;
    return (element.getIntOrFloatBitWidth() + 7) / 8;
}

ConstantBytes::ConstantBytes(ElementsAttr attribute)
{
    if (auto resource = dyn_cast<DenseResourceElementsAttr>(attribute)) {
        if (AsmResourceBlob *blob = resource.getRawHandle().getBlob())
            view = blob->getData();
        return;
    }
    auto dense = cast<DenseElementsAttr>(attribute);
    const unsigned width = byteWidth(dense.getElementType());
    if (dense.getElementType().isInteger(1)) {
        owned.reserve(dense.getNumElements());
        for (bool value : dense.getValues<bool>())
            owned.push_back(value);
    } else if (dense.isSplat()) {
        ArrayRef<char> one = dense.getRawData().take_front(width);
        owned.resize(size_t(dense.getNumElements()) * width);
        for (size_t i = 0; i < owned.size(); i += width)
            memcpy(&owned[i], one.data(), width);
    } else {
        view = dense.getRawData();
        return;
    }
    view = owned;
}

/// Constants of this many elements or fewer live in the IR's text, where they are pleasant to read.
static constexpr int64_t smallConstant = 64;

static bool isUniform(ArrayRef<char> bytes, unsigned width)
{
    return bytes.size() >= width && memcmp(bytes.data(), bytes.data() + width, bytes.size() - width) == 0;
}

ElementsAttr makeSplat(RankedTensorType type, ArrayRef<char> element)
{
    if (type.getElementType().isInteger(1))
        return DenseElementsAttr::get(type, element[0] != 0);
    return DenseElementsAttr::getFromRawBuffer(type, element);
}

/// The dense form of small and uniform constants, null for all others.
static ElementsAttr makeDense(RankedTensorType type, ArrayRef<char> bytes)
{
    const unsigned width = byteWidth(type.getElementType());
    const bool uniform = isUniform(bytes, width);
    if (type.getNumElements() > smallConstant && !uniform)
        return {};
    if (uniform)
        return makeSplat(type, bytes.take_front(width));
    if (type.getElementType().isInteger(1)) {
        SmallVector<bool> values;
        for (char byte : bytes)
            values.push_back(byte != 0);
        return DenseElementsAttr::get(type, values);
    }
    return DenseElementsAttr::getFromRawBuffer(type, bytes);
}

static ElementsAttr makeResource(RankedTensorType type, AsmResourceBlob blob)
{
    auto &manager = DenseResourceElementsHandle::getManagerInterface(type.getContext());
    return DenseResourceElementsAttr::get(type, manager.insert("weights", std::move(blob)));
}

ElementsAttr makeConstant(RankedTensorType type, ArrayRef<char> bytes)
{
    if (ElementsAttr dense = makeDense(type, bytes))
        return dense;
    return makeResource(type, HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, 16));
}

ElementsAttr makeConstantView(RankedTensorType type, ArrayRef<char> bytes)
{
    // What is read through typed pointers has to be aligned for them; model files do not promise it.
    if (reinterpret_cast<uintptr_t>(bytes.data()) % byteWidth(type.getElementType()) != 0)
        return makeConstant(type, bytes);
    if (ElementsAttr dense = makeDense(type, bytes))
        return dense;
    return makeResource(type, UnmanagedAsmResourceBlob::allocateWithAlign(bytes, byteWidth(type.getElementType())));
}

ElementsAttr constantOf(Value value)
{
    while (auto cast = value.getDefiningOp<quant::StorageCastOp>())
        value = cast.getInput();
    auto constant = value.getDefiningOp<arith::ConstantOp>();
    return constant ? dyn_cast<ElementsAttr>(constant.getValue()) : ElementsAttr();
}

std::optional<SmallVector<int64_t>> integersOf(Attribute attribute)
{
    auto elements = dyn_cast_or_null<ElementsAttr>(attribute);
    if (!elements || !elements.getElementType().isIntOrIndex())
        return std::nullopt;
    ConstantBytes bytes(elements);
    SmallVector<int64_t> values(elements.getNumElements());
    loadIntegers(elements.getElementType(), bytes.bytes().data(), values);
    return values;
}

std::optional<std::vector<double>> numbersOf(Attribute attribute)
{
    auto elements = dyn_cast_or_null<ElementsAttr>(attribute);
    if (!elements || !elements.getElementType().isIntOrIndexOrFloat())
        return std::nullopt;
    ConstantBytes bytes(elements);
    std::vector<double> values(elements.getNumElements());
    if (isa<FloatType>(elements.getElementType())) {
        loadFloats(elements.getElementType(), bytes.bytes().data(), values);
    } else {
        SmallVector<int64_t> integers(values.size());
        loadIntegers(elements.getElementType(), bytes.bytes().data(), integers);
        std::copy(integers.begin(), integers.end(), values.begin());
    }
    return values;
}

bool isFinite(ElementsAttr constant)
{
    const auto finite = [](auto number) { return std::isfinite(number); };
    // Without a copy: weights of these types may be most of what memory holds.
    if (constant.getElementType().isF32())
        return llvm::all_of(ConstantBytes(constant).as<float>(), finite);
    if (constant.getElementType().isF64())
        return llvm::all_of(ConstantBytes(constant).as<double>(), finite);
    const std::optional<std::vector<double>> numbers = numbersOf(constant);
    return !numbers || llvm::all_of(*numbers, finite);
}

} // namespace barecc
