#include "compiler/ir/Number.h"

#include "compiler/ir/Constants.h"
#include "kernels/abi/scalar.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/Support/MathExtras.h"
#include "mlir/IR/BuiltinTypes.h"

#include <cmath>
#include <cstring>

using namespace mlir;

namespace barecc {

/// IEEE half to double by its fields; model files hold millions of them, too many for APFloat.
static double halfToDouble(uint16_t bits)
{
    const int exponent = (bits >> 10) & 31;
    const int mantissa = bits & 1023;
    double magnitude;
    if (exponent == 31)
        magnitude = mantissa ? NAN : INFINITY;
    else if (exponent == 0)
        magnitude = std::ldexp(mantissa, -24);
    else
        magnitude = std::ldexp(mantissa + 1024, exponent - 25);
    return bits & 0x8000 ? -magnitude : magnitude;
}

template <typename T> static void loadAs(const char *in, MutableArrayRef<double> out)
{
    for (size_t i = 0; i < out.size(); ++i) {
        T value;
        memcpy(&value, in + i * sizeof(T), sizeof(T));
        out[i] = value;
    }
}

template <typename T> static void loadAs(const char *in, MutableArrayRef<int64_t> out)
{
    for (size_t i = 0; i < out.size(); ++i) {
        T value;
        memcpy(&value, in + i * sizeof(T), sizeof(T));
        out[i] = static_cast<int64_t>(value);
    }
}

template <typename T, typename In> static void storeAs(ArrayRef<In> in, char *out)
{
    for (size_t i = 0; i < in.size(); ++i) {
        const T value = static_cast<T>(in[i]);
        memcpy(out + i * sizeof(T), &value, sizeof(T));
    }
}

double numberOfBits(const llvm::fltSemantics &format, uint64_t bits)
{
    APFloat value(format, APInt(APFloat::semanticsSizeInBits(format), bits, false, /*implicitTrunc=*/true));
    if (value.isNaN()) // not all of them convert to NaN
        return NAN;
    bool inexact;
    value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &inexact);
    return value.convertToDouble();
}

void loadFloats(Type type, const char *in, MutableArrayRef<double> out)
{
    if (type.isF32())
        return loadAs<float>(in, out);
    if (type.isF64())
        return loadAs<double>(in, out);
    const unsigned width = byteWidth(type);
    const auto &semantics = cast<FloatType>(type).getFloatSemantics();
    for (size_t i = 0; i < out.size(); ++i) {
        uint64_t bits = 0;
        memcpy(&bits, in + i * width, width);
        if (type.isF16()) {
            out[i] = halfToDouble(static_cast<uint16_t>(bits));
        } else {
            out[i] = numberOfBits(semantics, bits);
        }
    }
}

/// Some short types have no infinity, no NaN or no sign, which APFloat's own conversion does not expect.
static APFloat toAPFloat(Type type, double value)
{
    const auto &semantics = cast<FloatType>(type).getFloatSemantics();
    if (isa<Float4E2M1FNType>(type))
        value = std::isnan(value) ? 6.0 : std::clamp(value, -6.0, 6.0);
    if (isa<Float8E8M0FNUType>(type)) {
        if (!std::isfinite(value))
            return APFloat::getNaN(semantics);
        const int exponent = value == 0 ? -127 : std::clamp(std::ilogb(value), -127, 127);
        return APFloat(semantics, APInt(8, uint64_t(exponent + 127)));
    }
    APFloat result(value);
    bool inexact;
    result.convert(semantics, APFloat::rmNearestTiesToEven, &inexact);
    return result;
}

void storeFloats(Type type, ArrayRef<double> in, char *out)
{
    if (type.isF32())
        return storeAs<float>(in, out);
    if (type.isF64())
        return storeAs<double>(in, out);
    const unsigned width = byteWidth(type);
    for (size_t i = 0; i < in.size(); ++i) {
        const uint64_t bits = toAPFloat(type, in[i]).bitcastToAPInt().getZExtValue();
        memcpy(out + i * width, &bits, width);
    }
}

double roundTo(Type type, double value)
{
    if (type.isF64())
        return value;
    if (type.isF32())
        return static_cast<float>(value);
    APFloat rounded = toAPFloat(type, value);
    bool inexact;
    rounded.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &inexact);
    return rounded.convertToDouble();
}

int64_t integerOf(double value, unsigned width, bool isUnsigned)
{
    if (isUnsigned)
        return int64_t(minimum_u64(double_to_u64(value), llvm::maxUIntN(width)));
    return minimum_s64(maximum_s64(double_to_s64(value), llvm::minIntN(width)), llvm::maxIntN(width));
}

int64_t wrapTo(Type type, int64_t value)
{
    if (type.isIndex())
        return value;
    const unsigned width = type.getIntOrFloatBitWidth();
    if (width == 1)
        return value & 1;
    return width >= 64 ? value : llvm::SignExtend64(static_cast<uint64_t>(value), width);
}

void loadIntegers(Type type, const char *in, MutableArrayRef<int64_t> out)
{
    switch (byteWidth(type)) {
    case 1: loadAs<int8_t>(in, out); break;
    case 2: loadAs<int16_t>(in, out); break;
    case 4: loadAs<int32_t>(in, out); break;
    default: loadAs<int64_t>(in, out);
    }
    if (!type.isIndex() && type.getIntOrFloatBitWidth() < 8)
        for (int64_t &value : out)
            value = wrapTo(type, value);
}

void storeIntegers(Type type, ArrayRef<int64_t> in, char *out)
{
    switch (byteWidth(type)) {
    case 1:
        storeAs<int8_t>(in, out);
        if (const unsigned width = type.getIntOrFloatBitWidth(); width < 8)
            for (size_t i = 0; i < in.size(); ++i)
                out[i] = char(out[i] & ((1 << width) - 1));
        return;
    case 2: return storeAs<int16_t>(in, out);
    case 4: return storeAs<int32_t>(in, out);
    default: return storeAs<int64_t>(in, out);
    }
}

} // namespace barecc
