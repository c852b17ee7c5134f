// Resize and Upsample of ONNX: hand-worked taps of every coordinate transformation and rounding. (The numbers of the
// standard's own examples are tested with its test data.)
#include "tests/unit/onnx_model.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace barecc::test;

namespace {

constexpr int f64 = onnx::TensorProto::DOUBLE, u8 = onnx::TensorProto::UINT8;

Array doubles(Shape shape, std::vector<double> values) { return {f64, shape, values}; }

/// Resizes a row of numbers to `size` elements.
Outcome resizeRow(std::vector<double> row, int64_t size, std::vector<Attribute> attributes, int opset = 13)
{
    const Array x = doubles({int64_t(row.size())}, row);
    return run("Resize", {x, std::nullopt, std::nullopt, int64s({1}, {double(size)})}, attributes, opset);
}

Outcome scaleRow(std::vector<double> row, float scale, std::vector<Attribute> attributes, int opset = 13)
{
    const Array x = doubles({int64_t(row.size())}, row);
    return run("Resize", {x, std::nullopt, floats({1}, {scale})}, attributes, opset);
}

Attribute coordinates(const char *mode) { return text("coordinate_transformation_mode", mode); }

} // namespace

TEST(OnnxResize, CoordinateTransformationsOfTheLinearMode)
{
    const std::vector<double> row{0, 8};
    auto resized = [&](const char *mode) { return resizeRow(row, 4, {text("mode", "linear"), coordinates(mode)}); };
    expectResult(resized("half_pixel"), doubles({4}, {0, 2, 6, 8}));
    expectResult(resized("pytorch_half_pixel"), doubles({4}, {0, 2, 6, 8}));
    expectResult(resized("half_pixel_symmetric"), doubles({4}, {0, 2, 6, 8}));
    expectResult(resized("asymmetric"), doubles({4}, {0, 4, 8, 8}));
    expectResult(resized("align_corners"), doubles({4}, {0, 8.0 / 3, 16.0 / 3, 8}));
    expectResult(resizeRow({4, 8}, 1, {text("mode", "linear"), coordinates("pytorch_half_pixel")}), doubles({1}, {4}));
    expectResult(resizeRow({4, 8}, 1, {text("mode", "linear"), coordinates("half_pixel")}), doubles({1}, {6}));
    expectError(resized("centre"), "unknown coordinate_transformation_mode");
    // 2.5 output pixels would fit 2 * 1.25: the symmetric form shifts by half of what is cut.
    expectResult(scaleRow({0, 8}, 1.25f, {text("mode", "linear"), coordinates("half_pixel_symmetric")}),
                 doubles({2}, {0.8, 7.2}));
}

TEST(OnnxResize, RoundingsOfTheNearestMode)
{
    const std::vector<double> row{0, 1, 2, 3};
    // Coordinates 0.5, 2.5 with half_pixel; 0, 2 with asymmetric.
    auto resized = [&](const char *rounding) { return resizeRow(row, 2, {text("nearest_mode", rounding)}); };
    expectResult(resized("round_prefer_floor"), doubles({2}, {0, 2}));
    expectResult(resized("round_prefer_ceil"), doubles({2}, {1, 3}));
    expectResult(resized("floor"), doubles({2}, {0, 2}));
    expectResult(resized("ceil"), doubles({2}, {1, 3}));
    expectResult(resizeRow({0, 1}, 6, {coordinates("asymmetric"), text("nearest_mode", "floor")}),
                 doubles({6}, {0, 0, 0, 1, 1, 1}));
    expectResult(resizeRow(row, 2, {coordinates("tf_half_pixel_for_nn"), text("nearest_mode", "floor")}, 11),
                 doubles({2}, {1, 3}));
    expectError(resized("up"), "unknown nearest_mode");
}

TEST(OnnxResize, Cubic)
{
    // At a distance of 1/4, a = -0.75: the weights of the four neighbours.
    auto weight = [](double x) {
        const double a = -0.75;
        return x <= 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
    };
    const double far = weight(1.25), near = weight(0.25), next = weight(0.75), last = weight(1.75);
    EXPECT_NEAR(far + near + next + last, 1.0, 1e-12);
    // Output 3 of 8 lies at 1.25 of 4: elements 0..3.
    const Outcome outcome = resizeRow({1, 10, 100, 1000}, 8, {text("mode", "cubic")});
    ASSERT_TRUE(outcome.imported && outcome.results[0]);
    EXPECT_NEAR(outcome.results[0]->values[3], far + 10 * near + 100 * next + 1000 * last, 1e-3);
    EXPECT_NEAR(outcome.results[0]->values[1], far + near + 10 * next + 100 * last, 1e-3); // at 0.25: the edge repeats
    // exclude_outside drops the neighbour beyond the edge and scales the others up.
    const Outcome excluding = resizeRow({1, 10, 100, 1000}, 8, {text("mode", "cubic"), integer("exclude_outside", 1)});
    EXPECT_NEAR(excluding.results[0]->values[1], (near + 10 * next + 100 * last) / (near + next + last), 1e-3);
}

TEST(OnnxResize, AntialiasWidensTheFilter)
{
    // Half size: a triangle over 4 elements, weights 1/8 3/8 3/8 1/8, of which the edges repeat.
    expectResult(resizeRow({0, 8, 16, 24}, 2, {text("mode", "linear"), integer("antialias", 1)}, 18),
                 doubles({2}, {5, 19}));
    expectResult(resizeRow({0, 8, 16, 24}, 2,
                           {text("mode", "linear"), integer("antialias", 1), integer("exclude_outside", 1)}, 18),
                 doubles({2}, {(24 + 16) / 7.0, (8 + 48 + 72) / 7.0}));
    // Many taps take the form of a loop.
    expectResult(resizeRow(std::vector<double>(64, 3.0), 4, {text("mode", "cubic"), integer("antialias", 1)}, 18),
                 doubles({4}, {3, 3, 3, 3}));
}

TEST(OnnxResize, RegionOfInterest)
{
    const Array x = doubles({4}, {0, 10, 20, 30});
    auto cropped = [&](std::vector<double> region, int64_t size) {
        return run("Resize", {x, floats({int64_t(region.size())}, region), std::nullopt, int64s({1}, {double(size)})},
                   {text("mode", "linear"), coordinates("tf_crop_and_resize"), real("extrapolation_value", -1)});
    };
    expectResult(cropped({0.5, 1}, 4), doubles({4}, {15, 20, 25, 30}));
    expectResult(cropped({0.5, 1.5}, 3), doubles({3}, {15, 30, -1}));
    expectResult(cropped({0, 1}, 1), doubles({1}, {15}));
    expectError(cropped({0.5}, 3), "a start and an end");
}

TEST(OnnxResize, ImagesAxesAndPolicies)
{
    const Array image = doubles({1, 1, 2, 2}, {0, 4, 8, 12});
    expectResult(run("Resize", {image, std::nullopt, floats({4}, {1, 1, 2, 2})},
                     {text("mode", "linear"), coordinates("align_corners")}),
                 doubles({1, 1, 4, 4}, {0, 4.0 / 3, 8.0 / 3, 4, 8.0 / 3, 4, 16.0 / 3, 20.0 / 3, 16.0 / 3, 20.0 / 3, 8,
                                        28.0 / 3, 8, 28.0 / 3, 32.0 / 3, 12}));
    expectResult(run("Resize", {image, std::nullopt, floats({1}, {2})},
                     {list("axes", {-1}), text("nearest_mode", "floor"), coordinates("asymmetric")}, 18),
                 doubles({1, 1, 2, 4}, {0, 0, 4, 4, 8, 8, 12, 12}));
    auto kept = [&](const char *policy) {
        return *run("Resize",
                    {doubles({2, 4}, std::vector<double>(8, 1)), std::nullopt, std::nullopt, int64s({2}, {7, 8})},
                    {text("keep_aspect_ratio_policy", policy)}, 18)
                    .results[0];
    };
    EXPECT_EQ(kept("not_larger").shape, (Shape{4, 8}));
    EXPECT_EQ(kept("not_smaller").shape, (Shape{7, 14}));
    // Whole numbers are truncated; bytes count from 0.
    expectResult(run("Resize", {arrayOf(u8, {2}, {200, 255}), std::nullopt, std::nullopt, int64s({1}, {4})},
                     {text("mode", "linear")}),
                 arrayOf(u8, {4}, {200, 213, 241, 255}));
}

TEST(OnnxResize, OldForms)
{
    const Array x = doubles({3}, {1, 2, 3});
    expectResult(run("Upsample", {x, floats({1}, {2})}, {}, 9), doubles({6}, {1, 1, 2, 2, 3, 3}));
    expectResult(run("Upsample", {x, floats({1}, {2})}, {text("mode", "linear")}, 9),
                 doubles({6}, {1, 1.5, 2, 2.5, 3, 3}));
    expectResult(run("Resize", {x, floats({1}, {2})}, {}, 10), doubles({6}, {1, 1, 2, 2, 3, 3}));
    expectResult(run("Resize", {doubles({4}, {1, 2, 3, 4}), floats({1}, {0.6f})}, {}, 10), doubles({2}, {1, 3}));
    expectResult(
        run("Upsample", {floats({1, 1, 1, 2}, {1, 2})}, {real("height_scale", 2), real("width_scale", 1.5f)}, 1),
        floats({1, 1, 2, 3}, {1, 1, 2, 1, 1, 2}));
    expectError(run("Upsample", {x, floats({2}, {1, 2})}, {}, 9), "2 entries where 1");
    expectError(run("Resize", {x, floats({1}, {0})}, {}, 10), "no elements");
    expectError(run("Resize",
                    {doubles({1 << 25}, std::vector<double>(1 << 25, 1)), std::nullopt, std::nullopt, int64s({1}, {1})},
                    {text("mode", "linear"), integer("antialias", 1)}, 18),
                "too large");
    expectError(run("Resize", {x}, {}, 13), "neither scales nor sizes");
    expectError(run("Resize", {x, std::nullopt, floats({1}, {1e9f})}, {}, 13), "far too many");
}

TEST(OnnxResize, BooleansMoveButDoNotMix)
{
    const Array x = bools({1, 1, 1, 2}, {1, 0});
    expectResult(run("Resize", {x, std::nullopt, floats({4}, {1, 1, 1, 2})}), bools({1, 1, 1, 4}, {1, 1, 0, 0}));
    expectError(run("Resize", {x, std::nullopt, floats({4}, {1, 1, 1, 2})}, {text("mode", "linear")}), "'nearest'");
}

TEST(OnnxResize, RegionsOfAnyNumbers)
{
    const Array row = doubles({4}, {1, 2, 3, 4});
    for (auto [start, end] : {std::pair(NAN, 1.0), {0.0, -NAN}, {-INFINITY, INFINITY}, {1e38, -1e38}, {3e38, 3e38}})
        for (const char *mode : {"nearest", "linear", "cubic"})
            for (const char *rounding : {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"}) {
                auto cropped = run("Resize", {row, floats({2}, {start, end}), std::nullopt, int64s({1}, {2})},
                                   {coordinates("tf_crop_and_resize"), text("mode", mode),
                                    text("nearest_mode", rounding), real("extrapolation_value", -1)});
                expectResult(cropped, doubles({2}, {-1, -1}));
            }
}

TEST(OnnxResize, ExtrapolationOfIntegersBeyondThem)
{
    for (auto [value, nearest, nearestUnsigned] : {std::tuple(3e38f, 127.0, 255.0),
                                                   {300, 127, 255},
                                                   {200, 127, 200},
                                                   {-5, -5, 0},
                                                   {-INFINITY, -128, 0},
                                                   {NAN, 0, 0}})
        for (auto [type, expected] :
             {std::pair(onnx::TensorProto::INT8, nearest), {onnx::TensorProto::UINT8, nearestUnsigned}}) {
            auto cropped =
                run("Resize", {arrayOf(type, {2}, {1, 2}), floats({2}, {4, 5}), std::nullopt, int64s({1}, {2})},
                    {coordinates("tf_crop_and_resize"), real("extrapolation_value", value)});
            expectResult(cropped, arrayOf(type, {2}, {expected, expected}));
        }
}

TEST(OnnxResize, AspectRatiosOfNothing)
{
    for (const char *policy : {"not_larger", "not_smaller"})
        for (auto [from, to] : {std::pair(0, 3), {3, 0}, {0, 0}}) {
            const Array x = doubles({from}, std::vector<double>(size_t(from), 1.0));
            expectError(run("Resize", {x, std::nullopt, std::nullopt, int64s({1}, {double(to)})},
                            {text("keep_aspect_ratio_policy", policy), text("mode", "linear"), integer("antialias", 1)},
                            18),
                        "no aspect ratio to keep");
        }
}
