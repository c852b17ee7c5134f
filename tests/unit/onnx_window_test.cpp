// Convolution and pooling against their definitions, written out here element by element, over many geometries. In
// double precision every operator takes the generic path, which folds; the nn operations that single precision becomes
// are compared by their geometry.
#include "tests/unit/compiled_node.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

using namespace barecc::test;

namespace {

constexpr int f64 = onnx::TensorProto::DOUBLE, u8 = onnx::TensorProto::UINT8, s8 = onnx::TensorProto::INT8;

int64_t elementsOf(const Shape &shape)
{
    int64_t elements = 1;
    for (int64_t extent : shape)
        elements *= extent;
    return elements;
}

/// Numbers without a pattern that a wrong index could hide behind.
Array scattered(int type, const Shape &shape, int seed = 1)
{
    Array array{type, shape, {}};
    uint32_t state = uint32_t(seed) * 2654435761u + 1;
    for (int64_t i = 0; i < elementsOf(shape); ++i) {
        state = state * 1664525u + 1013904223u;
        array.values.push_back(type == u8 ? double(state >> 24)
                                          : double(int32_t(state >> 16) % 200 - 100) / (type == s8 ? 1 : 8));
    }
    return array;
}

/// Calls `visit` with every index of a box.
void forEach(const Shape &shape, const std::function<void(const Shape &)> &visit)
{
    Shape index(shape.size(), 0);
    for (int64_t n = elementsOf(shape); n > 0; --n) {
        visit(index);
        for (size_t d = shape.size(); d-- > 0;) {
            if (++index[d] < shape[d])
                break;
            index[d] = 0;
        }
    }
}

double at(const Array &array, const Shape &index)
{
    int64_t offset = 0;
    for (size_t d = 0; d < index.size(); ++d)
        offset = offset * array.shape[d] + index[d];
    return array.values[size_t(offset)];
}

struct Geometry {
    Shape kernel, strides, dilations, pads; // pads: all beginnings, then all ends

    size_t rank() const { return kernel.size(); }
    int64_t extent(size_t d) const { return (kernel[d] - 1) * dilations[d] + 1; }
    std::vector<Attribute> attributes() const
    {
        return {list("kernel_shape", kernel), list("strides", strides), list("dilations", dilations),
                list("pads", pads)};
    }
    /// Where tap `tap` of the window at `output` lies in the image.
    Shape position(const Shape &output, const Shape &tap) const
    {
        Shape result;
        for (size_t d = 0; d < rank(); ++d)
            result.push_back(output[d] * strides[d] - pads[d] + tap[d] * dilations[d]);
        return result;
    }
    Shape output(const Shape &image, bool ceil = false) const
    {
        Shape result;
        for (size_t d = 0; d < rank(); ++d) {
            const int64_t free = image[d] + pads[d] + pads[d + rank()] - extent(d);
            int64_t count = (ceil ? (free + strides[d] - 1) / strides[d] : free / strides[d]) + 1;
            if (ceil && (count - 1) * strides[d] >= image[d] + pads[d])
                --count;
            result.push_back(count);
        }
        return result;
    }
};

bool isInside(const Shape &position, const Shape &image)
{
    for (size_t d = 0; d < image.size(); ++d)
        if (position[d] < 0 || position[d] >= image[d])
            return false;
    return true;
}

Shape joined(std::initializer_list<Shape> parts)
{
    Shape all;
    for (const Shape &part : parts)
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

Shape spatialOf(const Array &array) { return Shape(array.shape.begin() + 2, array.shape.end()); }

Array convolve(const Array &x, const Array &w, const Array &bias, int64_t groups, const Geometry &g)
{
    const Shape image = spatialOf(x), out = g.output(image);
    const int64_t perGroup = w.shape[0] / groups;
    Array y{x.type, joined({{x.shape[0], w.shape[0]}, out}), {}};
    forEach(y.shape, [&](const Shape &o) {
        double sum = bias.values.empty() ? 0.0 : bias.values[size_t(o[1])];
        forEach(joined({{w.shape[1]}, g.kernel}), [&](const Shape &k) {
            const Shape tap(k.begin() + 1, k.end()), from = g.position(Shape(o.begin() + 2, o.end()), tap);
            if (isInside(from, image))
                sum += at(x, joined({{o[0], o[1] / perGroup * w.shape[1] + k[0]}, from})) * at(w, joined({{o[1]}, k}));
        });
        y.values.push_back(sum);
    });
    return y;
}

/// Folds over the taps of each window that lie inside; `finish` gets the result, the number of taps inside, and the
/// number of taps inside the padded image.
Array pool(const Array &x, const Geometry &g, bool ceil, double init, const std::function<double(double, double)> &fold,
           const std::function<double(double, int, int)> &finish)
{
    const Shape image = spatialOf(x);
    Array y{x.type, joined({{x.shape[0], x.shape[1]}, g.output(image, ceil)}), {}};
    forEach(y.shape, [&](const Shape &o) {
        double result = init;
        int inside = 0, padded = 0;
        forEach(g.kernel, [&](const Shape &tap) {
            const Shape from = g.position(Shape(o.begin() + 2, o.end()), tap);
            bool inPadding = true;
            for (size_t d = 0; d < g.rank(); ++d)
                inPadding &= from[d] < image[d] + g.pads[d + g.rank()];
            padded += inPadding;
            if (!isInside(from, image))
                return;
            ++inside;
            result = fold(result, at(x, joined({{o[0], o[1]}, from})));
        });
        y.values.push_back(finish(result, inside, padded));
    });
    return y;
}

const Geometry oneAxis{{3}, {2}, {2}, {1, 2}};
const Geometry twoAxes{{3, 2}, {2, 1}, {1, 2}, {1, 0, 2, 1}};
const Geometry threeAxes{{2, 3, 1}, {1, 2, 2}, {2, 1, 1}, {1, 1, 0, 0, 1, 0}};

} // namespace

TEST(OnnxConv, MatchesTheDefinition)
{
    const std::vector<std::pair<Geometry, Shape>> cases = {
        {oneAxis, {9}},
        {twoAxes, {7, 5}},
        {threeAxes, {4, 5, 3}},
        {{{1, 1}, {1, 1}, {1, 1}, {0, 0, 0, 0}}, {3, 3}},
        {{{1, 1}, {3, 3}, {1, 1}, {2, 2, 0, 0}}, {2, 2}}}; // the last window ends before the image does
    for (const auto &[geometry, image] : cases) {
        for (int64_t groups : {1, 2, 4}) {
            const Array x = scattered(f64, joined({{2, 4}, image})), b = scattered(f64, {8}, 3);
            const Array w = scattered(f64, joined({{8, 4 / groups}, geometry.kernel}), 2);
            std::vector<Attribute> attributes = geometry.attributes();
            attributes.push_back(integer("group", groups));
            expectResult(run("Conv", {x, w, b}, attributes), convolve(x, w, b, groups, geometry));
            expectResult(run("Conv", {x, w}, attributes), convolve(x, w, {}, groups, geometry));
        }
    }
}

TEST(OnnxConv, AutomaticPadding)
{
    const Array x = scattered(f64, {1, 2, 6, 5}), w = scattered(f64, {3, 2, 4, 3}, 2);
    const Shape strides{2, 1}, kernel{4, 3};
    // 6 rows at stride 2: 3 windows of 4 reach over 8 rows, so 2 are padding; columns: 5 + 3 - 1 = 7.
    const Geometry upper{kernel, strides, {1, 1}, {1, 1, 1, 1}};
    expectResult(run("Conv", {x, w}, {text("auto_pad", "SAME_UPPER"), list("strides", strides)}),
                 convolve(x, w, {}, 1, upper));
    // An odd number of padding pixels has its larger half at the end, or at the beginning.
    const Array even = scattered(f64, {3, 2, 4, 4}, 2);
    const Geometry end{{4, 4}, {1, 1}, {1, 1}, {1, 1, 2, 2}}, beginning{{4, 4}, {1, 1}, {1, 1}, {2, 2, 1, 1}};
    expectResult(run("Conv", {x, even}, {text("auto_pad", "SAME_UPPER")}), convolve(x, even, {}, 1, end));
    expectResult(run("Conv", {x, even}, {text("auto_pad", "SAME_LOWER")}), convolve(x, even, {}, 1, beginning));
    const Geometry valid{{4, 4}, {1, 1}, {1, 1}, {0, 0, 0, 0}};
    expectResult(run("Conv", {x, even}, {text("auto_pad", "VALID")}), convolve(x, even, {}, 1, valid));
}

TEST(OnnxConv, HalfFloatsAreSummedInSinglePrecision)
{
    // 2048 + 1 is no half float: sums in half precision would stay at 2048.
    Array x{onnx::TensorProto::FLOAT16, {1, 1, 1, 513}, std::vector<double>(513, 1.0)};
    x.values[0] = 2048;
    Array w{onnx::TensorProto::FLOAT16, {1, 1, 1, 513}, std::vector<double>(513, 1.0)};
    expectResult(runCompiled("Conv", {x, w}), {onnx::TensorProto::FLOAT16, {1, 1, 1, 1}, {2560}});
}

TEST(OnnxConv, VolumesInSinglePrecisionAreSumsOfPlanes)
{
    struct Case {
        Shape image, filter;
        int64_t groups;
        std::vector<Attribute> window;
    };
    const Case cases[] = {
        {{2, 3, 5, 6, 4}, {4, 3, 3, 2, 2}, 1, {list("pads", {1, 0, 1, 2, 1, 0}), list("strides", {2, 1, 2})}},
        {{1, 4, 6, 5, 5}, {6, 2, 2, 3, 3}, 2, {list("dilations", {3, 1, 2}), text("auto_pad", "SAME_UPPER")}},
        {{1, 4, 4, 5, 5}, {4, 1, 3, 3, 3}, 4, {list("pads", {1, 1, 1, 1, 1, 1})}}, // depthwise
    };
    for (const Case &c : cases) {
        std::vector<Attribute> attributes = c.window;
        attributes.push_back(integer("group", c.groups));
        const Shape outputs{c.filter[0]};
        auto operands = [&](int type) {
            return std::vector<std::optional<Array>>{scattered(type, c.image), scattered(type, c.filter, 2),
                                                     scattered(type, outputs, 3)};
        };
        const Outcome exact = run("Conv", operands(f64), attributes);
        ASSERT_TRUE(exact.imported && exact.results[0]) << exact.errors;
        Array expected = *exact.results[0];
        expected.type = onnx::TensorProto::FLOAT;
        expectResult(runCompiled("Conv", operands(onnx::TensorProto::FLOAT), attributes, 17, 1, "", {1, 2}), expected,
                     1e-5);
        expectResult(runCompiled("Conv", operands(onnx::TensorProto::FLOAT), attributes), expected, 1e-5);
    }
}

TEST(OnnxConv, ErrorsNameWhatDoesNotFit)
{
    const Array x = floats({1, 4, 5, 5}, std::vector<double>(100, 1.0));
    auto filter = [](Shape shape) { return floats(shape, std::vector<double>(size_t(elementsOf(shape)), 1.0)); };
    expectError(run("Conv", {x, filter({2, 3, 3, 3})}), "does not fit 4 input channels");
    expectError(run("Conv", {x, filter({2, 4, 3})}), "another rank");
    expectError(run("Conv", {x, filter({2, 4, 7, 7})}), "does not fit into an image of 5");
    expectError(run("Conv", {x, filter({2, 4, 3, 3})}, {integer("group", 3)}), "group is 3");
    expectError(run("Conv", {x, filter({2, 4, 3, 3})}, {list("strides", {0, 1})}), "has the entry 0");
    expectError(run("Conv", {x, filter({2, 4, 3, 3})}, {list("pads", {1, 1})}), "2 entries where 4 are needed");
    const int64_t most = (1 << 24) - 1;
    expectError(run("Conv", {x, filter({2, 4, 3, 3})}, {list("pads", {most, most, 1, 1})}), "no device can hold");
    expectError(run("Conv", {x, filter({2, 4, 3, 3})}, {list("pads", {most + 1, 1, 1, 1})}), "the entry 16777216");
    expectError(run("Conv", {x, filter({2, 4, 3, 3}), filter({3})}), "3 elements for 2 output channels");
    expectError(run("Conv", {x, filter({2, 4, 3, 3})}, {text("auto_pad", "SOME")}), "auto_pad is 'SOME'");
}

TEST(OnnxConv, BecomesTheOperationOfItsKind)
{
    const Array x = floats({1, 4, 6, 6}, std::vector<double>(144, 1.0));
    auto ones = [](Shape shape) { return floats(shape, std::vector<double>(size_t(elementsOf(shape)), 1.0)); };
    EXPECT_NE(run("Conv", {x, ones({8, 4, 3, 3})}).ir.find("nn.conv2d"), std::string::npos);
    EXPECT_NE(run("Conv", {x, ones({8, 1, 3, 3})}, {integer("group", 4)}).ir.find("nn.depthwise_conv2d"),
              std::string::npos);
    EXPECT_NE(run("Conv", {x, ones({8, 2, 3, 3})}, {integer("group", 2)}).ir.find("groups = 2"), std::string::npos);
    EXPECT_NE(run("ConvTranspose", {x, ones({4, 3, 2, 2})}).ir.find("nn.conv_transpose2d"), std::string::npos);
    EXPECT_NE(run("MaxPool", {x}, {list("kernel_shape", {2, 2})}).ir.find("nn.max_pool2d"), std::string::npos);
    EXPECT_NE(run("GlobalAveragePool", {x}).ir.find("kernel = array<i64: 6, 6>"), std::string::npos);
}

TEST(OnnxConvTranspose, MatchesTheDefinition)
{
    for (const auto &testCase :
         std::vector<std::pair<Geometry, Shape>>{{oneAxis, {5}},
                                                 {twoAxes, {3, 4}},
                                                 {threeAxes, {2, 3, 2}},
                                                 {{{2, 2}, {2, 3}, {1, 1}, {0, 0, 0, 0}}, {2, 3}}}) {
        const Geometry &geometry = testCase.first;
        const Shape &image = testCase.second;
        for (int64_t groups : {1, 2}) {
            for (int64_t extra : {0, 1}) {
                const Array x = scattered(f64, joined({{2, 4}, image})), b = scattered(f64, {3 * groups}, 3);
                const Array w = scattered(f64, joined({{4, 3}, geometry.kernel}), 2);
                Shape outputs, outputPadding;
                bool possible = true;
                for (size_t d = 0; d < geometry.rank(); ++d) {
                    outputPadding.push_back(extra);
                    outputs.push_back((image[d] - 1) * geometry.strides[d] + geometry.extent(d) + extra -
                                      geometry.pads[d] - geometry.pads[d + geometry.rank()]);
                    possible &= outputs.back() > 0;
                }
                ASSERT_TRUE(possible);
                // Every input element adds its filter to a window of the output.
                Array y{f64, joined({{2, 3 * groups}, outputs}), {}};
                y.values.resize(size_t(elementsOf(y.shape)));
                forEach(y.shape, [&](const Shape &o) {
                    int64_t offset = 0;
                    for (size_t d = 0; d < o.size(); ++d)
                        offset = offset * y.shape[d] + o[d];
                    y.values[size_t(offset)] = b.values[size_t(o[1])];
                });
                forEach(x.shape, [&](const Shape &i) {
                    forEach(joined({{3}, geometry.kernel}), [&](const Shape &k) {
                        const Shape to =
                            geometry.position(Shape(i.begin() + 2, i.end()), Shape(k.begin() + 1, k.end()));
                        if (!isInside(to, outputs))
                            return;
                        int64_t offset = i[0] * 3 * groups + i[1] / (4 / groups) * 3 + k[0];
                        for (size_t d = 0; d < to.size(); ++d)
                            offset = offset * outputs[d] + to[d];
                        y.values[size_t(offset)] += at(x, i) * at(w, joined({{i[1]}, k}));
                    });
                });
                std::vector<Attribute> attributes = geometry.attributes();
                attributes.push_back(integer("group", groups));
                attributes.push_back(list("output_padding", outputPadding));
                expectResult(run("ConvTranspose", {x, w, b}, attributes), y);
            }
        }
    }
}

TEST(OnnxConvTranspose, OutputShapes)
{
    const Array x = scattered(f64, {1, 1, 3, 3}), w = scattered(f64, {1, 2, 3, 3}, 2);
    // The standard's example: 10 x 8 from 3 x 3 with strides 3 x 2 and one row and one column of extra output.
    const Array shaped = *run("ConvTranspose", {x, w},
                              {list("strides", {3, 2}), list("output_shape", {10, 8}), list("output_padding", {1, 1})})
                              .results[0];
    EXPECT_EQ(shaped.shape, (Shape{1, 2, 10, 8}));
    expectResult(run("ConvTranspose", {x, w}, {list("strides", {3, 2}), list("output_padding", {1, 1})}), shaped);
    const Array same =
        *run("ConvTranspose", {x, w}, {list("strides", {2, 2}), text("auto_pad", "SAME_UPPER")}).results[0];
    expectResult(run("ConvTranspose", {x, w}, {list("strides", {2, 2}), list("pads", {0, 0, 1, 1})}), same);
    const Array lower =
        *run("ConvTranspose", {x, w}, {list("strides", {2, 2}), text("auto_pad", "SAME_LOWER")}).results[0];
    expectResult(run("ConvTranspose", {x, w}, {list("strides", {2, 2}), list("pads", {1, 1, 0, 0})}), lower);
    expectError(run("ConvTranspose", {x, w}, {list("pads", {3, 3, 3, 3})}), "cut away the whole output");
}

TEST(OnnxPool, MatchesTheDefinition)
{
    for (const auto &[geometry, image] :
         std::vector<std::pair<Geometry, Shape>>{{oneAxis, {9}},
                                                 {twoAxes, {7, 5}},
                                                 {threeAxes, {4, 6, 3}},
                                                 {{{3, 3}, {3, 2}, {1, 1}, {1, 0, 0, 1}}, {6, 6}}}) {
        for (bool ceil : {false, true}) {
            Geometry g = geometry; // padding has to be smaller than the window
            for (size_t d = 0; d < 2 * g.rank(); ++d)
                g.pads[d] = std::min(g.pads[d], g.extent(d % g.rank()) - 1);
            std::vector<Attribute> attributes = g.attributes();
            attributes.push_back(integer("ceil_mode", ceil));
            const Array x = scattered(f64, joined({{2, 3}, image}));
            auto larger = [](double a, double b) { return std::max(a, b); };
            auto plain = [](double value, int, int) { return value; };
            expectResult(run("MaxPool", {x}, attributes), pool(x, g, ceil, -INFINITY, larger, plain));
            const Array bytes = scattered(u8, joined({{2, 3}, image})), signedBytes = scattered(s8, bytes.shape);
            expectResult(run("MaxPool", {bytes}, attributes), pool(bytes, g, ceil, -INFINITY, larger, plain));
            expectResult(run("MaxPool", {signedBytes}, attributes),
                         pool(signedBytes, g, ceil, -INFINITY, larger, plain));

            auto add = [](double a, double b) { return a + b; };
            expectResult(run("AveragePool", {x}, attributes, 19),
                         pool(x, g, ceil, 0.0, add, [](double sum, int inside, int) { return sum / inside; }));
            attributes.push_back(integer("count_include_pad", 1));
            expectResult(run("AveragePool", {x}, attributes, 19),
                         pool(x, g, ceil, 0.0, add, [](double sum, int, int padded) { return sum / padded; }));
            attributes.back() = integer("p", 3);
            expectResult(run("LpPool", {x}, attributes, 18),
                         pool(
                             x, g, ceil, 0.0, [](double a, double b) { return a + std::pow(std::abs(b), 3); },
                             [](double sum, int, int) { return std::cbrt(sum); }));
        }
    }
}

TEST(OnnxPool, PositionsOfTheLargest)
{
    // The standard's example with padding, in both orders of storage.
    Array x{f64, {1, 1, 5, 5}, {}};
    for (int i = 1; i <= 25; ++i)
        x.values.push_back(i);
    const std::vector<Attribute> padded{list("kernel_shape", {5, 5}), list("pads", {2, 2, 2, 2})};
    const Outcome rows = run("MaxPool", {x}, padded, 12, 2);
    expectResult(rows, {f64, {1, 1, 5, 5}, {13, 14, 15, 15, 15, 18, 19, 20, 20, 20, 23, 24, 25,
                                            25, 25, 23, 24, 25, 25, 25, 23, 24, 25, 25, 25}});
    expectResult(rows, int64s({1, 1, 5, 5}, {12, 13, 14, 14, 14, 17, 18, 19, 19, 19, 22, 23, 24,
                                             24, 24, 22, 23, 24, 24, 24, 22, 23, 24, 24, 24}),
                 0, 1);
    const std::vector<Attribute> columns{list("kernel_shape", {2, 2}), list("strides", {2, 2}),
                                         integer("storage_order", 1)};
    expectResult(run("MaxPool", {x}, columns, 12, 2), int64s({1, 1, 2, 2}, {6, 16, 8, 18}), 0, 1);
    // A second image and channel count from their own start.
    const Array two{f64, {2, 2, 1, 2}, {1, 2, 4, 3, 5, 6, 8, 7}};
    expectResult(run("MaxPool", {two}, {list("kernel_shape", {1, 2})}, 12, 2), int64s({2, 2, 1, 1}, {1, 2, 5, 6}), 0,
                 1);
}

TEST(OnnxPool, WholeImages)
{
    const Array x{f64, {1, 2, 2, 2, 1}, {1, 2, 3, 6, -8, 4, 0, 0}};
    expectResult(run("GlobalAveragePool", {x}), {f64, {1, 2, 1, 1, 1}, {3, -1}});
    expectResult(run("GlobalMaxPool", {x}), {f64, {1, 2, 1, 1, 1}, {6, 4}});
    expectResult(run("GlobalLpPool", {x}, {integer("p", 1)}), {f64, {1, 2, 1, 1, 1}, {12, 12}});
    expectResult(run("GlobalLpPool", {x}), {f64, {1, 2, 1, 1, 1}, {std::sqrt(50.0), std::sqrt(80.0)}});
}

TEST(OnnxPool, Errors)
{
    const Array x = floats({1, 1, 4, 4}, std::vector<double>(16, 1.0));
    expectError(run("MaxPool", {x}), "kernel_shape has to have one entry");
    expectError(run("MaxPool", {x}, {list("kernel_shape", {2, 2}), list("pads", {2, 0, 0, 0})}),
                "as wide as the window");
    expectError(run("AveragePool", {floats({4, 4}, std::vector<double>(16, 1.0))}, {list("kernel_shape", {2})}),
                "no spatial axis");
    expectError(run("LpPool", {x}, {list("kernel_shape", {2, 2}), integer("p", 0)}), "p is 0");
}
