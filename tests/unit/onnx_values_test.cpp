// Values that C leaves undefined, and NaN: the evaluator and the generated C give the same defined results.
#include "tests/unit/compiled_node.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace barecc::test;
using onnx::TensorProto;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity(), least = INT32_MIN, most = INT32_MAX;
const Shape four{4};

/// The node folded at compile time, and as C.
void expectBoth(const std::string &op, const std::vector<std::optional<Array>> &inputs, const Array &expected,
                const std::vector<Attribute> &attributes = {}, int opset = 17)
{
    expectResult(run(op, inputs, attributes, opset), expected);
    expectResult(runCompiled(op, inputs, attributes, opset), expected);
}

Array cast(int type, std::vector<double> values) { return arrayOf(type, {int64_t(values.size())}, std::move(values)); }

} // namespace

TEST(OnnxValues, DivisionByZeroIsZeroAndTheLowestByMinusOneWraps)
{
    const Array a = int32s(four, {7, least, -7, 5}), b = int32s(four, {0, -1, 2, 0});
    expectBoth("Div", {a, b}, int32s(four, {0, least, -3, 0}));
    expectBoth("Mod", {a, b}, int32s(four, {0, 0, 1, 0}));
    expectBoth("Mod", {a, b}, int32s(four, {0, 0, -1, 0}), {integer("fmod", 1)});
    expectBoth("Div", {cast(TensorProto::INT8, {-128, 5}), cast(TensorProto::INT8, {-1, 0})},
               cast(TensorProto::INT8, {-128, 0}));
    expectBoth("Div", {cast(TensorProto::UINT64, {9, 5}), cast(TensorProto::UINT64, {2, 0})},
               cast(TensorProto::UINT64, {4, 0}));
}

TEST(OnnxValues, FloatsSaturateAsIntegersAndNanIsZero)
{
    const Array x = floats({6}, {NAN, infinity, -infinity, 3e38, -1.9, 200.5});
    auto to = [](int type) { return std::vector<Attribute>{integer("to", type)}; };
    expectBoth("Cast", {x}, int32s({6}, {0, most, least, most, -1, 200}), to(TensorProto::INT32));
    expectBoth("Cast", {x}, cast(TensorProto::INT8, {0, 127, -128, 127, -1, 127}), to(TensorProto::INT8));
    expectBoth("Cast", {x}, cast(TensorProto::UINT8, {0, 255, 0, 255, 0, 200}), to(TensorProto::UINT8));
    expectBoth("Cast", {x}, cast(TensorProto::UINT32, {0, 4294967295.0, 0, 4294967295.0, 0, 200}),
               to(TensorProto::UINT32));
    expectBoth("Cast", {cast(TensorProto::DOUBLE, {NAN, -1e30, 7.5})}, int64s({3}, {0, double(INT64_MIN), 7}),
               to(TensorProto::INT64));
}

TEST(OnnxValues, IndicesAreCheckedBeforeTheyAreCutTo32Bits)
{
    const Array data = floats(four, {1, 2, 3, 4}), updates = floats({2}, {8, 9});
    const Array far = int64s({2}, {4294967296.0, 4294967298.0});
    expectResult(runCompiled("ScatterElements", {data, far, updates}), data);
    expectResult(runCompiled("Gather", {data, far}), floats({2}, {4, 4}));
    expectResult(runCompiled("Gather", {data, int64s({2}, {double(INT64_MIN), -4})}), floats({2}, {1, 1}));
}

TEST(OnnxValues, RunTimeScalesOfAnyValue)
{
    const Array x = floats(four, {NAN, 1, -1, infinity}), zero = arrayOf(TensorProto::UINT8, {}, {128});
    expectBoth("QuantizeLinear", {x, floats({}, {0}), zero}, arrayOf(TensorProto::UINT8, four, {0, 255, 0, 255}));
}

TEST(OnnxValues, NanWinsInMaximaAndSorts)
{
    const Array x = floats({2, 4}, {1, NAN, 3, NAN, 5, 8, 7, 6});
    expectBoth("ArgMax", {x}, int64s({2, 1}, {1, 1}), {integer("axis", 1)});
    expectBoth("ArgMin", {x}, int64s({2, 1}, {3, 0}), {integer("axis", 1), integer("select_last_index", 1)});
    expectBoth("ReduceMax", {x}, floats({2, 1}, {NAN, 8}), {list("axes", {1})});
    expectBoth("Max", {x, floats({1}, {2})}, floats({2, 4}, {2, NAN, 3, NAN, 5, 8, 7, 6}));
    expectBoth("Relu", {x}, x);
    const Outcome top = runCompiled("TopK", {x, int64s({1}, {3})}, {}, 17, 2, "", {1});
    expectResult(top, floats({2, 3}, {NAN, NAN, 3, 8, 7, 6}), 0, 0);
    expectResult(top, int64s({2, 3}, {1, 3, 2, 1, 2, 3}), 0, 1);
}

TEST(OnnxValues, NumbersWinInMaxPool)
{
    const Array line = floats({1, 1, 4}, {NAN, 1, -2, NAN});
    const Outcome pooled = runCompiled("MaxPool", {line}, {list("kernel_shape", {2}), list("strides", {2})}, 17, 2);
    expectResult(pooled, floats({1, 1, 2}, {1, -2}), 0, 0);
    expectResult(pooled, int64s({1, 1, 2}, {1, 2}), 0, 1);
    const std::vector<Attribute> cube{list("kernel_shape", {1, 1, 2}), list("strides", {1, 1, 2})};
    expectResult(runCompiled("MaxPool", {floats({1, 1, 1, 1, 4}, {NAN, 1, -2, NAN})}, cube),
                 floats({1, 1, 1, 1, 2}, {1, -2}));
}
