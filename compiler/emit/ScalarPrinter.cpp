#include "compiler/emit/ScalarPrinter.h"

#include "compiler/emit/CType.h"
#include "compiler/emit/IntegerRange.h"
#include "compiler/emit/RealRange.h"
#include "compiler/emit/Storage.h"
#include "compiler/ir/Constants.h"
#include "compiler/ir/NN.h"

using namespace mlir;

namespace barecc {

using c::Expr;
using c::Operator;

LogicalResult ScalarPrinter::print(Operation *op)
{
    if (isa<arith::ConstantOp>(op) && isa<RankedTensorType>(op->getResult(0).getType()))
        return success();
    if (op->use_empty() || isInSaturation(op))
        return success();
    Value value = op->getResult(0);
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
        body.define(value, literal(cast<TypedAttr>(constant.getValue())));
        return success();
    }
    if (auto index = dyn_cast<linalg::IndexOp>(op)) {
        body.define(value, loopIndex[index.getDim()]);
        return success();
    }
    FailureOr<Expr> expression = expressionOf(op);
    if (failed(expression))
        return op->emitError("'") << op->getName() << "' has no form in C yet";
    const bool isRounded = isa<tensor::ExtractOp, arith::SelectOp>(op); // as its operands are
    body.define(value, isRounded ? std::move(*expression) : rounded(value.getType(), std::move(*expression)));
    return success();
}

std::vector<Expr> ScalarPrinter::operands(Operation *op)
{
    std::vector<Expr> result;
    for (Value operand : op->getOperands())
        result.push_back(body.use(operand));
    return result;
}

Expr ScalarPrinter::binary(Operation *op, Operator symbol)
{
    return c::binary(symbol, body.use(op->getOperand(0)), body.use(op->getOperand(1)));
}

/// A function of the C library, in the variant of the operation's type.
Expr ScalarPrinter::mathCall(Operation *op, const std::string &function)
{
    return c::call(op->getResult(0).getType().isF64() ? function : function + "f", operands(op));
}

/// Sums and products that wrap around are computed unsigned, where C defines that; those that cannot overflow are not.
Expr ScalarPrinter::integerBinary(Operation *op, Operator symbol)
{
    const Type type = op->getResult(0).getType();
    if (type.isInteger(1))
        return c::binary(Operator::BitAnd, binary(op, symbol), c::Atom::literal(1));
    const unsigned width = widthInC(type);
    if (width >= 16 && mayWrap(op)) // int may have 16 bits
        return c::wrapping(symbol, std::max(32u, width), valueCType(type), body.use(op->getOperand(0)),
                           body.use(op->getOperand(1)));
    return asValue(type, binary(op, symbol));
}

/// What C computes as an int is cut to a shorter type.
Expr ScalarPrinter::asValue(Type type, Expr value)
{
    return widthInC(type) < 32 ? c::cast(valueCType(type), std::move(value)) : std::move(value);
}

/// A function of scalar.h of integers, in the variant of their type.
Expr ScalarPrinter::signedCall(Operation *op, const std::string &function)
{
    const Type type = op->getResult(0).getType();
    return asValue(type, c::call(function + (type.isInteger(64) ? "_s64" : "_s32"), operands(op), "scalar.h"));
}

Expr ScalarPrinter::unsignedBinary(Operation *op, Operator symbol, Expr right)
{
    const Type type = op->getResult(0).getType();
    return c::wrapping(symbol, widthInC(type), valueCType(type), body.use(op->getOperand(0)), std::move(right));
}

/// A quotient or remainder: by C's operator if the divisor is a constant for which that is defined whatever it divides.
Expr ScalarPrinter::division(Operation *op, Operator symbol, bool isUnsigned)
{
    const Type type = op->getResult(0).getType();
    const std::optional<int64_t> divisor = constantNumber(op->getOperand(1));
    if (divisor && *divisor != 0 && (isUnsigned || *divisor != -1))
        return isUnsigned ? unsignedBinary(op, symbol, body.use(op->getOperand(1))) : asValue(type, binary(op, symbol));
    const std::string name = symbol == Operator::Divide ? "divide" : "remainder";
    if (!isUnsigned)
        return signedCall(op, name);
    return c::cast(valueCType(type),
                   c::call(name + (type.isInteger(64) ? "_u64" : "_u32"), unsignedOperands(op), "scalar.h"));
}

/// How far a shift goes, which is taken modulo the width of what is shifted.
Expr ScalarPrinter::places(Operation *op)
{
    const unsigned width = widthInC(op->getResult(0).getType());
    Value places = op->getOperand(1);
    if (isWithin(places, 0, width - 1))
        return body.use(places);
    return c::binary(Operator::BitAnd, body.use(places), c::Atom::literal(int64_t(width) - 1));
}

/// And, or, exclusive or: of truth values by the operator for conditions.
Expr ScalarPrinter::bitwise(Operation *op, Operator ofBits, Operator ofTruth)
{
    const Type type = op->getResult(0).getType();
    if (type.isInteger(1))
        return binary(op, ofTruth);
    return asValue(type, binary(op, ofBits));
}

Expr ScalarPrinter::extremum(Operation *op, bool largest)
{
    const Type type = op->getResult(0).getType();
    if (isa<FloatType>(type)) {
        // A clamp against a constant needs no thought of NaN in the constant.
        if (isNumber(op->getOperand(1))) {
            const c::Atom x = body.atom(op->getOperand(0)), limit = body.atom(op->getOperand(1));
            return c::conditional(c::binary(largest ? Operator::Less : Operator::Greater, x, limit), limit, x);
        }
        const std::string name = largest ? "maximum" : "minimum";
        return c::call(name + (type.isF64() ? "_f64" : "_f32"), operands(op), "scalar.h");
    }
    return signedCall(op, largest ? "maximum" : "minimum");
}

/// The larger or smaller number where one of the two is a NaN: the other. A constant is none.
Expr ScalarPrinter::extremumOfNumbers(Operation *op, bool largest)
{
    if (!isNumber(op->getOperand(1)) || op->getResult(0).getType().isF64())
        return mathCall(op, largest ? "fmax" : "fmin");
    return c::call(largest ? "at_least_f32" : "at_most_f32", operands(op), "scalar.h");
}

std::vector<Expr> ScalarPrinter::unsignedOperands(Operation *op)
{
    std::vector<Expr> result;
    for (Value operand : op->getOperands())
        result.push_back(asUnsigned(operand.getType(), body.use(operand)));
    return result;
}

Expr ScalarPrinter::unsignedExtremum(Operation *op, bool largest)
{
    const Type type = op->getResult(0).getType();
    std::vector<Expr> arguments = unsignedOperands(op);
    if (widthInC(type) < 64)
        for (Expr &argument : arguments)
            argument = c::cast("uint64_t", std::move(argument));
    return c::cast(valueCType(type),
                   c::call(largest ? "maximum_u64" : "minimum_u64", std::move(arguments), "scalar.h"));
}

Expr ScalarPrinter::isNan(Value value)
{
    return c::call(value.getType().isF64() ? "is_nan_f64" : "is_nan_f32", c::list(body.use(value)), "scalar.h");
}

Expr ScalarPrinter::compareFloats(arith::CmpFOp op)
{
    Value a = op.getLhs(), b = op.getRhs();
    auto negated = [&](Operator symbol) { return c::unary(Operator::Not, binary(op, symbol)); };
    auto equal = [&] { return c::call(a.getType().isF64() ? "equal_f64" : "equal_f32", operands(op), "scalar.h"); };
    auto differ = [&] { // and neither is NaN
        const c::Atom x = body.atom(a), y = body.atom(b);
        return c::binary(Operator::Or, c::binary(Operator::Less, x, y), c::binary(Operator::Greater, x, y));
    };
    auto isUnordered = [&] {
        if (a == b)
            return isNan(a);
        return c::binary(Operator::Or, isNan(a), isNan(b));
    };
    switch (op.getPredicate()) {
    case arith::CmpFPredicate::OEQ: return equal();
    case arith::CmpFPredicate::OGT: return binary(op, Operator::Greater);
    case arith::CmpFPredicate::OGE: return binary(op, Operator::GreaterEqual);
    case arith::CmpFPredicate::OLT: return binary(op, Operator::Less);
    case arith::CmpFPredicate::OLE: return binary(op, Operator::LessEqual);
    case arith::CmpFPredicate::UNE: return c::unary(Operator::Not, equal());
    case arith::CmpFPredicate::UGT: return negated(Operator::LessEqual);
    case arith::CmpFPredicate::UGE: return negated(Operator::Less);
    case arith::CmpFPredicate::ULT: return negated(Operator::GreaterEqual);
    case arith::CmpFPredicate::ULE: return negated(Operator::Greater);
    case arith::CmpFPredicate::ONE: return differ();
    case arith::CmpFPredicate::UEQ: return c::unary(Operator::Not, differ());
    case arith::CmpFPredicate::ORD: return c::unary(Operator::Not, isUnordered());
    case arith::CmpFPredicate::UNO: return isUnordered();
    case arith::CmpFPredicate::AlwaysTrue: return c::Atom::literal(1);
    case arith::CmpFPredicate::AlwaysFalse: return c::Atom::literal(0);
    }
    llvm_unreachable("every predicate is listed");
}

Expr ScalarPrinter::compareIntegers(arith::CmpIOp op)
{
    using P = arith::CmpIPredicate;
    const Type type = op.getLhs().getType();
    // Of what is promoted to int, a name: gcc takes -1 - x there for a complement whose upper bits were forgotten.
    auto asUnsigned = [&](Value operand) {
        return c::cast(unsignedType(type), widthInC(type) < 32 ? body.atom(operand).expr() : body.use(operand));
    };
    auto ofUnsigned = [&](Operator symbol) {
        c::Expr left = asUnsigned(op.getLhs());
        return c::binary(symbol, std::move(left), asUnsigned(op.getRhs()));
    };
    switch (op.getPredicate()) {
    case P::eq: return binary(op, Operator::Equal);
    case P::ne: return binary(op, Operator::NotEqual);
    case P::slt: return binary(op, Operator::Less);
    case P::sle: return binary(op, Operator::LessEqual);
    case P::sgt: return binary(op, Operator::Greater);
    case P::sge: return binary(op, Operator::GreaterEqual);
    case P::ult: return ofUnsigned(Operator::Less);
    case P::ule: return ofUnsigned(Operator::LessEqual);
    case P::ugt: return ofUnsigned(Operator::Greater);
    case P::uge: return ofUnsigned(Operator::GreaterEqual);
    }
    llvm_unreachable("every predicate is listed");
}

/// Rounded so that rounding again, to a shorter type, gives what rounding at once would.
static Expr roundedToOdd(Expr value) { return c::call("float_rounded_to_odd", c::list(std::move(value)), "bits.h"); }

/// A floating-point number cut towards zero. Beyond the integer's range it becomes the nearer limit, and of NaN 0: by
/// functions, where it is not known to be within.
Expr ScalarPrinter::integerOf(Operation *op)
{
    Value real = op->getOperand(0);
    const Type type = op->getResult(0).getType();
    const unsigned width = type.getIntOrFloatBitWidth();
    const bool isUnsigned = isa<arith::FPToUIOp>(op);
    const int64_t low = isUnsigned ? 0 : llvm::minIntN(width);
    const uint64_t high = isUnsigned ? llvm::maxUIntN(width) : uint64_t(llvm::maxIntN(width));
    const std::optional<RealRange> range = realRange(real);
    if (range && range->low > double(low) - 1 && range->high < double(high) + 1) {
        Expr integer = body.use(real);
        if (isUnsigned)
            integer = c::cast(unsignedType(type), std::move(integer));
        return c::cast(valueCType(type), std::move(integer));
    }
    const std::string from = real.getType().isF64() ? "double" : "float";
    if (width >= 32) {
        const std::string to = (isUnsigned ? "u" : "s") + std::to_string(width);
        Expr integer = c::call(from + "_to_" + to, c::list(body.use(real)), "scalar.h");
        return isUnsigned ? c::cast(valueCType(type), std::move(integer)) : std::move(integer);
    }
    Expr integer = c::call(from + "_to_s32", c::list(body.use(real)), "scalar.h");
    if (width == 8 && !isUnsigned)
        return c::call("saturate_s8", c::list(std::move(integer)), "scalar.h");
    return c::cast(valueCType(type),
                   c::call("clamp_s32",
                           c::list(std::move(integer), c::Atom::literal(low), c::Atom::literal(int64_t(high))),
                           "quantize.h"));
}

/// An integer as an index, of 32 bits: beyond them it saturates, and so stays outside of what it is an index into.
Expr ScalarPrinter::indexOf(Operation *op)
{
    Value integer = op->getOperand(0);
    if (isa<arith::IndexCastUIOp>(op) && widthInC(integer.getType()) >= 32)
        return c::cast("int32_t",
                       c::call("minimum_u64",
                               c::list(asUnsigned(integer.getType(), body.use(integer)), c::Atom::literal(INT32_MAX)),
                               "scalar.h"));
    if (isa<arith::IndexCastUIOp>(op))
        return asUnsigned(integer.getType(), body.use(integer));
    if (significantBits(integer) > 32 && significantBits(op->getResult(0)) > 31)
        return c::call("saturate_s32", c::list(body.use(integer)), "scalar.h");
    return valueCType(integer.getType()) == "int32_t" ? body.use(integer) : c::cast("int32_t", body.use(integer));
}

Expr ScalarPrinter::conversion(Operation *op)
{
    const Type from = op->getOperand(0).getType(), to = op->getResult(0).getType();
    if (to.isIndex())
        return indexOf(op);
    Expr in = body.use(op->getOperand(0));
    if ((isa<FloatType>(from) && isa<FloatType>(to)) || isa<arith::IndexCastOp>(op)) {
        if (valueCType(from) == valueCType(to))
            return in;
        return isShortFloat(to) ? roundedToOdd(std::move(in)) : c::cast(valueCType(to), std::move(in));
    }
    const bool isUnsigned = isa<arith::UIToFPOp, arith::ExtUIOp, arith::IndexCastUIOp>(op);
    if (isUnsigned && !from.isIndex() && from.getIntOrFloatBitWidth() > 1)
        in = asUnsigned(from, std::move(in));
    if (isShortFloat(to) && from.getIntOrFloatBitWidth() >= 32) // more than a float holds
        return roundedToOdd(c::cast("double", std::move(in)));
    if (isa<arith::ExtSIOp>(op) && from.isInteger(1))
        in = c::unary(Operator::Negate, std::move(in));
    if (to.isInteger(1))
        return c::binary(Operator::BitAnd, std::move(in), c::Atom::literal(1));
    return c::cast(valueCType(to), std::move(in));
}

/// Between a floating-point number and the integer of its bits.
Expr ScalarPrinter::bitcast(Operation *op)
{
    const Type from = op->getOperand(0).getType(), to = op->getResult(0).getType();
    const bool isInteger = isa<FloatType>(from);
    const Type number = isInteger ? from : to;
    Expr in = body.use(op->getOperand(0));
    if (!isInteger)
        in = c::cast("uint" + std::to_string(from.getIntOrFloatBitWidth()) + "_t", std::move(in));
    if (isShortFloat(number))
        return isInteger ? c::cast(valueCType(to), toStorage(from, std::move(in))) : fromStorage(to, std::move(in));
    const std::string name = number.isF64() ? "double" : "float";
    if (isInteger)
        return c::cast(valueCType(to), c::call("bits_of_" + name, c::list(std::move(in)), "bits.h"));
    return c::call(name + "_from_bits", c::list(std::move(in)), "bits.h");
}

FailureOr<Expr> ScalarPrinter::expressionOf(Operation *op)
{
    const Type type = op->getNumResults() ? op->getResult(0).getType() : Type();
    using Result = FailureOr<Expr>;
    return TypeSwitch<Operation *, Result>(op)
        .Case<tensor::ExtractOp>([&](tensor::ExtractOp extract) -> Result {
            std::vector<Expr> indices;
            for (Value index : extract.getIndices())
                indices.push_back(body.use(index));
            return fromStorage(type, readElement(extract.getTensor(), std::move(indices)));
        })
        .Case<arith::SelectOp>([&](arith::SelectOp select) -> Result {
            return c::conditional(body.use(select.getCondition()), body.use(select.getTrueValue()),
                                  body.use(select.getFalseValue()));
        })
        .Case<arith::CmpFOp>([&](arith::CmpFOp compare) -> Result { return compareFloats(compare); })
        .Case<arith::CmpIOp>([&](arith::CmpIOp compare) -> Result { return compareIntegers(compare); })
        .Case<arith::AddFOp>([&](auto) -> Result { return binary(op, Operator::Add); })
        .Case<arith::SubFOp>([&](auto) -> Result { return binary(op, Operator::Subtract); })
        .Case<arith::MulFOp>([&](auto) -> Result { return binary(op, Operator::Multiply); })
        .Case<arith::DivFOp>([&](auto) -> Result { return binary(op, Operator::Divide); })
        .Case<arith::NegFOp>([&](auto) -> Result { return c::unary(Operator::Negate, body.use(op->getOperand(0))); })
        .Case<arith::MaximumFOp>([&](auto) -> Result { return extremum(op, true); })
        .Case<arith::MinimumFOp>([&](auto) -> Result { return extremum(op, false); })
        .Case<arith::RemFOp>([&](auto) -> Result { return mathCall(op, "fmod"); })
        .Case<arith::MaxNumFOp>([&](auto) -> Result { return extremumOfNumbers(op, true); })
        .Case<arith::MinNumFOp>([&](auto) -> Result { return extremumOfNumbers(op, false); })
        .Case<math::PowFOp>([&](auto) -> Result { return mathCall(op, "pow"); })
        .Case<math::Atan2Op>([&](auto) -> Result { return mathCall(op, "atan2"); })
        .Case<math::CopySignOp>([&](auto) -> Result { return mathCall(op, "copysign"); })
        .Case<math::FmaOp>([&](auto) -> Result { return mathCall(op, "fma"); })
        .Case<math::RsqrtOp>([&](auto) -> Result {
            return c::binary(Operator::Divide, literal(type.isF64() ? type : Float32Type::get(op->getContext()), 1.0),
                             mathCall(op, "sqrt"));
        })
#define MATH_FUNCTION(OP, FUNCTION) .Case<OP>([&](auto) -> Result { return mathCall(op, #FUNCTION); })
#include "compiler/ir/MathFunctions.def"
        .Case<arith::AddIOp>([&](auto) -> Result { return integerBinary(op, Operator::Add); })
        .Case<arith::SubIOp>([&](auto) -> Result { return integerBinary(op, Operator::Subtract); })
        .Case<arith::MulIOp>([&](auto) -> Result { return integerBinary(op, Operator::Multiply); })
        .Case<arith::AndIOp>([&](auto) -> Result { return bitwise(op, Operator::BitAnd, Operator::And); })
        .Case<arith::OrIOp>([&](auto) -> Result { return bitwise(op, Operator::BitOr, Operator::Or); })
        .Case<arith::XOrIOp>([&](auto) -> Result {
            if (type.isInteger(1) && matchPattern(op->getOperand(1), m_One()))
                return c::unary(Operator::Not, body.use(op->getOperand(0)));
            return bitwise(op, Operator::BitXor, Operator::NotEqual);
        })
        .Case<arith::DivSIOp>([&](auto) -> Result { return division(op, Operator::Divide, false); })
        .Case<arith::RemSIOp>([&](auto) -> Result { return division(op, Operator::Remainder, false); })
        .Case<arith::DivUIOp>([&](auto) -> Result { return division(op, Operator::Divide, true); })
        .Case<arith::RemUIOp>([&](auto) -> Result { return division(op, Operator::Remainder, true); })
        .Case<arith::ShRUIOp>([&](auto) -> Result { return unsignedBinary(op, Operator::ShiftRight, places(op)); })
        .Case<arith::ShLIOp>([&](auto) -> Result { return unsignedBinary(op, Operator::ShiftLeft, places(op)); })
        .Case<arith::ShRSIOp>([&](auto) -> Result {
            std::vector<Expr> arguments = c::list(body.use(op->getOperand(0)), places(op));
            return asValue(type, c::call(type.isInteger(64) ? "shift_right_s64" : "shift_right_s32",
                                         std::move(arguments), "scalar.h"));
        })
        .Case<arith::FloorDivSIOp>([&](auto) -> Result { return signedCall(op, "floor_divide"); })
        .Case<arith::CeilDivSIOp>([&](auto) -> Result { return signedCall(op, "ceil_divide"); })
        .Case<arith::MaxSIOp>([&](auto) -> Result { return extremum(op, true); })
        .Case<arith::MinSIOp>([&](auto) -> Result { return extremum(op, false); })
        .Case<arith::MaxUIOp>([&](auto) -> Result { return unsignedExtremum(op, true); })
        .Case<arith::MinUIOp>([&](auto) -> Result { return unsignedExtremum(op, false); })
        .Case<math::AbsIOp>([&](auto) -> Result {
            const c::Atom x = body.atom(op->getOperand(0)), zero = c::Atom::literal(0);
            Expr negative = c::binary(Operator::Subtract, c::Atom::literal("0u"), c::cast(unsignedType(type), x));
            return c::cast(valueCType(type), c::conditional(c::binary(Operator::Less, x, zero), std::move(negative),
                                                            c::cast(unsignedType(type), x)));
        })
        .Case<arith::BitcastOp>([&](auto) -> Result { return bitcast(op); })
        .Case<nn::RescaleOp>([&](nn::RescaleOp scale) -> Result {
            const bool isNarrow = significantBits(scale.getInput()) <= 31 && int32_t(scale.getShift()) <= 0;
            return c::call(isNarrow ? "rescale_narrow" : "rescale",
                           c::list(body.use(scale.getInput()), c::Atom::literal(int32_t(scale.getMultiplier())),
                                   c::Atom::literal(int32_t(scale.getShift()))),
                           "quantize.h");
        })
        .Case<arith::TruncIOp>([&](arith::TruncIOp truncation) -> Result {
            if (Value value = saturatedValue(truncation))
                return c::call("saturate_s8", c::list(body.use(value)), "scalar.h");
            return conversion(op);
        })
        .Case<arith::FPToSIOp, arith::FPToUIOp>([&](auto) -> Result { return integerOf(op); })
        .Case<arith::ExtFOp, arith::TruncFOp, arith::SIToFPOp, arith::UIToFPOp, arith::ExtSIOp, arith::ExtUIOp,
              arith::IndexCastOp, arith::IndexCastUIOp>([&](auto) -> Result { return conversion(op); })
        .Default([](Operation *) -> Result { return failure(); });
}

} // namespace barecc
