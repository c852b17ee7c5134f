// Operators that read images at computed places, and those that put columns back: against their definitions, written
// out here element by element, and numbers worked out by hand.
#include "tests/unit/compiled_node.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace barecc::test;

namespace {

constexpr int f64 = onnx::TensorProto::DOUBLE, f16 = onnx::TensorProto::FLOAT16, u8 = onnx::TensorProto::UINT8;

Array doubles(Shape shape, std::vector<double> values) { return {f64, shape, values}; }

/// Numbers without a pattern that a wrong index could hide behind, in [-1, 1) times `scale`.
Array scattered(Shape shape, double scale, uint32_t seed = 1)
{
    int64_t count = 1;
    for (int64_t extent : shape)
        count *= extent;
    std::vector<double> values;
    uint32_t state = seed * 2654435761u + 1;
    for (int64_t i = 0; i < count; ++i) {
        state = state * 1664525u + 1013904223u;
        values.push_back(scale * (double(int32_t(state >> 12) % 2000 - 1000) / 1000.0));
    }
    return doubles(std::move(shape), std::move(values));
}

// ---- GridSample by its definition

struct Sampler {
    const char *mode, *padding;
    bool alignCorners;

    double low() const { return alignCorners ? 0.0 : -0.5; }
    double reflected(double x, double extent) const
    {
        const double high = extent - 1 - low();
        while (high > low() && (x < low() || x > high))
            x = x < low() ? 2 * low() - x : 2 * high - x;
        return x;
    }
    /// Pixel (y, x) of a plane with padding.
    double pixel(const double *plane, Shape extents, double y, double x) const
    {
        double at[2] = {y, x};
        for (int d = 0; d < 2; ++d) {
            const double last = double(extents[size_t(d)] - 1);
            if (at[d] >= 0 && at[d] <= last)
                continue;
            if (std::string(padding) == "zeros")
                return 0;
            at[d] =
                std::string(padding) == "border" ? std::min(std::max(at[d], 0.0), last) : reflected(at[d], last + 1);
        }
        return plane[int64_t(at[0]) * extents[1] + int64_t(at[1])];
    }
    double coordinate(double n, int64_t extent) const
    {
        const double e = double(extent);
        double x = alignCorners ? (n + 1) / 2 * (e - 1) : ((n + 1) * e - 1) / 2;
        if (std::string(mode) == "nearest")
            x = std::nearbyint(x);
        if (x < low() || x > e - 1 - low()) {
            if (std::string(padding) == "border")
                x = std::min(std::max(x, 0.0), e - 1);
            if (std::string(padding) == "reflection")
                x = reflected(x, e);
        }
        return x;
    }
    double weight(double distance) const
    {
        const double x = std::abs(distance), a = -0.75;
        if (std::string(mode) == "linear")
            return std::max(0.0, 1 - x);
        return x <= 1  ? (a + 2) * x * x * x - (a + 3) * x * x + 1
               : x < 2 ? a * x * x * x - 5 * a * x * x + 8 * a * x - 4 * a
                       : 0;
    }
    double sample(const double *plane, Shape extents, double ny, double nx) const
    {
        const double y = coordinate(ny, extents[0]), x = coordinate(nx, extents[1]);
        if (std::string(mode) == "nearest")
            return pixel(plane, extents, y, x);
        double sum = 0;
        for (double i = std::floor(y) - 1; i <= std::floor(y) + 2; ++i)
            for (double j = std::floor(x) - 1; j <= std::floor(x) + 2; ++j)
                sum += weight(y - i) * weight(x - j) * pixel(plane, extents, i, j);
        return sum;
    }
    std::vector<Attribute> attributes() const
    {
        return {text("mode", mode), text("padding_mode", padding), integer("align_corners", alignCorners)};
    }
};

} // namespace

TEST(OnnxSampling, GridSampleIsItsDefinition)
{
    const Array image = scattered({2, 2, 3, 4}, 8), grid = scattered({2, 4, 5, 2}, 2.6, 7);
    for (const char *mode : {"linear", "nearest", "cubic"})
        for (const char *padding : {"zeros", "border", "reflection"})
            for (bool alignCorners : {false, true}) {
                SCOPED_TRACE(std::string(mode) + " " + padding + (alignCorners ? " aligned" : ""));
                const Sampler sampler{mode, padding, alignCorners};
                std::vector<double> expected;
                for (int64_t n = 0; n < 2; ++n)
                    for (int64_t c = 0; c < 2; ++c)
                        for (int64_t p = 0; p < 20; ++p) {
                            const double *at = &grid.values[size_t((n * 20 + p) * 2)];
                            expected.push_back(
                                sampler.sample(&image.values[size_t((n * 2 + c) * 12)], {3, 4}, at[1], at[0]));
                        }
                expectResult(runCompiled("GridSample", {image, grid}, sampler.attributes(), 20),
                             doubles({2, 2, 4, 5}, expected), 1e-9);
            }
}

TEST(OnnxSampling, GridSampleOfVolumes)
{
    // 1 x 1 x 2 x 2 x 2, the corners and the centre; the grid has the innermost axis first.
    const Array volume = doubles({1, 1, 2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7});
    const Array grid = doubles({1, 1, 1, 4, 3}, {-1, -1, -1, 1, -1, -1, -1, -1, 1, 0, 0, 0});
    expectResult(runCompiled("GridSample", {volume, grid}, {integer("align_corners", 1)}, 20),
                 doubles({1, 1, 1, 1, 4}, {0, 1, 4, 3.5}));
    // Three axes round away from zero, two to even: 0.5 is element 1 or 0.
    expectResult(runCompiled("GridSample", {volume, grid}, {integer("align_corners", 1), text("mode", "nearest")}, 20),
                 doubles({1, 1, 1, 1, 4}, {0, 1, 4, 7}));
    expectResult(runCompiled("GridSample", {doubles({1, 1, 2, 2}, {0, 1, 2, 3}), doubles({1, 1, 1, 2}, {0, 0})},
                             {integer("align_corners", 1), text("mode", "nearest")}, 16),
                 doubles({1, 1, 1, 1}, {0}));
}

TEST(OnnxSampling, GridSampleOfOtherTypesAndOddNumbers)
{
    const Array grid = floats({1, 1, 3, 2}, {-0.5f, -0.5f, 0, 0, 3, 3});
    const Array bytes = arrayOf(u8, {1, 1, 2, 2}, {10, 20, 200, 250});
    expectResult(runCompiled("GridSample", {bytes, grid}, {text("mode", "bilinear")}),
                 arrayOf(u8, {1, 1, 1, 3}, {10, 120, 0}));
    expectResult(runCompiled("GridSample", {bools({1, 1, 2, 2}, {1, 0, 0, 1}), grid}, {text("mode", "nearest")}),
                 bools({1, 1, 1, 3}, {1, 1, 0}));
    const Array halves = arrayOf(f16, {1, 1, 2, 2}, {1, 2, 3, 4});
    expectResult(runCompiled("GridSample", {halves, arrayOf(f16, {1, 1, 1, 2}, {0, 0})}, {}),
                 arrayOf(f16, {1, 1, 1, 1}, {2.5}));
    // One pixel has nowhere to be reflected to; NaN and infinity are some place inside or outside the image.
    const double nan = std::nan(""), inf = HUGE_VAL;
    const Array odd = doubles({1, 1, 4, 2}, {nan, nan, inf, 0, -inf, 0, 1e30, 0});
    const Array one = doubles({1, 1, 1, 1}, {5});
    for (int64_t aligned : {0, 1}) {
        expectResult(
            runCompiled("GridSample", {one, odd}, {text("padding_mode", "border"), integer("align_corners", aligned)}),
            doubles({1, 1, 1, 4}, {5, 5, 5, 5}));
        expectResult(runCompiled("GridSample", {one, odd},
                                 {text("padding_mode", "reflection"), integer("align_corners", aligned)}),
                     doubles({1, 1, 1, 4}, {5, 5, 5, 5}));
    }
    expectResult(runCompiled("GridSample", {one, odd}), doubles({1, 1, 1, 4}, {0, 0, 0, 0}));
}

TEST(OnnxSampling, GridSampleRefusesWhatDoesNotFit)
{
    const Array image = doubles({1, 1, 2, 2}, {0, 1, 2, 3});
    expectError(runCompiled("GridSample", {image, doubles({1, 1, 1, 3}, {0, 0, 0})}, {}), "does not fit the input");
    expectError(runCompiled("GridSample", {image, doubles({2, 1, 1, 2}, {0, 0, 0, 0})}, {}), "does not fit the input");
    expectError(runCompiled("GridSample", {image, int64s({1, 1, 1, 2}, {0, 0})}, {}), "floating-point");
    expectError(runCompiled("GridSample", {image, doubles({1, 1, 1, 2}, {0, 0})}, {text("mode", "area")}),
                "mode is 'area'");
    expectError(runCompiled("GridSample", {image, doubles({1, 1, 1, 2}, {0, 0})}, {text("padding_mode", "wrap")}),
                "padding_mode is 'wrap'");
    expectError(
        runCompiled("GridSample", {doubles({1, 1, 1, 1, 1, 1}, {0}), doubles({1, 1, 1, 1, 1, 4}, {0, 0, 0, 0})}),
        "up to three are supported");
    expectError(runCompiled("GridSample", {bools({1, 1, 2, 2}, {1, 0, 0, 1}), doubles({1, 1, 1, 2}, {0, 0})}, {}),
                "nearest");
}

TEST(OnnxSampling, AffineGrid)
{
    // The identity gives the coordinates of the elements; the transform swaps axes and moves.
    const Array identity = doubles({1, 2, 3}, {1, 0, 0, 0, 1, 0});
    const Array size = int64s({4}, {1, 1, 2, 3});
    expectResult(run("AffineGrid", {identity, size}, {integer("align_corners", 1)}, 20),
                 doubles({1, 2, 3, 2}, {-1, -1, 0, -1, 1, -1, -1, 1, 0, 1, 1, 1}));
    expectResult(run("AffineGrid", {doubles({1, 2, 3}, {0, 2, 0.5, 1, 0, 0}), size}, {}, 20),
                 doubles({1, 2, 3, 2}, {-0.5, -2.0 / 3, -0.5, 0, -0.5, 2.0 / 3, 1.5, -2.0 / 3, 1.5, 0, 1.5, 2.0 / 3}));
    const Array turned = doubles({1, 3, 4}, {0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 10});
    expectResult(run("AffineGrid", {turned, int64s({5}, {1, 7, 2, 1, 1})}, {integer("align_corners", 1)}, 20),
                 doubles({1, 2, 1, 1, 3}, {-1, 0, 10, 1, 0, 10}));
    // A single element lies in the middle.
    for (int64_t aligned : {0, 1})
        expectResult(run("AffineGrid", {identity, int64s({4}, {1, 1, 1, 1})}, {integer("align_corners", aligned)}, 20),
                     doubles({1, 1, 1, 2}, {0, 0}));
    expectError(run("AffineGrid", {identity, int64s({4}, {1, 1, 1e9, 1e9})}, {}, 20), "no device can hold");
    expectError(run("AffineGrid", {identity, int64s({4}, {2, 1, 2, 3})}, {}, 20), "does not fit size");
    expectError(run("AffineGrid", {identity, int64s({3}, {1, 1, 2})}, {}, 20), "it has to be N, C, (D,) H, W");
}

// ---- DeformConv and Col2Im

TEST(OnnxSampling, DeformConvIsItsDefinition)
{
    // Two groups, other two offset groups, a stride, a dilation, padding, mask and bias.
    const Array x = scattered({2, 4, 5, 6}, 4), w = scattered({4, 2, 2, 3}, 1, 3), bias = scattered({4}, 2, 5);
    const Shape strides{2, 1}, dilations{1, 2}, out{3, 4};
    const Array offset = scattered({2, 2 * 6 * 2, 3, 4}, 3, 9), mask = scattered({2, 2 * 6, 3, 4}, 1, 11);
    const Sampler sampler{"linear", "zeros", true};
    std::vector<double> expected;
    for (int64_t n = 0; n < 2; ++n)
        for (int64_t m = 0; m < 4; ++m)
            for (int64_t i = 0; i < out[0]; ++i)
                for (int64_t j = 0; j < out[1]; ++j) {
                    double sum = bias.values[size_t(m)];
                    for (int64_t c = 0; c < 2; ++c)
                        for (int64_t tap = 0; tap < 6; ++tap) {
                            const int64_t channel = m / 2 * 2 + c, group = channel / 2, k = group * 6 + tap;
                            auto map = [&](const Array &a, int64_t plane, int64_t planes) {
                                return a.values[size_t(((n * planes + plane) * out[0] + i) * out[1] + j)];
                            };
                            // Two padding rows above and one column on the left.
                            const double y =
                                double(i * strides[0] - 1 + tap / 3 * dilations[0]) + map(offset, 2 * k, 24);
                            const double p =
                                double(j * strides[1] - 1 + tap % 3 * dilations[1]) + map(offset, 2 * k + 1, 24);
                            const double *plane = &x.values[size_t((n * 4 + channel) * 30)];
                            const double sample = sampler.sample(plane, {5, 6}, y / 4 * 2 - 1, p / 5 * 2 - 1);
                            sum += sample * map(mask, k, 12) * w.values[size_t((m * 2 + c) * 6 + tap)];
                        }
                    expected.push_back(sum);
                }
    const std::vector<Attribute> attributes{list("strides", strides),   list("dilations", dilations),
                                            list("pads", {1, 1, 0, 1}), integer("group", 2),
                                            integer("offset_group", 2), list("kernel_shape", {2, 3})};
    expectResult(run("DeformConv", {x, w, offset, bias, mask}, attributes, 19), doubles({2, 4, 3, 4}, expected), 1e-9);
    expectError(run("DeformConv", {x, w, mask}, attributes, 19), "the offset 2x12x3x4 has to be 2x24x3x4");
    expectError(run("DeformConv", {x, w, offset, bias, offset}, attributes, 19), "the mask");
    expectError(run("DeformConv", {x, w, offset, scattered({3}, 1)}, attributes, 19), "the bias");
    expectError(run("DeformConv", {x, w, offset}, {integer("group", 4)}, 19), "in 4 groups");
}

TEST(OnnxSampling, DeformConvInSinglePrecisionIsAMatrixProduct)
{
    onnx::ModelProto model = emptyModel(19);
    addInput(*model.mutable_graph(), "x", onnx::TensorProto::FLOAT, {1, 8, 6, 6});
    addInput(*model.mutable_graph(), "w", onnx::TensorProto::FLOAT, {4, 8, 3, 3});
    addInput(*model.mutable_graph(), "o", onnx::TensorProto::FLOAT, {1, 18, 4, 4});
    addNode(*model.mutable_graph(), "DeformConv", {"x", "w", "o"}, {"y"});
    addOutput(*model.mutable_graph(), "y");
    const Outcome outcome = import(model);
    ASSERT_TRUE(outcome.imported) << outcome.errors;
    EXPECT_NE(outcome.ir.find("nn.conv2d"), std::string::npos);
}

TEST(OnnxSampling, Col2Im)
{
    // The standard's first example: blocks of 1 x 5 of a 5 x 5 image.
    std::vector<double> rows, image;
    for (int i = 1; i <= 25; ++i)
        rows.push_back(i);
    for (int row = 0; row < 5; ++row)
        for (int tap = 0; tap < 5; ++tap)
            image.push_back(tap * 5 + row + 1);
    expectResult(run("Col2Im", {doubles({1, 5, 5}, rows), int64s({2}, {5, 5}), int64s({2}, {1, 5})}, {}, 18),
                 doubles({1, 1, 5, 5}, image));
    // One axis, blocks of 3 in steps of 2 over 5 elements with one element of padding on each side: blocks begin at
    // -1, 1 and 3. Two channels.
    const Array columns = int32s({1, 6, 3}, {1, 2, 3, 10, 20, 30, 100, 200, 300, 4, 5, 6, 40, 50, 60, 400, 500, 600});
    expectResult(
        run("Col2Im", {columns, int64s({1}, {5}), int64s({1}, {3})}, {list("strides", {2}), list("pads", {1, 1})}, 18),
        int32s({1, 2, 5}, {10, 102, 20, 203, 30, 40, 405, 50, 506, 60}));
    // Taps two apart: blocks of 2 over 4 elements begin at 0 and 1.
    expectResult(run("Col2Im", {doubles({1, 2, 2}, {1, 2, 3, 4}), int64s({1}, {4}), int64s({1}, {2})},
                     {list("dilations", {2})}, 18),
                 doubles({1, 1, 4}, {1, 2, 3, 4}));
    expectError(run("Col2Im", {columns, int64s({1}, {6}), int64s({1}, {3})}, {}, 18), "does not fit");
    expectError(run("Col2Im", {columns, int64s({2}, {5, 5}), int64s({1}, {3})}, {}, 18), "one entry for each");
    // Blocks whose sizes multiply to more than 64 bits hold.
    const int64_t most = (1 << 24) - 1;
    expectError(run("Col2Im",
                    {columns, int64s({3}, {1, 1, 1}), int64s({3}, {double(most), double(most), double(most)})},
                    {list("pads", {most, most, most, most, most, most})}, 18),
                "no device can hold");
}
