// Comparisons, booleans, and choice between two values.
#include "compiler/import/tflite/Node.h"

using namespace mlir;

namespace barecc::tflite_import {

using FloatPredicate = arith::CmpFPredicate;
using IntegerPredicate = arith::CmpIPredicate;

template <FloatPredicate real, IntegerPredicate whole> static Outputs compare(Node &node)
{
    const Type i1 = node.g.b.getI1Type();
    auto body = [](Scalar s, ValueRange in) { return s.compare(real, whole, in[0], in[1]); };
    if (node.element(0) != node.element(1))
        return node.error("has inputs of different types; the file is damaged");
    if (bool(node.quantization(0)) != bool(node.quantization(1)))
        return node.unsupportedType(node.quantization(0) ? 1 : 0);
    if (node.isUnsigned(0) && whole != IntegerPredicate::eq && whole != IntegerPredicate::ne)
        return node.unsupportedType();
    if (!node.quantization(0))
        return one(node.elementwise({node.input(0), node.input(1)}, i1, body));
    if (failed(node.requirePerTensor(0)) || failed(node.requirePerTensor(1)))
        return failure();
    const FixedPoint first = fixedPoint(node.scale(0)), second = fixedPoint(node.scale(1));
    return one(node.elementwise({node.storage(0), node.storage(1)}, i1, [&](Scalar s, ValueRange in) {
        const int spare = 8; // bits that the scaled integers keep behind the point
        Value x = s.shiftLeft(s.sub(s.widen(in[0]), s.i32(node.zeroPoint(0))), spare);
        Value y = s.shiftLeft(s.sub(s.widen(in[1]), s.i32(node.zeroPoint(1))), spare);
        return s.compare(real, whole, s.rescale(x, first), s.rescale(y, second));
    }));
}

template <typename Op> static Outputs logical(Node &node)
{
    if (!node.element(0).isInteger(1) || !node.element(1).isInteger(1))
        return node.unsupportedType();
    return one(node.elementwise({node.input(0), node.input(1)}, node.element(0),
                                [](Scalar s, ValueRange in) { return s.op<Op>(in); }));
}

/// Both inputs are plain integers of one type.
static LogicalResult requireIntegers(const Node &node)
{
    for (unsigned i : {0u, 1u})
        if (node.isFloat(i) || node.quantization(i) || node.element(i) != node.element(0))
            return node.unsupportedType(i);
    return success();
}

template <typename Op> static Outputs bitwise(Node &node)
{
    if (failed(requireIntegers(node)))
        return failure();
    return one(node.elementwise({node.input(0), node.input(1)}, node.element(0),
                                [](Scalar s, ValueRange in) { return s.op<Op>(in); }));
}

/// Arithmetic for signed integers, logical for unsigned ones. Amounts stop at the width less one.
static Outputs rightShift(Node &node)
{
    if (failed(requireIntegers(node)))
        return failure();
    if (node.element(0).isInteger(1))
        return node.unsupportedType();
    const bool isUnsigned = node.isUnsigned(0);
    const Type element = node.element(0), i64 = node.g.b.getI64Type();
    const int64_t last = int64_t(element.getIntOrFloatBitWidth()) - 1;
    return one(node.elementwise({node.input(0), node.input(1)}, element, [&](Scalar s, ValueRange in) {
        Value x = GraphBuilder::castScalar(s.b, s.loc, in[0], i64, isUnsigned);
        Value by = s.min(s.max(s.convert(in[1], i64), s.integer(i64, 0)), s.integer(i64, last));
        return s.convert(s.op<arith::ShRSIOp>({x, by}), element);
    }));
}

static Outputs logicalNot(Node &node)
{
    if (!node.element(0).isInteger(1))
        return node.unsupportedType();
    return one(node.map(node.input(0), node.element(0), [](Scalar s, ValueRange in) {
        return s.op<arith::XOrIOp>({in[0], s.integer(in[0].getType(), 1)});
    }));
}

static LogicalResult requireChoice(const Node &node)
{
    if (!node.element(0).isInteger(1) || node.element(1) != node.element(2))
        return node.error("has a condition that is not boolean, or two values of different types; the file is damaged");
    return success();
}

static Value choose(Scalar s, ValueRange in) { return s.select(in[0], in[1], in[2]); }

static Outputs selectV2(Node &node)
{
    if (failed(requireChoice(node)))
        return failure();
    return one(node.elementwise({node.input(0), node.storage(1), node.storage(2)}, node.element(1), choose));
}

/// The condition has the values' shape, or is a vector along their first dimension.
static Outputs select(Node &node)
{
    if (failed(requireChoice(node)))
        return failure();
    Value condition = node.input(0);
    if (node.rank(0) == 1 && node.rank(1) > 1 && node.shape(0)[0] == node.shape(1)[0]) {
        SmallVector<int64_t> shape(node.rank(1), 1);
        shape[0] = node.shape(0)[0];
        condition = node.g.reshape(condition, shape);
    }
    return one(node.elementwise({condition, node.storage(1), node.storage(2)}, node.element(1), choose));
}

ArrayRef<Entry> logicOperators()
{
    static const char *const numbers = "float32, int32, int64, int8, uint8, int16";
    static const Entry entries[] = {
        {tflite::BuiltinOperator_BITWISE_XOR, bitwise<arith::XOrIOp>, 2, "int8, uint8, int16, int32"},
        {tflite::BuiltinOperator_EQUAL, compare<FloatPredicate::OEQ, IntegerPredicate::eq>, 2, numbers},
        {tflite::BuiltinOperator_GREATER, compare<FloatPredicate::OGT, IntegerPredicate::sgt>, 2, numbers},
        {tflite::BuiltinOperator_GREATER_EQUAL, compare<FloatPredicate::OGE, IntegerPredicate::sge>, 2, numbers},
        {tflite::BuiltinOperator_LESS, compare<FloatPredicate::OLT, IntegerPredicate::slt>, 2, numbers},
        {tflite::BuiltinOperator_LESS_EQUAL, compare<FloatPredicate::OLE, IntegerPredicate::sle>, 2, numbers},
        {tflite::BuiltinOperator_LOGICAL_AND, logical<arith::AndIOp>, 2, "bool"},
        {tflite::BuiltinOperator_LOGICAL_NOT, logicalNot, 1, "bool"},
        {tflite::BuiltinOperator_LOGICAL_OR, logical<arith::OrIOp>, 2, "bool"},
        {tflite::BuiltinOperator_NOT_EQUAL, compare<FloatPredicate::UNE, IntegerPredicate::ne>, 2, numbers},
        {tflite::BuiltinOperator_RIGHT_SHIFT, rightShift, 2, "int8, uint8, int16, uint16, int32"},
        {tflite::BuiltinOperator_SELECT, select, 3, "all", {0b110}},
        {tflite::BuiltinOperator_SELECT_V2, selectV2, 3, "all", {0b110}},
        {tflite::BuiltinOperator_STABLEHLO_SELECT, selectV2, 3, "all", {0b110}},
    };
    return entries;
}

} // namespace barecc::tflite_import
