#include "compiler/import/onnx/Tensor.h"

#include "compiler/import/onnx/DataType.h"
#include "compiler/import/ReadFile.h"
#include "compiler/ir/Boundary.h"

#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace barecc::onnx_import {

// ---- Element types -----------------------------------------------------------------------------------------

Type elementType(MLIRContext *context, int64_t dataType)
{
    auto integer = [&](unsigned width) { return IntegerType::get(context, width); };
    auto unsignedInteger = [&](unsigned width) { return IntegerType::get(context, width, IntegerType::Unsigned); };
    switch (dataType) {
    case onnx::TensorProto::FLOAT: return Float32Type::get(context);
    case onnx::TensorProto::FLOAT16: return Float16Type::get(context);
    case onnx::TensorProto::BFLOAT16: return BFloat16Type::get(context);
    case onnx::TensorProto::DOUBLE: return Float64Type::get(context);
    case onnx::TensorProto::BOOL: return integer(1);
    case onnxFloat8E4M3FN: return Float8E4M3FNType::get(context);
    case onnxFloat8E4M3FNUZ: return Float8E4M3FNUZType::get(context);
    case onnxFloat8E5M2: return Float8E5M2Type::get(context);
    case onnxFloat8E5M2FNUZ: return Float8E5M2FNUZType::get(context);
    case onnxFloat8E8M0: return Float8E8M0FNUType::get(context);
    case onnxFloat4E2M1: return Float4E2M1FNType::get(context);
    case onnxInt2: return integer(2);
    case onnxUint2: return unsignedInteger(2);
    case onnxInt4: return integer(4);
    case onnxUint4: return unsignedInteger(4);
    case onnx::TensorProto::INT8: return integer(8);
    case onnx::TensorProto::UINT8: return unsignedInteger(8);
    case onnx::TensorProto::INT16: return integer(16);
    case onnx::TensorProto::UINT16: return unsignedInteger(16);
    case onnx::TensorProto::INT32: return integer(32);
    case onnx::TensorProto::UINT32: return unsignedInteger(32);
    case onnx::TensorProto::INT64: return integer(64);
    case onnx::TensorProto::UINT64: return unsignedInteger(64);
    default: return {};
    }
}

StringRef elementName(Type element)
{
    if (auto integer = dyn_cast<IntegerType>(element)) {
        auto name = [&](StringRef whereUnsigned) { return whereUnsigned.drop_front(integer.isUnsigned() ? 0 : 1); };
        switch (integer.getWidth()) {
        case 1: return "bool";
        case 2: return name("uint2");
        case 4: return name("uint4");
        case 8: return name("uint8");
        case 16: return name("uint16");
        case 32: return name("uint32");
        case 64: return name("uint64");
        default: return "another type";
        }
    }
    return llvm::TypeSwitch<Type, StringRef>(element)
        .Case<Float32Type>([](Type) { return "float"; })
        .Case<Float16Type>([](Type) { return "float16"; })
        .Case<BFloat16Type>([](Type) { return "bfloat16"; })
        .Case<Float64Type>([](Type) { return "double"; })
        .Case<Float8E4M3FNType>([](Type) { return "float8e4m3fn"; })
        .Case<Float8E4M3FNUZType>([](Type) { return "float8e4m3fnuz"; })
        .Case<Float8E5M2Type>([](Type) { return "float8e5m2"; })
        .Case<Float8E5M2FNUZType>([](Type) { return "float8e5m2fnuz"; })
        .Case<Float8E8M0FNUType>([](Type) { return "float8e8m0"; })
        .Case<Float4E2M1FNType>([](Type) { return "float4e2m1"; })
        .Default([](Type) { return "another type"; });
}

bool isReasonable(ArrayRef<int64_t> shape) { return tensorElements(shape).has_value(); }

// ---- External files ----------------------------------------------------------------------------------------

static llvm::Error failed(const Twine &message) { return llvm::createStringError(message); }

llvm::Expected<ArrayRef<char>> ExternalFiles::read(StringRef location, int64_t offset, int64_t length)
{
    auto known = files.find(location);
    if (known == files.end()) {
        const std::string base = directory.empty() ? "." : directory;
        SmallString<256> root, path(base);
        if (location.empty() || location.contains('\0') || llvm::sys::path::is_absolute(location))
            return failed("external data '" + location + "' is not a path inside the model's directory");
        llvm::sys::path::append(path, location);
        if (std::error_code code = llvm::sys::fs::real_path(base, root))
            return failed("cannot open the model's directory '" + base + "': " + code.message());
        SmallString<256> real;
        if (std::error_code code = llvm::sys::fs::real_path(path, real))
            return failed("cannot read external data '" + path + "': " + code.message() +
                          "; put the file beside the model");
        // After links are resolved: neither `..` nor a link leads out.
        if (!StringRef(root).ends_with("/"))
            root += '/';
        if (!StringRef(real).starts_with(root))
            return failed("external data '" + location + "' lies outside the model's directory");
        llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> bytes = readWholeFile(path, budget.most(Limit::FileBytes));
        if (!bytes)
            return failed("has external data in '" + path + "', which " + llvm::toString(bytes.takeError()));
        budget.addFile((*bytes)->getBufferSize());
        known = files.try_emplace(location, std::move(*bytes)).first;
    }
    const StringRef bytes = known->second->getBuffer();
    const uint64_t size = bytes.size();
    if (offset < 0 || uint64_t(offset) > size || length < 0 || uint64_t(length) > size - uint64_t(offset))
        return failed("external data '" + location + "' has " + Twine(size) + " bytes, but the tensor wants " +
                      Twine(length) + " from byte " + Twine(offset) + " on");
    return ArrayRef<char>(bytes.data() + offset, size_t(length));
}

std::map<std::string, StringRef> ExternalFiles::contents() const
{
    std::map<std::string, StringRef> contents;
    for (const auto &file : files)
        contents.emplace(file.getKey().str(), file.getValue()->getBuffer());
    return contents;
}

// ---- Tensors -----------------------------------------------------------------------------------------------

/// The bytes that a tensor keeps in another file: `wanted`, unless the tensor itself says how many.
static llvm::Expected<ArrayRef<char>> externalBytes(const onnx::TensorProto &proto, ExternalFiles &files, size_t wanted)
{
    if (wanted == 0) // whatever the file is, and wherever in it they would begin
        return ArrayRef<char>();
    std::string location;
    int64_t offset = 0, length = int64_t(wanted);
    for (const onnx::StringStringEntryProto &entry : proto.external_data()) {
        if (entry.key() == "location")
            location = entry.value();
        int64_t *number = entry.key() == "offset" ? &offset : entry.key() == "length" ? &length : nullptr;
        if (number && StringRef(entry.value()).getAsInteger(10, *number))
            return failed("external data has the " + entry.key() + " '" + entry.value() + "', which is no number");
    }
    // Exporters write 0 where they leave it open.
    return files.read(location, offset, length == 0 ? int64_t(wanted) : length);
}

/// Booleans as 0 or 1, whatever the file says.
static std::vector<char> normalizeBooleans(ArrayRef<char> values)
{
    std::vector<char> bytes(values.begin(), values.end());
    for (char &byte : bytes)
        byte = byte != 0;
    return bytes;
}

template <typename To, typename From>
static llvm::Error appendAs(const From &field, size_t elements, std::vector<char> &bytes)
{
    if (size_t(field.size()) != elements)
        return failed("holds " + Twine(field.size()) + " values but its shape has " + Twine(elements));
    bytes.resize(elements * sizeof(To));
    for (size_t i = 0; i < elements; ++i) {
        const To value = static_cast<To>(field.Get(int(i)));
        memcpy(&bytes[i * sizeof(To)], &value, sizeof(To));
    }
    return llvm::Error::success();
}

/// The values of the field that the tensor's type is kept in where it has no raw bytes.
static llvm::Error typedBytes(const onnx::TensorProto &proto, size_t elements, std::vector<char> &bytes)
{
    switch (proto.data_type()) {
    case onnx::TensorProto::FLOAT: return appendAs<float>(proto.float_data(), elements, bytes);
    case onnx::TensorProto::DOUBLE: return appendAs<double>(proto.double_data(), elements, bytes);
    case onnx::TensorProto::INT64: return appendAs<int64_t>(proto.int64_data(), elements, bytes);
    case onnx::TensorProto::UINT64: return appendAs<uint64_t>(proto.uint64_data(), elements, bytes);
    case onnx::TensorProto::UINT32: return appendAs<uint32_t>(proto.uint64_data(), elements, bytes);
    case onnx::TensorProto::INT32: return appendAs<int32_t>(proto.int32_data(), elements, bytes);
    case onnx::TensorProto::FLOAT16:
    case onnx::TensorProto::BFLOAT16: // their bits
    case onnx::TensorProto::INT16:
    case onnx::TensorProto::UINT16: return appendAs<uint16_t>(proto.int32_data(), elements, bytes);
    case onnxFloat8E4M3FN:
    case onnxFloat8E4M3FNUZ:
    case onnxFloat8E5M2:
    case onnxFloat8E5M2FNUZ:
    case onnxFloat8E8M0:
    case onnx::TensorProto::BOOL:
    case onnx::TensorProto::INT8:
    case onnx::TensorProto::UINT8: return appendAs<uint8_t>(proto.int32_data(), elements, bytes);
    case onnxFloat4E2M1:
    case onnxInt2:
    case onnxUint2:
    case onnxInt4:
    case onnxUint4: { // each value is a byte of several
        const unsigned perByte = elementsPerByte(proto.data_type());
        std::vector<char> packed;
        if (llvm::Error error = appendAs<uint8_t>(proto.int32_data(), llvm::divideCeil(elements, perByte), packed))
            return error;
        bytes = unpackElements(packed, perByte, elements);
        return llvm::Error::success();
    }
    default: return failed("has an element type without a typed field");
    }
}

llvm::Expected<ElementsAttr> readTensor(MLIRContext *context, const onnx::TensorProto &proto, ExternalFiles &files)
{
    const Type element = elementType(context, proto.data_type());
    if (!element)
        return failed("has element type " + Twine(proto.data_type()) + ", which is not supported");
    if (proto.has_segment())
        return failed("is stored in segments, which is not supported");
    const SmallVector<int64_t> shape(proto.dims().begin(), proto.dims().end());
    if (!isReasonable(shape))
        return failed("has a negative or excessive shape");
    auto type = RankedTensorType::get(shape, element);
    const size_t elements = size_t(type.getNumElements());
    const unsigned perByte = elementsPerByte(proto.data_type());
    const size_t wanted = llvm::divideCeil(elements * byteWidth(element), perByte);

    ArrayRef<char> stored;
    if (proto.data_location() == onnx::TensorProto::EXTERNAL) {
        llvm::Expected<ArrayRef<char>> bytes = externalBytes(proto, files, wanted);
        if (!bytes)
            return bytes.takeError();
        stored = *bytes;
    } else if (proto.has_raw_data()) {
        stored = {proto.raw_data().data(), proto.raw_data().size()};
    } else {
        std::vector<char> bytes;
        if (llvm::Error error = typedBytes(proto, elements, bytes))
            return error;
        if (element.isInteger(1))
            bytes = normalizeBooleans(bytes);
        return makeConstant(type, bytes);
    }

    if (stored.size() != wanted)
        return failed("holds " + Twine(stored.size()) + " bytes but its shape and type need " + Twine(wanted));
    if (perByte > 1)
        return makeConstant(type, unpackElements(stored, perByte, elements));
    if (element.isInteger(1))
        return makeConstant(type, normalizeBooleans(stored));
    return makeConstantView(type, stored);
}

llvm::Expected<ElementsAttr> readSparseTensor(MLIRContext *context, const onnx::SparseTensorProto &proto,
                                              ExternalFiles &files)
{
    llvm::Expected<ElementsAttr> values = readTensor(context, proto.values(), files);
    if (!values)
        return values.takeError();
    llvm::Expected<ElementsAttr> indices = readTensor(context, proto.indices(), files);
    if (!indices)
        return indices.takeError();
    const SmallVector<int64_t> shape(proto.dims().begin(), proto.dims().end());
    if (!isReasonable(shape))
        return failed("has a negative or excessive shape");
    // Positions are linear, or one row of coordinates for each value.
    const int64_t count = values->getNumElements();
    const ArrayRef<int64_t> indexShape = indices->getShapedType().getShape();
    const bool linear = indexShape.size() == 1 && indexShape[0] == count;
    if (!linear && !(indexShape.size() == 2 && indexShape[0] == count && indexShape[1] == int64_t(shape.size())))
        return failed("has sparse indices whose shape does not fit its values");
    std::optional<SmallVector<int64_t>> positions = integersOf(*indices);
    if (!positions)
        return failed("has sparse indices that are not integers");

    auto type = RankedTensorType::get(shape, values->getElementType());
    const unsigned width = byteWidth(type.getElementType());
    if (Budget &budget = Budget::of(context); !budget.take(Limit::ConstantBytes, type.getNumElements() * width))
        return failed("is sparse, and with it written out the model has " + budget.excess(Limit::ConstantBytes));
    ConstantBytes from(*values);
    std::vector<char> bytes(size_t(type.getNumElements()) * width);
    for (int64_t i = 0; i < count; ++i) {
        int64_t position = linear ? (*positions)[i] : 0;
        if (!linear) {
            for (auto [d, extent] : llvm::enumerate(shape)) {
                const int64_t coordinate = (*positions)[i * int64_t(shape.size()) + int64_t(d)];
                if (coordinate < 0 || coordinate >= extent)
                    return failed("has a sparse index outside its shape");
                position = position * extent + coordinate;
            }
        }
        if (position < 0 || position >= type.getNumElements())
            return failed("has a sparse index outside its shape");
        memcpy(&bytes[size_t(position) * width], from.bytes().data() + size_t(i) * width, width);
    }
    return makeConstant(type, bytes);
}

Tensor constantTensor(GraphBuilder &g, ElementsAttr constant)
{
    return {constant.getElementType(), g.constant(boundary::signless(constant))};
}

} // namespace barecc::onnx_import
