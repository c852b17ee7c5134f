// Cast, CastLike and BitCast.
#include "compiler/import/onnx/Cast.h"

#include "compiler/import/onnx/DataType.h"
#include "compiler/import/onnx/ScalarMath.h"

using namespace mlir;

namespace barecc::onnx_import {

/// The power of two that a number without sign becomes. Out of range is what lies outside [2^-127, 2^127]: the nearer
/// end where it saturates, else NaN. The standard says nothing of negative numbers; their sign is dropped.
static Value toPowerOfTwo(OpBuilder &b, Location loc, Value x, FloatType type, const CastRules &rules)
{
    const Type f64 = b.getF64Type(), i64 = b.getI64Type();
    auto real = [&](double value) { return GraphBuilder::scalar(b, loc, f64, value); };
    auto integer = [&](int64_t value) { return GraphBuilder::scalar(b, loc, i64, value); };
    Value magnitude = math::AbsFOp::create(b, loc, GraphBuilder::castScalar(b, loc, x, f64));
    Value least = real(0x1p-127), most = real(0x1p127);
    Value below = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, magnitude, least);
    Value above = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, magnitude, most);
    Value inRange = arith::SelectOp::create(b, loc, below, least, magnitude);
    inRange = arith::SelectOp::create(b, loc, above, most, inRange);
    Value isNaN = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::UNO, magnitude, magnitude);
    if (!rules.saturate)
        isNaN = arith::OrIOp::create(b, loc, isNaN, arith::OrIOp::create(b, loc, below, above));
    // A fraction that is large enough carries into the exponent, which is all that stays.
    const int64_t carry = rules.powerOfTwo == CastRules::Up        ? (int64_t(1) << 52) - 1
                          : rules.powerOfTwo == CastRules::Nearest ? int64_t(1) << 51
                                                                   : 0;
    Value bits = arith::AddIOp::create(b, loc, arith::BitcastOp::create(b, loc, i64, inRange), integer(carry));
    Value code = arith::SubIOp::create(b, loc, arith::ShRUIOp::create(b, loc, bits, integer(52)), integer(1023 - 127));
    code = arith::SelectOp::create(b, loc, isNaN, integer(255), code);
    return arith::BitcastOp::create(b, loc, type, arith::TruncIOp::create(b, loc, b.getI8Type(), code));
}

/// A float, double or integer as a float of 8 or 4 bits, rounded to nearest even.
static Value toSmallFloat(OpBuilder &b, Location loc, Value x, FloatType type, const CastRules &rules)
{
    if (isa<Float8E8M0FNUType>(type))
        return toPowerOfTwo(b, loc, x, type, rules);
    if (rules.saturate) {
        const double largest = APFloat::getLargest(type.getFloatSemantics()).convertToDouble();
        Value high = GraphBuilder::scalar(b, loc, x.getType(), largest);
        Value low = GraphBuilder::scalar(b, loc, x.getType(), -largest);
        Value above = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, x, high); // NaN stays
        x = arith::SelectOp::create(b, loc, above, high, x);
        Value below = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, x, low);
        x = arith::SelectOp::create(b, loc, below, low, x);
    }
    return GraphBuilder::castScalar(b, loc, x, type);
}

/// A floating-point number as an integer. The standard leaves open what one beyond the integer's range becomes, and
/// references differ by processor: the nearer limit, as GraphBuilder::castScalar has it. Integers of less than a byte
/// are rounded to, and wrap where the rules say so.
static Value toInteger(OpBuilder &b, Location loc, Value x, Type to, const CastRules &rules)
{
    const Type type = boundary::signless(to);
    if (to.getIntOrFloatBitWidth() < 8) {
        x = math::RoundEvenOp::create(b, loc, x);
        if (rules.wrap)
            x = GraphBuilder::castScalar(b, loc, x, b.getI32Type());
    }
    return GraphBuilder::castScalar(b, loc, x, type, false, to.isUnsignedInteger());
}

Value castNumber(OpBuilder &b, Location loc, Value x, Type from, Type to, const CastRules &rules)
{
    const Type type = boundary::signless(to);
    if (x.getType() == type)
        return x;
    auto target = dyn_cast<FloatType>(to);
    const bool toSmall = target && target.getWidth() <= 8;
    if (isa<FloatType>(x.getType())) {
        if (x.getType().getIntOrFloatBitWidth() < 32)
            x = GraphBuilder::castScalar(b, loc, x, b.getF32Type());
        if (!target && !to.isInteger(1))
            return toInteger(b, loc, x, to, rules);
    } else if (toSmall) {
        const Type exact = x.getType().getIntOrFloatBitWidth() < 32 ? b.getF32Type() : b.getF64Type();
        x = GraphBuilder::castScalar(b, loc, x, exact, from.isUnsignedInteger());
    }
    if (toSmall)
        return toSmallFloat(b, loc, x, target, rules);
    return GraphBuilder::castScalar(b, loc, x, type, from.isUnsignedInteger(), to.isUnsignedInteger());
}

// ---- Operators ---------------------------------------------------------------------------------------------

static Outputs castTo(Node &node, Type target)
{
    CastRules rules;
    rules.saturate = node.integer("saturate", 1) != 0;
    // The standard leaves it open; its recorded cases saturate before this version.
    rules.wrap = node.opset >= 24;
    const std::string round = node.text("round_mode", "up");
    if (round != "up" && round != "down" && round != "nearest")
        return node.error("round_mode is '" + round + "', but should be up, down or nearest");
    rules.powerOfTwo = round == "up" ? CastRules::Up : round == "down" ? CastRules::Down : CastRules::Nearest;
    node.setElement(0, target);
    const Type type = boundary::signless(target);
    if (node.element(0) == type)
        return {{node.input(0)}};
    return {{node.g.elementwise(node.input(0), type, [&](OpBuilder &b, Location loc, ValueRange x) {
        return castNumber(b, loc, x[0], node.onnxElement(0), target, rules);
    })}};
}

FailureOr<Type> elementTypeAt(const Node &node, StringRef attribute)
{
    const int64_t number = node.integer(attribute, 0);
    const Type type = elementType(node.g.b.getContext(), number);
    if (!type)
        return node.error(number == onnx::TensorProto::STRING
                              ? Twine("strings are not supported; leave them to the program around the model")
                              : attribute + " names element type " + Twine(number) + ", which is not supported");
    return type;
}

static Outputs importCast(Node &node)
{
    FailureOr<Type> target = elementTypeAt(node, "to");
    if (failed(target))
        return failure();
    return castTo(node, *target);
}

/// The type is named in opset 1: "FLOAT".
static Outputs importCastNamed(Node &node)
{
    onnx::TensorProto::DataType to;
    const std::string name = node.text("to", "");
    if (!onnx::TensorProto::DataType_Parse(name, &to))
        return node.error("'" + name + "' is no element type to cast to");
    const Type target = elementType(node.g.b.getContext(), to);
    if (!target)
        return node.error("element type " + name + " to cast to is not supported");
    return castTo(node, target);
}

static Outputs importCastLike(Node &node) { return castTo(node, node.onnxElement(1)); }

/// The same bits as another type of the same width. Short floats are calculated with as floats, so a NaN among them
/// that the model computes gives the bits of some NaN.
static Outputs importBitCast(Node &node)
{
    FailureOr<Type> target = elementTypeAt(node, "to");
    if (failed(target))
        return failure();
    const Type from = node.element(0), to = boundary::signless(*target);
    node.setElement(0, *target);
    if (from == to)
        return {{node.input(0)}};
    auto width = [](Type type) { return type.isInteger(1) ? 8 : type.getIntOrFloatBitWidth(); };
    if (width(from) != width(to))
        return node.error("elements of " + elementName(node.onnxElement(0)) + " and of " + elementName(*target) +
                          " differ in width");
    if (from.isInteger(1) || to.isInteger(1)) // a byte that is 0 or 1
        return {{node.g.cast(node.input(0), to, true, true)}};
    if (ElementsAttr constant = constantOf(node.input(0)))
        return {{node.g.constant(makeConstant(node.type(0).clone(to), ConstantBytes(constant).bytes()))}};
    return {{node.g.elementwise(node.input(0), to, [&](OpBuilder &b, Location loc, ValueRange x) -> Value {
        auto cast = [&](Type type, Value value) { return arith::BitcastOp::create(b, loc, type, value).getResult(); };
        // Between two floating-point types by way of the integer.
        if (isa<FloatType>(from) && isa<FloatType>(to))
            return cast(to, cast(b.getIntegerType(from.getIntOrFloatBitWidth()), x[0]));
        return cast(to, x[0]);
    })}};
}

llvm::ArrayRef<Entry> castOperators()
{
    static const Entry table[] = {
        {"", "Cast", 1, importCastNamed, allTypes},
        {"", "Cast", 6, importCast, allTypes},
        {"", "BitCast", 26, importBitCast, allTypes},
        {"", "CastLike", 15, importCastLike, allTypes, 2},
    };
    return table;
}

} // namespace barecc::onnx_import
