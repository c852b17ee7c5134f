#include "compiler/emit/Storage.h"

#include "compiler/emit/CType.h"

using namespace mlir;

namespace barecc {

using c::Expr;
using c::Operator;

bool isShortFloat(Type type) { return isa<FloatType>(type) && type.getIntOrFloatBitWidth() <= 16; }

bool isShortInteger(Type type)
{
    return isa<IntegerType>(type) && type.getIntOrFloatBitWidth() > 1 && type.getIntOrFloatBitWidth() < 8;
}

unsigned widthInC(Type type) { return type.isIndex() ? 32 : std::max(8u, type.getIntOrFloatBitWidth()); }

std::string unsignedType(Type type) { return "uint" + std::to_string(widthInC(type)) + "_t"; }

Expr asUnsigned(Type type, Expr value)
{
    if (isShortInteger(type))
        return c::binary(Operator::BitAnd, std::move(value), c::Atom::literal((1 << type.getIntOrFloatBitWidth()) - 1));
    return c::cast(unsignedType(type), std::move(value));
}

/// The format that a conversion of a short float is named by, and the header that declares it.
static std::string formatOf(Type shortFloat) { return shortFloat.isF16() ? "half" : codeName(shortFloat); }

static const char *headerOf(Type shortFloat)
{
    return shortFloat.isF16() || shortFloat.isBF16() ? "half.h" : "small_float.h";
}

Expr fromStorage(Type element, Expr stored)
{
    if (isShortFloat(element))
        return c::call(formatOf(element) + "_to_float", c::list(std::move(stored)), headerOf(element));
    if (isShortInteger(element))
        return c::call("low_bits",
                       c::list(std::move(stored), c::Atom::literal(int64_t(element.getIntOrFloatBitWidth()))),
                       "scalar.h");
    if (element.isIndex()) // 64 bits in memory
        return c::cast("int32_t", std::move(stored));
    return stored;
}

Expr toStorage(Type element, Expr value)
{
    if (isShortFloat(element)) {
        const bool isStored = value.kind == Expr::Kind::Call && value.text == formatOf(element) + "_to_float";
        return isStored ? std::move(value.operands[0]) // the bits that it is made of
                        : c::call("float_to_" + formatOf(element), c::list(std::move(value)), headerOf(element));
    }
    if (isShortInteger(element))
        return c::cast("uint8_t", asUnsigned(element, std::move(value)));
    if (element.isInteger(1))
        return c::cast("uint8_t", std::move(value));
    return value;
}

Expr rounded(Type type, Expr value)
{
    if (isShortInteger(type))
        return fromStorage(type, std::move(value));
    return isShortFloat(type) ? fromStorage(type, toStorage(type, std::move(value))) : std::move(value);
}

} // namespace barecc
