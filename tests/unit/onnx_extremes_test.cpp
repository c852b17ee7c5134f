// Nodes with numbers that no honest model has: extents of 0, and attributes at the ends of their types. Under the
// sanitizers this is the test of the arithmetic on them.
#include "tests/unit/onnx_model.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace barecc::test;
using onnx::TensorProto;

namespace {

constexpr int64_t most = INT64_MAX, least = INT64_MIN;
const char *const microsoft = "com.microsoft", *const ml = "ai.onnx.ml";
using Inputs = std::vector<std::optional<Array>>;

Array zeros(int type, Shape shape)
{
    size_t count = 1;
    for (int64_t extent : shape)
        count *= size_t(extent);
    return {type, std::move(shape), std::vector<double>(count)};
}

Array zeros(Shape shape) { return zeros(TensorProto::FLOAT, std::move(shape)); }

struct Refused {
    const char *op, *domain;
    int opset;
    Inputs inputs;
    std::vector<Attribute> attributes;
    const char *error;
};

void PrintTo(const Refused &node, std::ostream *out) { *out << node.op; }

std::vector<Refused> refusedNodes()
{
    const Array image = zeros({1, 1, 4, 4}), none = zeros({1, 0, 4, 4}), ids = zeros(TensorProto::INT32, {1, 2});
    const Array heads = zeros({1, 2, 1, 1}), noHeads = zeros({1, 0, 1, 1}), rows = zeros({1, 1, 2}),
                noRows = zeros({1, 1, 0});
    return {
        // Heads.
        {"Attention", "", 23, {heads, noHeads, noHeads}, {}, "do not fit together"},
        {"Attention",
         "",
         23,
         {noRows, noRows, noRows},
         {integer("q_num_heads", most), integer("kv_num_heads", most)},
         "it has to divide a width of 0"},
        {"RotaryEmbedding",
         microsoft,
         1,
         {noRows, zeros(TensorProto::INT64, {1, 1}), zeros({1, 1}), zeros({1, 1})},
         {integer("num_heads", most)},
         "it has to divide a width of 0"},
        {"LinearAttention",
         "",
         27,
         {noRows, noRows, rows},
         {integer("q_num_heads", most), integer("kv_num_heads", 1), text("update_rule", "linear")},
         "the heads do not divide"},
        {"GroupQueryAttention",
         microsoft,
         1,
         {rows, rows, rows, {}, {}, zeros(TensorProto::INT8, {1}), zeros(TensorProto::INT8, {1})},
         {integer("num_heads", 1), integer("kv_num_heads", 1)},
         "int32 or int64"},
        // Groups and taps.
        {"ConvTranspose", "", 17, {none, zeros({0, 4, 1, 1})}, {integer("group", most)}, "it has to divide the 0"},
        {"ConvTranspose", "", 17, {image, zeros({1, 1, 0, 3})}, {list("output_shape", {4, 4})}, "a window of 0 pixels"},
        {"MaxPool",
         "",
         22,
         {image},
         {list("kernel_shape", {2, 2}), list("dilations", {1 << 23, 1}), list("pads", {1 << 23, 0, 1 << 23, 0})},
         "both together have to be at most"},
        {"MaxPool", "", 22, {image}, {list("kernel_shape", {1 << 24, 1})}, "a window of 16777216 pixels"},
        {"DeformConv", "", 19, {none, zeros({1, 0, 1, 1}), zeros({1, 2, 4, 4})}, {}, "has no pixels"},
        {"DeformConv",
         "",
         19,
         {none, zeros({1, 0, 1, 1}), zeros({1, 2, 4, 4})},
         {integer("offset_group", most)},
         "has no pixels"},
        {"CausalConvWithState", "", 27, {zeros({1, 2, 3}), zeros({2, 1, 0})}, {}, "have no taps"},
        {"ConvInteger",
         "",
         17,
         {zeros(TensorProto::UINT8, {1, 1, 4}),
          zeros(TensorProto::UINT8, {}),
          {},
          arrayOf(TensorProto::UINT8, {3}, {1, 2, 3})},
         {},
         "the filter is a scalar"},
        {"GroupNorm",
         microsoft,
         1,
         {zeros({1, 2, 2, 0}), zeros({0}), zeros({0})},
         {integer("groups", most)},
         "it has to divide the 0 channels"},
        // Images and tables without elements.
        {"GridSample", "", 20, {zeros({1, 1, 0, 4}), zeros({1, 2, 2, 2})}, {}, "has no pixels"},
        {"CropAndResize",
         microsoft,
         1,
         {zeros({1, 1, 0, 4}), zeros({1, 4}), zeros(TensorProto::INT32, {1}), arrayOf(TensorProto::INT32, {2}, {2, 2})},
         {},
         "has no pixels"},
        {"Crop", "", 1, {image}, {list("border", {least, least, most, most})}, "do not fit an image"},
        {"Crop", "", 1, {image}, {list("border", {0, 0, least, least})}, "do not fit an image"},
        {"GatherBlockQuantized",
         microsoft,
         1,
         {zeros(TensorProto::UINT8, {0, 16}), zeros(TensorProto::INT64, {1}), zeros({0, 1})},
         {integer("block_size", 16), integer("bits", 8)},
         "an empty axis"},
        {"NegativeLogLikelihoodLoss", "", 17, {zeros({2, 0}), zeros(TensorProto::INT64, {2})}, {}, "no empty one"},
        // Results that are too large.
        {"ArrayFeatureExtractor",
         ml,
         1,
         {zeros({1 << 15, 1}), zeros(TensorProto::INT64, {1 << 15})},
         {},
         "no device can hold"},
        {"EmbedLayerNormalization",
         microsoft,
         1,
         {zeros(TensorProto::INT32, {1 << 10, 1 << 10}),
          {},
          zeros({1, 1 << 10}),
          zeros({1, 1 << 10}),
          {},
          zeros({1 << 10}),
          zeros({1 << 10})},
         {},
         "no device can hold"},
        // Numbers that a type does not hold.
        {"Range", "", 17, {floats({}, {NAN}), floats({}, {4}), floats({}, {1})}, {}, "does not end"},
        {"Gemm",
         "",
         17,
         {zeros(TensorProto::INT32, {1, 1}), zeros(TensorProto::INT32, {1, 1})},
         {real("alpha", 1e30f)},
         "not a whole number of 64 bits"},
        {"Gemm",
         "",
         17,
         {zeros(TensorProto::INT32, {1, 1}), zeros(TensorProto::INT32, {1, 1})},
         {real("alpha", INFINITY)},
         "not a whole number of 64 bits"},
        {"Imputer", ml, 1, {ids}, {list("imputed_value_int64s", {most})}, "which no int32 is"},
        {"Imputer",
         ml,
         1,
         {ids},
         {list("imputed_value_int64s", {1}), integer("replaced_value_int64", least)},
         "which no int32 is"},
        {"LabelEncoder",
         ml,
         4,
         {zeros(TensorProto::INT64, {1})},
         {list("keys_int64s", {1}), {"values_tensor", zeros(TensorProto::INT8, {1})}, integer("default_int64", most)},
         "which the type of the values has no number for"},
    };
}

class OnnxExtremeNode : public testing::TestWithParam<Refused> {};

} // namespace

TEST_P(OnnxExtremeNode, IsRefused)
{
    const Refused &node = GetParam();
    expectError(run(node.op, node.inputs, node.attributes, node.opset, 1, node.domain), node.error);
}

INSTANTIATE_TEST_SUITE_P(All, OnnxExtremeNode, testing::ValuesIn(refusedNodes()));

/// What has an answer gets it.
TEST(OnnxExtremes, HaveTheirResults)
{
    const Array empty = zeros({2, 0, 0});
    expectResult(run("Inverse", {empty}, {}, 1, 1, microsoft), empty);
    expectResult(run("Einsum", {zeros({0, 2})}, {text("equation", "ij->i")}), zeros({0}));
    const Array integers = int32s({3}, {INT32_MIN, 0, INT32_MAX});
    auto above = [&](float threshold) {
        return run("Binarizer", {integers}, {real("threshold", threshold)}, 1, 1, ml);
    };
    expectResult(above(1e30f), int32s({3}, {0, 0, 0}));
    expectResult(above(NAN), int32s({3}, {0, 0, 0}));
    expectResult(above(-1e30f), int32s({3}, {0, 1, 1}));
}

/// Of matrices that fit, in a stack that does not.
TEST(OnnxExtremes, StacksAreNotWrittenOutBeyondReason)
{
    onnx::ModelProto model = emptyModel(17);
    addInput(*model.mutable_graph(), "a", TensorProto::FLOAT, {1 << 12, 1 << 12});
    addInput(*model.mutable_graph(), "b", TensorProto::FLOAT, {1 << 12, 1 << 12, 1});
    addNode(*model.mutable_graph(), "MatMul", {"a", "b"}, {"y"});
    addOutput(*model.mutable_graph(), "y");
    expectError(import(model), "4096x4096x4096, which no device can hold");
}

/// A table of their places would take gigabytes.
TEST(OnnxExtremes, PlacesOfManyElementsAreFoundOnTheDevice)
{
    onnx::ModelProto model = emptyModel(17);
    *model.mutable_graph()->add_initializer() = tensorProto("n", int64s({1}, {1 << 27}));
    addNode(*model.mutable_graph(), "ConstantOfShape", {"n"}, {"x"}, {{"value", floats({1}, {1})}});
    addNode(*model.mutable_graph(), "NonZero", {"x"}, {"y"});
    addOutput(*model.mutable_graph(), "y");
    const Outcome outcome = import(model);
    EXPECT_TRUE(outcome.imported) << outcome.errors;
}
