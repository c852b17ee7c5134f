// Operators of ONNX that move elements, and constants.
#include "tests/unit/onnx_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

using namespace barecc::test;
using onnx::TensorProto;

/// 0, 1, 2, ... in a shape.
static Array counted(Shape shape)
{
    int64_t elements = 1;
    for (int64_t extent : shape)
        elements *= extent;
    std::vector<double> values(static_cast<size_t>(elements));
    std::iota(values.begin(), values.end(), 0);
    return floats(shape, values);
}

static Array indices(std::vector<double> values) { return int64s({int64_t(values.size())}, values); }

static Array withShape(Array array, Shape shape)
{
    array.shape = shape;
    return array;
}

// ---- Reshape and its kin -----------------------------------------------------------------------------------

TEST(OnnxShape, ReshapeCopiesZerosAndInfersOneExtent)
{
    const Array x = counted({2, 3, 4});
    expectResult(run("Reshape", {x, indices({4, 6})}), withShape(x, {4, 6}));
    expectResult(run("Reshape", {x, indices({0, -1})}), withShape(x, {2, 12}));
    expectResult(run("Reshape", {x, indices({2, 0, 1, -1})}), withShape(x, {2, 3, 1, 4}));
    expectResult(run("Reshape", {floats({1}, {5}), indices({})}), floats({}, {5}));
    expectResult(run("Reshape", {floats({0, 3}, {}), indices({3, 0})}, {integer("allowzero", 1)}), floats({3, 0}, {}));
    expectResult(run("Reshape", {x}, {list("shape", {6, 4})}, 1), withShape(x, {6, 4}));
    expectError(run("Reshape", {x, indices({-1, -1})}), "more than one");
    expectError(run("Reshape", {x, indices({5, -1})}), "does not fit");
    expectError(run("Reshape", {x, indices({-2, 12})}), "no device can hold");
    expectError(run("Reshape", {x, floats({1}, {24})}), "should be integers");
}

TEST(OnnxShape, FlattenAtAnyAxis)
{
    const Array x = counted({2, 3, 4});
    expectResult(run("Flatten", {x}), withShape(x, {2, 12}));
    expectResult(run("Flatten", {x}, {integer("axis", 0)}), withShape(x, {1, 24}));
    expectResult(run("Flatten", {x}, {integer("axis", 3)}), withShape(x, {24, 1}));
    expectResult(run("Flatten", {x}, {integer("axis", -1)}), withShape(x, {6, 4}));
    expectError(run("Flatten", {x}, {integer("axis", 4)}), "outside");
}

TEST(OnnxShape, SqueezeAndUnsqueezeByAttributeAndInput)
{
    const Array x = counted({1, 3, 1, 2});
    expectResult(run("Squeeze", {x}), withShape(x, {3, 2}));
    expectResult(run("Squeeze", {x, indices({-2})}), withShape(x, {1, 3, 2}));
    expectResult(run("Squeeze", {x}, {list("axes", {0})}, 11), withShape(x, {3, 1, 2}));
    expectError(run("Squeeze", {x, indices({1})}), "cannot be squeezed");
    expectResult(run("Unsqueeze", {x, indices({-1, 0})}), withShape(x, {1, 1, 3, 1, 2, 1}));
    expectResult(run("Unsqueeze", {x}, {list("axes", {4, 1})}, 11), withShape(x, {1, 1, 3, 1, 1, 2}));
    expectError(run("Unsqueeze", {x, indices({0, 0})}), "named twice");
    expectError(run("Unsqueeze", {x, indices({6})}), "outside");
}

TEST(OnnxShape, TransposeReversesOrPermutes)
{
    expectResult(run("Transpose", {counted({2, 3})}), floats({3, 2}, {0, 3, 1, 4, 2, 5}));
    expectResult(run("Transpose", {counted({1, 2, 3})}, {list("perm", {2, 0, 1})}),
                 floats({3, 1, 2}, {0, 3, 1, 4, 2, 5}));
    expectError(run("Transpose", {counted({2, 3})}, {list("perm", {0})}), "perm has 1 axes");
    expectError(run("Transpose", {counted({2, 3})}, {list("perm", {0, 0})}), "named twice");
}

TEST(OnnxShape, DepthToSpaceInBothModes)
{
    // The examples of the standard's text.
    const Array x = floats({1, 8, 2, 3}, {0,  1,  2,  3,  4,  5,  9,  10, 11, 12, 13, 14, 18, 19, 20, 21,
                                          22, 23, 27, 28, 29, 30, 31, 32, 36, 37, 38, 39, 40, 41, 45, 46,
                                          47, 48, 49, 50, 54, 55, 56, 57, 58, 59, 63, 64, 65, 66, 67, 68});
    expectResult(run("DepthToSpace", {x}, {integer("blocksize", 2)}),
                 floats({1, 2, 4, 6}, {0,  18, 1,  19, 2,  20, 36, 54, 37, 55, 38, 56, 3,  21, 4,  22,
                                       5,  23, 39, 57, 40, 58, 41, 59, 9,  27, 10, 28, 11, 29, 45, 63,
                                       46, 64, 47, 65, 12, 30, 13, 31, 14, 32, 48, 66, 49, 67, 50, 68}));
    expectResult(run("DepthToSpace", {x}, {integer("blocksize", 2), text("mode", "CRD")}),
                 floats({1, 2, 4, 6}, {0,  9,  1,  10, 2,  11, 18, 27, 19, 28, 20, 29, 3,  12, 4,  13,
                                       5,  14, 21, 30, 22, 31, 23, 32, 36, 45, 37, 46, 38, 47, 54, 63,
                                       55, 64, 56, 65, 39, 48, 40, 49, 41, 50, 57, 66, 58, 67, 59, 68}));
    expectResult(run("SpaceToDepth", {floats({1, 1, 4, 6}, {0, 6, 1, 7,  2, 8,  12, 18, 13, 19, 14, 20,
                                                            3, 9, 4, 10, 5, 11, 15, 21, 16, 22, 17, 23})},
                     {integer("blocksize", 2)}),
                 counted({1, 4, 2, 3}));
    expectError(run("DepthToSpace", {counted({1, 3, 1, 1})}, {integer("blocksize", 2)}), "not a multiple");
    expectError(run("DepthToSpace", {counted({1, 4, 1, 1})}, {integer("blocksize", 0)}), "from 1 to 65536");
}

TEST(OnnxShape, ReverseSequence)
{
    const Array x = floats({4, 4}, {0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15});
    expectResult(
        run("ReverseSequence", {x, indices({4, 3, 2, 1})}, {integer("time_axis", 0), integer("batch_axis", 1)}),
        floats({4, 4}, {3, 6, 9, 12, 2, 5, 8, 13, 1, 4, 10, 14, 0, 7, 11, 15}));
    expectResult(
        run("ReverseSequence", {counted({2, 3}), indices({1, 3})}, {integer("time_axis", 1), integer("batch_axis", 0)}),
        floats({2, 3}, {0, 1, 2, 5, 4, 3}));
}

TEST(OnnxShape, Identity)
{
    const Array x = counted({2, 2});
    expectResult(run("Identity", {x}), x);
    const Array bytes = arrayOf(TensorProto::UINT8, {2}, {1, 255});
    expectResult(run("Identity", {bytes}), bytes);
}

// ---- Concat, split, slice ----------------------------------------------------------------------------------

TEST(OnnxShape, ConcatAlongAnyAxis)
{
    const Array a = floats({2, 1}, {1, 2}), b = floats({2, 2}, {3, 4, 5, 6});
    expectResult(run("Concat", {a, b}, {integer("axis", -1)}), floats({2, 3}, {1, 3, 4, 2, 5, 6}));
    expectResult(run("Concat", {a, a}, {integer("axis", 0)}), floats({4, 1}, {1, 2, 1, 2}));
    expectResult(run("Concat", {floats({0, 1}, {}), a}, {integer("axis", 0)}), a);
    expectError(run("Concat", {a, b}, {integer("axis", 0)}), "extent 1 of input 1");
    expectError(run("Concat", {a, int32s({2, 1}, {1, 2})}, {integer("axis", 0)}), "one element type");
}

TEST(OnnxShape, SplitInEveryForm)
{
    const Array x = floats({7}, {1, 2, 3, 4, 5, 6, 7}), six = floats({6}, {1, 2, 3, 4, 5, 6});
    auto uneven = run("Split", {x}, {integer("num_outputs", 3)}, 18, 3);
    expectResult(uneven, floats({3}, {1, 2, 3}));
    expectResult(uneven, floats({1}, {7}), 0, 2);
    expectResult(run("Split", {six, indices({2, 4})}, {}, 13, 2), floats({4}, {3, 4, 5, 6}), 0, 1);
    expectResult(run("Split", {six}, {list("split", {4, 2})}, 11, 2), floats({2}, {5, 6}), 0, 1);
    expectResult(run("Split", {six}, {}, 11, 3), floats({2}, {3, 4}), 0, 1);
    expectResult(run("Split", {floats({1, 2}, {1, 2})}, {integer("axis", -1)}, 11, 2), floats({1, 1}, {2}), 0, 1);
    expectError(run("Split", {x}, {}, 13, 2), "equal parts");
    expectError(run("Split", {six, indices({2, 2})}, {}, 13, 2), "do not add up");
}

TEST(OnnxShape, SliceClampsAndStepsBothWays)
{
    const Array x = counted({4, 3});
    expectResult(run("Slice", {x, indices({1, 0}), indices({3, 2})}), floats({2, 2}, {3, 4, 6, 7}));
    expectResult(run("Slice", {x, indices({-2}), indices({1000}), indices({0})}), floats({2, 3}, {6, 7, 8, 9, 10, 11}));
    expectResult(run("Slice", {x, indices({0}), indices({4}), indices({0}), indices({3})}),
                 floats({2, 3}, {0, 1, 2, 9, 10, 11}));
    expectResult(run("Slice", {x, indices({10}), indices({-1000}), indices({0}), indices({-2})}),
                 floats({2, 3}, {9, 10, 11, 3, 4, 5}));
    expectResult(run("Slice", {x, indices({2}), indices({-9223372036854775807.0}), indices({-1}), indices({-1})}),
                 floats({4, 3}, {2, 1, 0, 5, 4, 3, 8, 7, 6, 11, 10, 9}));
    expectResult(run("Slice", {x, indices({3}), indices({1}), indices({0})}), floats({0, 3}, {}));
    expectResult(run("Slice", {x, indices({5}), indices({9}), indices({0})}), floats({0, 3}, {}));
    expectResult(run("Slice", {x}, {list("starts", {1}), list("ends", {-1}), list("axes", {1})}, 9),
                 floats({4, 1}, {1, 4, 7, 10}));
    expectError(run("Slice", {x, indices({0}), indices({1}), indices({0}), indices({0})}), "step is 0");
    expectError(run("Slice", {x, indices({0}), indices({1, 2})}), "one length");
}

// ---- Larger ------------------------------------------------------------------------------------------------

TEST(OnnxShape, ExpandBroadcastsBothWays)
{
    expectResult(run("Expand", {floats({3, 1}, {1, 2, 3}), indices({2, 1, 2})}),
                 floats({2, 3, 2}, {1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3}));
    expectResult(run("Expand", {floats({2}, {1, 2}), indices({1})}), floats({2}, {1, 2}));
    expectError(run("Expand", {floats({2}, {1, 2}), indices({3})}), "does not broadcast");
}

TEST(OnnxShape, Tile)
{
    expectResult(run("Tile", {floats({2, 2}, {0, 1, 2, 3}), indices({2, 2})}),
                 floats({4, 4}, {0, 1, 0, 1, 2, 3, 2, 3, 0, 1, 0, 1, 2, 3, 2, 3}));
    expectError(run("Tile", {floats({2}, {0, 1}), indices({1e15})}), "excessive");
}

TEST(OnnxShape, TileOfOpset1RepeatsOneAxis)
{
    expectResult(run("Tile", {floats({2, 1}, {1, 2}), floats({}, {2}), floats({}, {1})}, {}, 1),
                 floats({2, 2}, {1, 1, 2, 2}));
    expectError(run("Tile", {floats({2, 1}, {1, 2}), floats({}, {2}), floats({}, {2})}, {}, 1), "outside");
}

TEST(OnnxShape, CenterCropPad)
{
    const Array x = floats({3, 4}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    // An odd element is cut off at the end, and filled in at the end.
    expectResult(run("CenterCropPad", {x, indices({2, 1})}, {}, 18), floats({2, 1}, {2, 6}));
    expectResult(run("CenterCropPad", {floats({2}, {1, 2}), indices({5})}, {}, 18), floats({5}, {0, 1, 2, 0, 0}));
    expectResult(run("CenterCropPad", {x, indices({6, 2})}, {list("axes", {-1, 0})}, 18),
                 floats({2, 6}, {0, 1, 2, 3, 4, 0, 0, 5, 6, 7, 8, 0}));
    expectError(run("CenterCropPad", {x, indices({6})}, {}, 18), "one extent for each");
    expectError(run("CenterCropPad", {x, indices({-1, 2})}, {}, 18), "shape");
}

TEST(OnnxShape, PadInEveryMode)
{
    const Array x = floats({1, 3}, {1, 2, 3});
    expectResult(run("Pad", {x, indices({0, 1, 1, 2}), floats({}, {9})}),
                 floats({2, 6}, {9, 1, 2, 3, 9, 9, 9, 9, 9, 9, 9, 9}));
    expectResult(run("Pad", {x, indices({0, -1, 0, 1})}), floats({1, 3}, {2, 3, 0}));
    expectResult(run("Pad", {x}, {list("pads", {0, 1, 0, 0}), real("value", 5)}, 10), floats({1, 4}, {5, 1, 2, 3}));
    expectResult(run("Pad", {x, indices({2, 4}), std::nullopt, indices({-1})}, {text("mode", "reflect")}, 18),
                 floats({1, 9}, {3, 2, 1, 2, 3, 2, 1, 2, 3}));
    expectResult(run("Pad", {x, indices({0, 2, 0, 1})}, {text("mode", "edge")}), floats({1, 6}, {1, 1, 1, 2, 3, 3}));
    expectResult(run("Pad", {x, indices({0, 2, 0, 1})}, {text("mode", "wrap")}, 19),
                 floats({1, 6}, {2, 3, 1, 2, 3, 1}));
    expectResult(run("Pad", {floats({2, 2}, {1, 2, 3, 4}), indices({1, 1, 0, 0})}, {text("mode", "reflect")}),
                 floats({3, 3}, {4, 3, 4, 2, 1, 2, 4, 3, 4}));
    expectResult(run("Pad", {int32s({1}, {7}), indices({1, 0}), int32s({}, {-1})}), int32s({2}, {-1, 7}));
    expectError(run("Pad", {x, indices({0, -2, 0, -2})}), "cuts more");
    expectError(run("Pad", {x, indices({1})}), "two numbers");
}

// ---- Constants ---------------------------------------------------------------------------------------------

TEST(OnnxConstant, EveryFormOfConstant)
{
    expectResult(run("Constant", {}, {{"value", arrayOf(TensorProto::UINT8, {2}, {1, 200})}}),
                 arrayOf(TensorProto::UINT8, {2}, {1, 200}));
    expectResult(run("Constant", {}, {real("value_float", 2.5f)}), floats({}, {2.5}));
    expectResult(run("Constant", {}, {{"value_floats", std::vector<float>{1, 2}}}), floats({2}, {1, 2}));
    expectResult(run("Constant", {}, {integer("value_int", -3)}), int64s({}, {-3}));
    expectResult(run("Constant", {}, {list("value_ints", {1, 2, 3})}), int64s({3}, {1, 2, 3}));
    expectError(run("Constant", {}, {text("value_string", "x")}), "strings are not");
}

TEST(OnnxConstant, ConstantOfShape)
{
    expectResult(run("ConstantOfShape", {int64s({2}, {2, 2})}), floats({2, 2}, {0, 0, 0, 0}));
    expectResult(run("ConstantOfShape", {int64s({1}, {2})}, {{"value", bools({1}, {1})}}), bools({2}, {1, 1}));
    expectResult(run("ConstantOfShape", {int64s({0}, {})}, {{"value", int64s({1}, {7})}}), int64s({}, {7}));
    expectResult(run("ConstantOfShape", {int64s({1}, {0})}), floats({0}, {}));
    expectError(run("ConstantOfShape", {int64s({3}, {1e6, 1e6, 1e6})}), "no device can hold");
    expectError(run("ConstantOfShape", {int64s({1}, {-5})}), "no device can hold");
}

TEST(OnnxConstant, ShapeAndSize)
{
    const Array x = counted({2, 3, 4});
    expectResult(run("Shape", {x}), int64s({3}, {2, 3, 4}));
    expectResult(run("Shape", {x}, {integer("start", 1)}), int64s({2}, {3, 4}));
    expectResult(run("Shape", {x}, {integer("start", -10), integer("end", -1)}), int64s({2}, {2, 3}));
    expectResult(run("Shape", {x}, {integer("start", 2), integer("end", 1)}), int64s({0}, {}));
    expectResult(run("Size", {x}), int64s({}, {24}));
}

TEST(OnnxConstant, RangeUpAndDown)
{
    expectResult(run("Range", {floats({}, {1}), floats({}, {5}), floats({}, {2})}), floats({2}, {1, 3}));
    expectResult(run("Range", {int32s({}, {10}), int32s({}, {6}), int32s({}, {-3})}), int32s({2}, {10, 7}));
    expectResult(run("Range", {int64s({}, {3}), int64s({}, {1}), int64s({}, {1})}), int64s({0}, {}));
    expectError(run("Range", {int64s({}, {3}), int64s({}, {1}), int64s({}, {0})}), "step");
    expectError(run("Range", {floats({}, {0}), floats({}, {1}), floats({}, {0})}), "does not end");
    expectError(run("Range", {int64s({}, {-9e18}), int64s({}, {9e18}), int64s({}, {1})}), "too many");
}

/// A node whose inputs are the model's, and whose output is declared to be a vector of `extent` elements.
static onnx::ModelProto declaredModel(const std::string &op, std::vector<std::pair<int, Shape>> inputs, Shape shape)
{
    onnx::ModelProto model = emptyModel(17);
    onnx::GraphProto &graph = *model.mutable_graph();
    std::vector<std::string> names;
    for (auto &[type, inputShape] : inputs) {
        names.push_back("x" + std::to_string(names.size()));
        addInput(graph, names.back(), type, inputShape);
    }
    addNode(graph, op, names, {"y"});
    addOutput(graph, "y");
    auto &type = *graph.mutable_output(0)->mutable_type()->mutable_tensor_type();
    type.set_elem_type(TensorProto::FLOAT);
    for (int64_t extent : shape)
        type.mutable_shape()->add_dim()->set_dim_value(extent);
    return model;
}

TEST(OnnxConstant, ComputedExtentsAreTheDeclaredOnes)
{
    const std::pair<int, Shape> number{TensorProto::FLOAT, {}}, depth{TensorProto::INT64, {}};
    const std::pair<int, Shape> indices{TensorProto::INT64, {2}}, values{TensorProto::FLOAT, {2}};
    const Outcome range = import(declaredModel("Range", {number, number, number}, {5}));
    EXPECT_NE(range.ir.find("-> tensor<5xf32>"), std::string::npos) << range.errors << range.ir;
    const Outcome oneHot = import(declaredModel("OneHot", {indices, depth, values}, {2, 7}));
    EXPECT_NE(oneHot.ir.find("-> tensor<2x7xf32>"), std::string::npos) << oneHot.errors << oneHot.ir;
    expectError(import(declaredModel("Range", {number, number, number}, {5, 1})), "not a list");
    expectError(import(declaredModel("OneHot", {indices, depth, values}, {7})), "one axis more");
}
