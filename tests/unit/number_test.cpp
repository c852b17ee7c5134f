// Conversions of numbers that C++ leaves undefined.
#include "compiler/ir/GraphBuilder.h"
#include "compiler/ir/Number.h"
#include "compiler/ir/Quantization.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace mlir;

namespace barecc {
namespace {

TEST(Number, FloatsBecomeIntegersThatTheTypeHolds)
{
    EXPECT_EQ(integerOf(NAN), 0);
    EXPECT_EQ(integerOf(-1.9), -1);
    EXPECT_EQ(integerOf(-2.4e38), INT64_MIN);
    EXPECT_EQ(integerOf(INFINITY), INT64_MAX);
    EXPECT_EQ(integerOf(0x1p63), INT64_MAX);
    EXPECT_EQ(integerOf(1e10, 32), INT32_MAX);
    EXPECT_EQ(integerOf(-129, 8), -128);
    EXPECT_EQ(integerOf(300, 8, true), 255);
    EXPECT_EQ(integerOf(-1, 8, true), 0);
    EXPECT_EQ(uint64_t(integerOf(INFINITY, 64, true)), UINT64_MAX);
}

TEST(Number, AttributesOfFloatsBeyondTheirType)
{
    MLIRContext context;
    const Type i64 = IntegerType::get(&context, 64), f32 = Float32Type::get(&context);
    auto whole = [](TypedAttr attribute) { return cast<IntegerAttr>(attribute).getInt(); };
    EXPECT_EQ(whole(GraphBuilder::scalarAttr(i64, -2.4e38)), INT64_MIN);
    EXPECT_EQ(whole(GraphBuilder::scalarAttr(i64, NAN)), 0);
    // A type without a sign: 255 is an unsigned byte, and more than that the largest signed one.
    const Type i8 = IntegerType::get(&context, 8);
    for (auto [number, byte] : {std::pair(255.0, -1), {-128.0, -128}, {256.0, 127}, {3e38, 127}, {-INFINITY, -128}})
        EXPECT_EQ(whole(GraphBuilder::scalarAttr(i8, number)), byte) << number;
    EXPECT_EQ(cast<FloatAttr>(GraphBuilder::scalarAttr(f32, 1e300)).getValueAsDouble(), double(INFINITY));
}

/// Kernels compare differences of 32 bits with it.
TEST(Number, SoftmaxOfStepsThatAreNearlyNothing)
{
    EXPECT_EQ(softmaxExponent(0.01).leastDifference, -1984);
    EXPECT_EQ(softmaxExponent(1e-12).leastDifference, INT32_MIN);
    EXPECT_EQ(softmaxExponent(0).leastDifference, -31 * (1 << 26));
}

} // namespace
} // namespace barecc
