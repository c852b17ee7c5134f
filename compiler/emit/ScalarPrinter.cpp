#include "compiler/emit/ScalarPrinter.h"

#include "compiler/emit/CType.h"
#include "compiler/emit/IntegerRange.h"
#include "compiler/emit/Text.h"
#include "compiler/ir/Constants.h"
#include "compiler/ir/NN.h"

using namespace mlir;

namespace barecc {

/// Types that C has no arithmetic for: what is computed in float or int8_t has to be cut to them.
static bool isShortFloat(Type type) { return isa<FloatType>(type) && type.getIntOrFloatBitWidth() <= 16; }

static bool isShortInteger(Type type)
{
    return isa<IntegerType>(type) && type.getIntOrFloatBitWidth() > 1 && type.getIntOrFloatBitWidth() < 8;
}

static std::string widthOf(Type type) { return std::to_string(type.getIntOrFloatBitWidth()); }

/// An integer as the unsigned one of the same bits.
static std::string asUnsigned(Type type, const std::string &text)
{
    if (isShortInteger(type))
        return "(" + text + " & " + std::to_string((1 << type.getIntOrFloatBitWidth()) - 1) + ")";
    return "(uint" + widthOf(type) + "_t)" + text;
}

std::string ScalarPrinter::use(Value value)
{
    const Expression &e = expressions.find(value)->second;
    return e.atomic ? e.text : "(" + e.text + ")";
}

std::string ScalarPrinter::plain(Value value) { return expressions.find(value)->second.text; }

std::string ScalarPrinter::help(const char *header, std::string call)
{
    needed.insert(header);
    return call;
}

std::string ScalarPrinter::fromStorage(Type element, const std::string &text)
{
    if (element.isF16())
        return help("half.h", "half_to_float(" + text + ")");
    if (element.isBF16())
        return help("half.h", "bfloat16_to_float(" + text + ")");
    if (isShortFloat(element))
        return help("small_float.h", codeName(element) + "_to_float(" + text + ")");
    if (isShortInteger(element))
        return help("scalar.h", "low_bits(" + text + ", " + widthOf(element) + ")");
    if (element.isIndex()) // 64 bits in memory
        return "(int32_t)" + text;
    return text;
}

std::string ScalarPrinter::toStorage(Type element, const std::string &text)
{
    if (element.isF16())
        return help("half.h", "float_to_half(" + text + ")");
    if (element.isBF16())
        return help("half.h", "float_to_bfloat16(" + text + ")");
    if (isShortFloat(element))
        return help("small_float.h", "float_to_" + codeName(element) + "(" + text + ")");
    if (isShortInteger(element))
        return "(uint8_t)" + asUnsigned(element, "(" + text + ")");
    if (element.isInteger(1))
        return "(uint8_t)(" + text + ")";
    return text;
}

/// A result in a short type: what the float rounds to, what is left of the integer.
std::string ScalarPrinter::rounded(Type type, std::string text)
{
    if (isShortInteger(type))
        return fromStorage(type, text);
    return isShortFloat(type) ? fromStorage(type, toStorage(type, text)) : text;
}

LogicalResult ScalarPrinter::print(Operation *op)
{
    if (isa<arith::ConstantOp>(op) && isa<RankedTensorType>(op->getResult(0).getType()))
        return success();
    if (op->use_empty() || isInSaturation(op))
        return success();
    FailureOr<Expression> expression = expressionOf(op);
    if (failed(expression))
        return op->emitError("'") << op->getName() << "' has no form in C yet";
    Value value = op->getResult(0);
    if ((isShortFloat(value.getType()) || isShortInteger(value.getType())) &&
        !isa<arith::ConstantOp, tensor::ExtractOp, arith::SelectOp>(op)) {
        expression->text = rounded(value.getType(), expression->text);
        expression->atomic = true;
    }
    const bool oneUse = value.hasOneUse() && value.getUsers().begin()->getBlock() == op->getBlock();
    if (!isa<arith::ConstantOp, linalg::IndexOp>(op) && (!oneUse || expression->text.size() > longExpression))
        name(value, expression->text);
    else
        expressions[value] = *expression;
    return success();
}

void ScalarPrinter::name(Value value, const std::string &text)
{
    const std::string name = newName();
    os << indent << "const " << valueCType(value.getType()) << ' ' << name << " = " << text << ";\n";
    define(value, name);
}

/// Sums and products that wrap around are computed unsigned, where C defines that; those that cannot overflow are not.
ScalarPrinter::Expression ScalarPrinter::integerBinary(Operation *op, const char *symbol)
{
    const std::string a = use(op->getOperand(0)), b = use(op->getOperand(1));
    const Type type = op->getResult(0).getType();
    const std::string plainText = a + ' ' + symbol + ' ' + b;
    const bool divides = *symbol == '/' || *symbol == '%';
    if (type.isIndex())
        return {plainText, false};
    const unsigned width = type.getIntOrFloatBitWidth();
    if (width == 1)
        return {'(' + plainText + ") & 1", false};
    const std::string cast = "(" + valueCType(type) + ")";
    if (width < 32)
        return {cast + "(" + plainText + ")", true};
    const unsigned left = significantBits(op->getOperand(0)), right = significantBits(op->getOperand(1));
    const unsigned bits = *symbol == '*' ? left + right : std::max(left, right) + 1;
    if (divides || bits <= width)
        return {plainText, false};
    const std::string u = "(uint" + std::to_string(width) + "_t)";
    return {cast + "(" + u + a + ' ' + symbol + ' ' + u + b + ")", true};
}

ScalarPrinter::Expression ScalarPrinter::unsignedBinary(Operation *op, const char *symbol)
{
    const Type type = op->getResult(0).getType();
    const std::string width = std::to_string(type.isIndex() ? 32 : std::max(8u, type.getIntOrFloatBitWidth()));
    const std::string u = "(uint" + width + "_t)";
    return {"(" + valueCType(type) + ")(" + u + use(op->getOperand(0)) + ' ' + symbol + ' ' + u +
                use(op->getOperand(1)) + ")",
            true};
}

ScalarPrinter::Expression ScalarPrinter::extremum(Operation *op, bool largest, bool isUnsigned)
{
    const Type type = op->getResult(0).getType();
    const std::string name = largest ? "maximum_" : "minimum_";
    const std::string a = plain(op->getOperand(0)), b = plain(op->getOperand(1));
    if (isa<FloatType>(type)) {
        // A clamp against a constant needs no thought of NaN in the constant.
        if (auto bound = op->getOperand(1).getDefiningOp<arith::ConstantOp>();
            bound && !cast<FloatAttr>(bound.getValue()).getValue().isNaN()) {
            auto *in = op->getOperand(0).getDefiningOp();
            if (!in || !op->getOperand(0).hasOneUse() || expressions.find(op->getOperand(0))->second.atomic) {
                const std::string x = use(op->getOperand(0)), c = use(op->getOperand(1));
                return {x + (largest ? " < " : " > ") + c + " ? " + c + " : " + x, false};
            }
        }
        return {help("scalar.h", name + (type.isF64() ? "f64(" : "f32(") + a + ", " + b + ")"), true};
    }
    if (isUnsigned) {
        const std::string u = "(uint" + std::to_string(std::max(8u, type.getIntOrFloatBitWidth())) + "_t)";
        return {
            "(" + valueCType(type) + ")" +
                help("scalar.h", name + "u64(" + u + use(op->getOperand(0)) + ", " + u + use(op->getOperand(1)) + ")"),
            true};
    }
    if (type.isInteger(64))
        return {help("scalar.h", name + "s64(" + a + ", " + b + ")"), true};
    const std::string cast = type.isIndex() || type.isInteger(32) ? "" : "(" + valueCType(type) + ")";
    return {cast + help("scalar.h", name + "s32(" + a + ", " + b + ")"), true};
}

ScalarPrinter::Expression ScalarPrinter::compareFloats(Operation *op)
{
    const std::string a = use(op->getOperand(0)), b = use(op->getOperand(1));
    auto simple = [&](const char *symbol) { return Expression{a + symbol + b, false}; };
    auto negated = [&](const char *symbol) { return Expression{"!(" + a + symbol + b + ")", true}; };
    switch (cast<arith::CmpFOp>(op).getPredicate()) {
    case arith::CmpFPredicate::OEQ: return simple(" == ");
    case arith::CmpFPredicate::OGT: return simple(" > ");
    case arith::CmpFPredicate::OGE: return simple(" >= ");
    case arith::CmpFPredicate::OLT: return simple(" < ");
    case arith::CmpFPredicate::OLE: return simple(" <= ");
    case arith::CmpFPredicate::UNE: return simple(" != ");
    case arith::CmpFPredicate::UGT: return negated(" <= ");
    case arith::CmpFPredicate::UGE: return negated(" < ");
    case arith::CmpFPredicate::ULT: return negated(" >= ");
    case arith::CmpFPredicate::ULE: return negated(" > ");
    case arith::CmpFPredicate::ONE: return {a + " < " + b + " || " + a + " > " + b, false};
    case arith::CmpFPredicate::UEQ: return {"!(" + a + " < " + b + " || " + a + " > " + b + ")", true};
    case arith::CmpFPredicate::ORD: return {a + " == " + a + " && " + b + " == " + b, false};
    case arith::CmpFPredicate::UNO: return {a + " != " + a + " || " + b + " != " + b, false};
    case arith::CmpFPredicate::AlwaysTrue: return {"1", true};
    case arith::CmpFPredicate::AlwaysFalse: return {"0", true};
    }
    llvm_unreachable("every predicate is listed");
}

ScalarPrinter::Expression ScalarPrinter::compareIntegers(Operation *op)
{
    const auto predicate = cast<arith::CmpIOp>(op).getPredicate();
    const Type type = op->getOperand(0).getType();
    std::string a = use(op->getOperand(0)), b = use(op->getOperand(1));
    using P = arith::CmpIPredicate;
    const bool isUnsigned = predicate == P::ult || predicate == P::ule || predicate == P::ugt || predicate == P::uge;
    if (isUnsigned) {
        const std::string u =
            "(uint" + std::to_string(type.isIndex() ? 32 : std::max(8u, type.getIntOrFloatBitWidth())) + "_t)";
        a = u + a;
        b = u + b;
    }
    const char *symbol = predicate == P::eq                           ? " == "
                         : predicate == P::ne                         ? " != "
                         : predicate == P::slt || predicate == P::ult ? " < "
                         : predicate == P::sle || predicate == P::ule ? " <= "
                         : predicate == P::sgt || predicate == P::ugt ? " > "
                                                                      : " >= ";
    return {a + symbol + b, false};
}

ScalarPrinter::Expression ScalarPrinter::conversion(Operation *op)
{
    const Type from = op->getOperand(0).getType(), to = op->getResult(0).getType();
    std::string in = use(op->getOperand(0));
    if ((isa<FloatType>(from) && isa<FloatType>(to)) || isa<arith::IndexCastOp>(op)) {
        if (valueCType(from) == valueCType(to))
            return {plain(op->getOperand(0)), expressions.find(op->getOperand(0))->second.atomic};
        if (isShortFloat(to))
            return {help("bits.h", "float_rounded_to_odd(" + plain(op->getOperand(0)) + ")"), true};
        return {"(" + valueCType(to) + ")" + in, true};
    }
    const bool isUnsigned = isa<arith::UIToFPOp, arith::ExtUIOp, arith::IndexCastUIOp>(op);
    if (isUnsigned && !from.isIndex() && from.getIntOrFloatBitWidth() > 1)
        in = asUnsigned(from, in);
    if (isShortFloat(to) && from.getIntOrFloatBitWidth() >= 32) // more than a float holds
        return {help("bits.h", "float_rounded_to_odd((double)" + in + ")"), true};
    if (isa<arith::ExtSIOp>(op) && from.isInteger(1))
        in = "-" + in;
    if (isa<arith::FPToUIOp>(op))
        in = "(uint" + std::to_string(8 * byteWidth(to)) + "_t)" + in;
    if (to.isInteger(1))
        return {in + " & 1", false};
    return {"(" + valueCType(to) + ")" + in, true};
}

/// Between a floating-point number and the integer of its bits.
ScalarPrinter::Expression ScalarPrinter::bitcast(Operation *op)
{
    const Type from = op->getOperand(0).getType(), to = op->getResult(0).getType();
    const bool isInteger = isa<FloatType>(from);
    const Type number = isInteger ? from : to;
    const std::string in =
        isInteger ? plain(op->getOperand(0))
                  : "(uint" + std::to_string(from.getIntOrFloatBitWidth()) + "_t)" + use(op->getOperand(0));
    if (isShortFloat(number))
        return {isInteger ? "(" + valueCType(to) + ")" + toStorage(from, in) : fromStorage(to, in), true};
    const std::string name = number.isF64() ? "double" : "float";
    if (isInteger)
        return {"(" + valueCType(to) + ")" + help("bits.h", "bits_of_" + name + "(" + in + ")"), true};
    return {help("bits.h", name + "_from_bits(" + in + ")"), true};
}

FailureOr<ScalarPrinter::Expression> ScalarPrinter::expressionOf(Operation *op)
{
    auto operand = [&](unsigned i) { return use(op->getOperand(i)); };
    auto binary = [&](const char *symbol) { return Expression{operand(0) + symbol + operand(1), false}; };
    const Type type = op->getNumResults() ? op->getResult(0).getType() : Type();
    auto call = [&](const char *function) {
        std::string text = std::string(function) + (type.isF64() ? "(" : "f(");
        for (unsigned i = 0; i < op->getNumOperands(); ++i)
            text += (i ? ", " : "") + plain(op->getOperand(i));
        return Expression{text + ")", true};
    };
    using Result = FailureOr<Expression>;
    return TypeSwitch<Operation *, Result>(op)
        .Case<arith::ConstantOp>([&](arith::ConstantOp constant) -> Result {
            const std::string text = cLiteral(cast<TypedAttr>(constant.getValue()));
            return Expression{text, text[0] != '-'};
        })
        .Case<linalg::IndexOp>([&](linalg::IndexOp index) -> Result {
            return Expression{loopIndex[index.getDim()], true};
        })
        .Case<tensor::ExtractOp>([&](tensor::ExtractOp extract) -> Result {
            SmallVector<std::string> indices;
            for (Value index : extract.getIndices())
                indices.push_back(use(index));
            return Expression{fromStorage(type, readElement(extract.getTensor(), indices)), true};
        })
        .Case<arith::SelectOp>([&](auto) -> Result {
            return Expression{operand(0) + " ? " + operand(1) + " : " + operand(2), false};
        })
        .Case<arith::CmpFOp>([&](auto) -> Result { return compareFloats(op); })
        .Case<arith::CmpIOp>([&](auto) -> Result { return compareIntegers(op); })
        .Case<arith::AddFOp>([&](auto) -> Result { return binary(" + "); })
        .Case<arith::SubFOp>([&](auto) -> Result { return binary(" - "); })
        .Case<arith::MulFOp>([&](auto) -> Result { return binary(" * "); })
        .Case<arith::DivFOp>([&](auto) -> Result { return binary(" / "); })
        .Case<arith::RemFOp>([&](auto) -> Result { return call("fmod"); })
        .Case<arith::NegFOp>([&](auto) -> Result {
            return Expression{"-" + operand(0), false};
        })
        .Case<arith::MaximumFOp>([&](auto) -> Result { return extremum(op, true, false); })
        .Case<arith::MinimumFOp>([&](auto) -> Result { return extremum(op, false, false); })
        .Case<arith::MaxNumFOp>([&](auto) -> Result { return call("fmax"); })
        .Case<arith::MinNumFOp>([&](auto) -> Result { return call("fmin"); })
        .Case<math::PowFOp>([&](auto) -> Result { return call("pow"); })
        .Case<math::Atan2Op>([&](auto) -> Result { return call("atan2"); })
        .Case<math::CopySignOp>([&](auto) -> Result { return call("copysign"); })
        .Case<math::FmaOp>([&](auto) -> Result { return call("fma"); })
        .Case<math::RsqrtOp>([&](auto) -> Result {
            return Expression{(type.isF64() ? "1.0 / sqrt(" : "1.0f / sqrtf(") + plain(op->getOperand(0)) + ")", false};
        })
#define MATH_FUNCTION(OP, FUNCTION) .Case<OP>([&](auto) -> Result { return call(#FUNCTION); })
#include "compiler/ir/MathFunctions.def"
        .Case<arith::AddIOp>([&](auto) -> Result { return integerBinary(op, "+"); })
        .Case<arith::SubIOp>([&](auto) -> Result { return integerBinary(op, "-"); })
        .Case<arith::MulIOp>([&](auto) -> Result { return integerBinary(op, "*"); })
        .Case<arith::AndIOp>([&](auto) -> Result {
            if (type.isInteger(1))
                return binary(" && ");
            return type.isIndex() || type.getIntOrFloatBitWidth() >= 32 ? binary(" & ") : integerBinary(op, "&");
        })
        .Case<arith::OrIOp>([&](auto) -> Result {
            if (type.isInteger(1))
                return binary(" || ");
            return type.isIndex() || type.getIntOrFloatBitWidth() >= 32 ? binary(" | ") : integerBinary(op, "|");
        })
        .Case<arith::XOrIOp>([&](auto) -> Result {
            if (type.isInteger(1))
                return matchPattern(op->getOperand(1), m_One()) ? Expression{"!" + operand(0), true} : binary(" != ");
            return type.isIndex() || type.getIntOrFloatBitWidth() >= 32 ? binary(" ^ ") : integerBinary(op, "^");
        })
        .Case<arith::DivSIOp>([&](auto) -> Result { return integerBinary(op, "/"); })
        .Case<arith::RemSIOp>([&](auto) -> Result { return integerBinary(op, "%"); })
        .Case<arith::DivUIOp>([&](auto) -> Result { return unsignedBinary(op, "/"); })
        .Case<arith::RemUIOp>([&](auto) -> Result { return unsignedBinary(op, "%"); })
        .Case<arith::ShRUIOp>([&](auto) -> Result { return unsignedBinary(op, ">>"); })
        .Case<arith::ShLIOp>([&](auto) -> Result { return unsignedBinary(op, "<<"); })
        .Case<arith::ShRSIOp>([&](auto) -> Result {
            if (type.isIndex() || type.getIntOrFloatBitWidth() >= 32)
                return binary(" >> ");
            return Expression{"(" + valueCType(type) + ")(" + operand(0) + " >> " + operand(1) + ")", true};
        })
        .Case<arith::FloorDivSIOp, arith::CeilDivSIOp>([&](auto) -> Result {
            const char *function = isa<arith::FloorDivSIOp>(op) ? "floor_divide(" : "ceil_divide(";
            return Expression{
                "(" + valueCType(type) + ")" +
                    help("scalar.h", function + plain(op->getOperand(0)) + ", " + plain(op->getOperand(1)) + ")"),
                true};
        })
        .Case<arith::MaxSIOp>([&](auto) -> Result { return extremum(op, true, false); })
        .Case<arith::MinSIOp>([&](auto) -> Result { return extremum(op, false, false); })
        .Case<arith::MaxUIOp>([&](auto) -> Result { return extremum(op, true, true); })
        .Case<arith::MinUIOp>([&](auto) -> Result { return extremum(op, false, true); })
        .Case<math::AbsIOp>([&](auto) -> Result {
            const std::string x = operand(0), cast = "(" + valueCType(type) + ")";
            const std::string u = "(uint" + std::to_string(type.getIntOrFloatBitWidth()) + "_t)";
            return Expression{cast + "(" + x + " < 0 ? 0u - " + u + x + " : " + u + x + ")", true};
        })
        .Case<arith::BitcastOp>([&](auto) -> Result { return bitcast(op); })
        .Case<nn::RescaleOp>([&](nn::RescaleOp scale) -> Result {
            const bool isNarrow = significantBits(scale.getInput()) <= 31 && int32_t(scale.getShift()) <= 0;
            return Expression{help("quantize.h", (isNarrow ? "rescale_narrow(" : "rescale(") +
                                                     plain(op->getOperand(0)) + ", " +
                                                     std::to_string(int32_t(scale.getMultiplier())) + ", " +
                                                     std::to_string(int32_t(scale.getShift())) + ")"),
                              true};
        })
        .Case<arith::TruncIOp>([&](arith::TruncIOp truncation) -> Result {
            if (Value value = saturatedValue(truncation))
                return Expression{help("scalar.h", "saturate_s8(" + plain(value) + ")"), true};
            return conversion(op);
        })
        .Case<arith::ExtFOp, arith::TruncFOp, arith::SIToFPOp, arith::UIToFPOp, arith::FPToSIOp, arith::FPToUIOp,
              arith::ExtSIOp, arith::ExtUIOp, arith::IndexCastOp, arith::IndexCastUIOp>(
            [&](auto) -> Result { return conversion(op); })
        .Default([](Operation *) -> Result { return failure(); });
}

} // namespace barecc
