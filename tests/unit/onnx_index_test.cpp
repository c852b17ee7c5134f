// Operators of ONNX that work with positions.
#include "tests/unit/onnx_model.h"

#include <gtest/gtest.h>

using namespace barecc::test;
using onnx::TensorProto;

TEST(OnnxIndex, GatherAlongAnAxis)
{
    const Array x = floats({3, 2}, {1.0, 1.2, 2.3, 3.4, 4.5, 5.7});
    expectResult(run("Gather", {x, int64s({2, 2}, {0, 1, 1, 2})}),
                 floats({2, 2, 2}, {1.0, 1.2, 2.3, 3.4, 2.3, 3.4, 4.5, 5.7}));
    const Array y = floats({3, 3}, {1.0, 1.2, 1.9, 2.3, 3.4, 3.9, 4.5, 5.7, 5.9});
    expectResult(run("Gather", {y, int64s({1, 2}, {0, -1})}, {integer("axis", 1)}),
                 floats({3, 1, 2}, {1.0, 1.9, 2.3, 3.9, 4.5, 5.9}));
    expectResult(run("Gather", {y, int32s({}, {-2})}), floats({3}, {2.3, 3.4, 3.9}));
    expectError(run("Gather", {y, int64s({1}, {3})}), "outside an extent of 3");
    expectError(run("Gather", {y, floats({1}, {0})}), "int32 or int64");
}

TEST(OnnxIndex, GatherElements)
{
    const Array x = floats({3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
    expectResult(run("GatherElements", {x, int64s({2, 3}, {1, 2, 0, 2, 0, 0})}, {integer("axis", 0)}),
                 floats({2, 3}, {4, 8, 3, 7, 2, 3}));
    expectResult(run("GatherElements", {x, int64s({2, 3}, {-1, -2, 0, -2, 0, 0})}, {integer("axis", 0)}),
                 floats({2, 3}, {7, 5, 3, 4, 2, 3}));
    expectError(run("GatherElements", {x, int64s({1}, {0})}), "rank");
}

TEST(OnnxIndex, GatherND)
{
    const Array x = floats({2, 2}, {0, 1, 2, 3}), cube = floats({2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7});
    expectResult(run("GatherND", {x, int64s({2, 2}, {0, 0, 1, -1})}), floats({2}, {0, 3}));
    expectResult(run("GatherND", {x, int64s({2, 1}, {1, 0})}), floats({2, 2}, {2, 3, 0, 1}));
    expectResult(run("GatherND", {cube, int64s({2, 1}, {1, 0})}, {integer("batch_dims", 1)}),
                 floats({2, 2}, {2, 3, 4, 5}));
    expectError(run("GatherND", {x, int64s({1, 3}, {0, 0, 0})}), "does not fit");
}

TEST(OnnxIndex, CompressAndNonZeroOfConstants)
{
    const Array x = floats({3, 2}, {1, 2, 3, 4, 5, 6});
    expectResult(run("Compress", {x, bools({3}, {0, 1, 1})}, {integer("axis", 0)}), floats({2, 2}, {3, 4, 5, 6}));
    expectResult(run("Compress", {x, bools({5}, {0, 1, 0, 0, 1})}), floats({2}, {2, 5}));
    expectError(run("Compress", {x, bools({3}, {0, 1, 1})}, {integer("axis", 1)}), "past the end");
    expectResult(run("NonZero", {bools({2, 2}, {1, 0, 1, 1})}), int64s({2, 3}, {0, 1, 1, 0, 0, 1}));
}

TEST(OnnxIndex, ScatterElements)
{
    const Array zeros = floats({3, 3}, {0, 0, 0, 0, 0, 0, 0, 0, 0});
    const Array updates = floats({2, 3}, {1.0, 1.1, 1.2, 2.0, 2.1, 2.2});
    expectResult(run("ScatterElements", {zeros, int64s({2, 3}, {1, 0, 2, 0, 2, 1}), updates}),
                 floats({3, 3}, {2.0, 1.1, 0, 1.0, 0, 2.2, 0, 2.1, 1.2}));
    const Array row = floats({1, 5}, {1, 2, 3, 4, 5});
    expectResult(
        run("ScatterElements", {row, int64s({1, 2}, {1, -2}), floats({1, 2}, {1.1, 2.1})}, {integer("axis", 1)}),
        floats({1, 5}, {1, 1.1, 3, 2.1, 5}));
    expectResult(run("ScatterElements", {row, int64s({1, 2}, {1, 3}), floats({1, 2}, {1.5, 2})},
                     {integer("axis", 1), text("reduction", "mul")}, 18),
                 floats({1, 5}, {1, 3, 3, 8, 5}));
    expectError(run("ScatterElements", {row, int64s({1, 1}, {5}), floats({1, 1}, {1})}, {integer("axis", 1)}),
                "outside");
}

TEST(OnnxIndex, ScatterND)
{
    const Array x = floats({8}, {1, 2, 3, 4, 5, 6, 7, 8});
    expectResult(run("ScatterND", {x, int64s({4, 1}, {4, 3, 1, 7}), floats({4}, {9, 10, 11, 12})}),
                 floats({8}, {1, 11, 3, 10, 9, 6, 7, 12}));
    expectResult(run("ScatterND", {floats({2, 2}, {1, 2, 3, 4}), int64s({1, 1}, {-1}), floats({1, 2}, {5, 6})},
                     {text("reduction", "add")}, 16),
                 floats({2, 2}, {1, 2, 8, 10}));
    expectError(run("ScatterND", {x, int64s({1, 1}, {8}), floats({1}, {0})}), "outside");
    expectError(run("ScatterND", {x, int64s({1, 1}, {0}), floats({2}, {0, 0})}), "does not fit");
}

TEST(OnnxIndex, OneHotAtAnyAxis)
{
    const Array values = floats({2}, {1, 3});
    expectResult(run("OneHot", {int64s({2}, {1, -1}), int64s({}, {3}), values}), floats({2, 3}, {1, 3, 1, 1, 1, 3}));
    expectResult(run("OneHot", {floats({2}, {0, 2}), floats({1}, {3}), values}, {integer("axis", 0)}),
                 floats({3, 2}, {3, 1, 1, 1, 1, 3}));
    expectResult(run("OneHot", {int64s({1}, {7}), int64s({}, {2}), int32s({2}, {0, 1})}), int32s({1, 2}, {0, 0}));
}

TEST(OnnxIndex, TriangularParts)
{
    const Array x = floats({3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
    expectResult(run("Trilu", {x}), floats({3, 3}, {1, 2, 3, 0, 5, 6, 0, 0, 9}));
    expectResult(run("Trilu", {x, int64s({}, {1})}), floats({3, 3}, {0, 2, 3, 0, 0, 6, 0, 0, 0}));
    expectResult(run("Trilu", {x, int64s({}, {-1})}, {integer("upper", 0)}),
                 floats({3, 3}, {0, 0, 0, 4, 0, 0, 7, 8, 0}));
    expectResult(
        run("EyeLike", {floats({2, 3}, {0, 0, 0, 0, 0, 0})}, {integer("k", 1), integer("dtype", TensorProto::INT32)}),
        int32s({2, 3}, {0, 1, 0, 0, 0, 1}));
}
