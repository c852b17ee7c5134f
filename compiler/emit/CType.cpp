#include "compiler/emit/CType.h"

#include "compiler/ir/Boundary.h"
#include "compiler/ir/Constants.h"
#include "compiler/ir/NN.h"

#include "llvm/ADT/TypeSwitch.h"

#include <charconv>
#include <cmath>

using namespace mlir;

namespace barecc {

std::string storageCType(Type element)
{
    const bool isUnsigned = boundary::isUnsigned(element);
    if (auto quantized = dyn_cast<quant::QuantizedType>(element))
        element = quantized.getStorageType();
    if (element.isF32())
        return "float";
    if (element.isF64())
        return "double";
    const unsigned bits = byteWidth(element) * 8;
    if (isUnsigned || isa<FloatType>(element) || (isa<IntegerType>(element) && element.getIntOrFloatBitWidth() < 8))
        return "uint" + std::to_string(bits) + "_t";
    return "int" + std::to_string(bits) + "_t";
}

std::string valueCType(Type element)
{
    if (isa<FloatType>(element))
        return element.isF64() ? "double" : "float";
    if (element.isInteger(1))
        return "int";
    if (element.isIndex())
        return "int32_t";
    return "int" + std::to_string(byteWidth(element) * 8) + "_t";
}

std::string codeName(Type element)
{
    if (isa<IntegerType>(element) && element.getIntOrFloatBitWidth() > 1 && element.getIntOrFloatBitWidth() < 8)
        return (element.isUnsignedInteger() ? "uint" : "int") + std::to_string(element.getIntOrFloatBitWidth());
    return llvm::TypeSwitch<Type, std::string>(element)
        .Case<Float16Type>([](Type) { return "float16"; })
        .Case<BFloat16Type>([](Type) { return "bfloat16"; })
        .Case<Float8E4M3FNType>([](Type) { return "e4m3fn"; })
        .Case<Float8E4M3FNUZType>([](Type) { return "e4m3fnuz"; })
        .Case<Float8E5M2Type>([](Type) { return "e5m2"; })
        .Case<Float8E5M2FNUZType>([](Type) { return "e5m2fnuz"; })
        .Case<Float8E8M0FNUType>([](Type) { return "e8m0"; })
        .Case<Float4E2M1FNType>([](Type) { return "e2m1"; })
        .Default([](Type) { return ""; });
}

/// The shortest text that reads back as the same number.
template <typename T> static std::string shortest(T value)
{
    char buffer[64];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    std::string text(buffer, end);
    if (text.find_first_of(".e") == std::string::npos)
        text += ".0";
    return text;
}

c::Atom literal(Type element, double value)
{
    if (!isa<FloatType>(element))
        return literal(element, int64_t(value));
    const bool isNegative = std::signbit(value);
    const double magnitude = std::fabs(value);
    if (!std::isfinite(value)) { // C's macros are floats
        const std::string prefix = element.isF64() ? "(double)" : "";
        return std::isnan(value) ? c::Atom::name(prefix + "NAN") : c::Atom::name(prefix + "INFINITY", isNegative);
    }
    return c::Atom::literal(element.isF64() ? shortest(magnitude) : shortest(float(magnitude)) + "f", isNegative);
}

c::Atom literal(Type element, int64_t value)
{
    const bool isNegative = value < 0;
    if (element.isInteger(64))
        return value == INT64_MIN
                   ? c::Atom::name("INT64_MIN")
                   : c::Atom::literal("INT64_C(" + std::to_string(isNegative ? -value : value) + ")", isNegative);
    if (element.isInteger(32) && value == INT32_MIN)
        return c::Atom::name("INT32_MIN");
    return c::Atom::literal(value);
}

c::Atom literal(TypedAttr attribute)
{
    if (auto real = dyn_cast<FloatAttr>(attribute)) {
        APFloat value = real.getValue();
        bool inexact;
        value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &inexact);
        return literal(attribute.getType(), value.convertToDouble());
    }
    auto integer = cast<IntegerAttr>(attribute);
    const APInt value = integer.getValue();
    return literal(attribute.getType(),
                   value.getBitWidth() == 1 ? int64_t(value.getZExtValue()) : value.getSExtValue());
}

} // namespace barecc
