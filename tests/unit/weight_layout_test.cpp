// Weights and requantisation words in the order that kernels read them (compiler/kernel).
#include "compiler/kernel/Requantization.h"
#include "compiler/kernel/WeightLayout.h"

#include <gtest/gtest.h>

#include <numeric>

using namespace barecc;

namespace {

/// The matrix [outputs][depth] of 1, 2, 3 ... in a layout; the window has so many columns.
std::vector<int> laidOut(const BlockedLayout &layout, int64_t outputs, int64_t depth, bool outputsLast = false,
                         int64_t kernelColumns = 1)
{
    std::vector<char> weights(size_t(outputs * depth));
    std::iota(weights.begin(), weights.end(), char(1));
    const PackedWeights packed = layout.apply({weights, 1, outputs, depth, outputsLast, kernelColumns});
    return {packed.bytes.begin(), packed.bytes.end()};
}

using Elements = std::vector<int>;

TEST(BlockedLayout, OneOutputAtATime)
{
    EXPECT_EQ(laidOut({1, 1, {}}, 2, 3), (Elements{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(laidOut({1, 4, {}}, 2, 3), (Elements{1, 2, 3, 0, 4, 5, 6, 0}));
}

TEST(BlockedLayout, OutputsSideBySide)
{
    EXPECT_EQ(laidOut({0, 1, {}}, 2, 3), (Elements{1, 4, 2, 5, 3, 6}));
    EXPECT_EQ(laidOut({2, 1, {}}, 3, 2), (Elements{1, 3, 2, 4, 5, 0, 6, 0}));
    EXPECT_EQ(laidOut({2, 2, {}}, 3, 3), (Elements{1, 2, 4, 5, 3, 0, 6, 0, 7, 8, 0, 0, 9, 0, 0, 0}));
}

TEST(BlockedLayout, DepthPaddedToAMultiple)
{
    EXPECT_EQ(laidOut({1, 2, {4}}, 1, 5), (Elements{1, 2, 3, 4, 5, 0, 0, 0}));
    EXPECT_EQ(laidOut({2, 1, {2}}, 2, 3), (Elements{1, 4, 2, 5, 3, 6, 0, 0}));
}

TEST(BlockedLayout, NarrowLastPanel)
{
    EXPECT_EQ(laidOut({4, 1, {1, true}}, 5, 2), (Elements{1, 3, 5, 7, 2, 4, 6, 8, 9, 0, 10, 0}));
    EXPECT_EQ(laidOut({4, 1, {1, true}}, 3, 2), (Elements{1, 3, 5, 0, 2, 4, 6, 0}));
}

TEST(BlockedLayout, OutputsLast)
{
    EXPECT_EQ(laidOut({1, 1, {}}, 2, 3, true), (Elements{1, 3, 5, 2, 4, 6}));
    EXPECT_EQ(laidOut({2, 1, {}}, 3, 2, true), (Elements{1, 2, 4, 5, 3, 0, 6, 0}));
}

TEST(BlockedLayout, ColumnsOfTheWindow)
{
    // Two rows of three columns, one output: each column is a block of four rows.
    EXPECT_EQ(laidOut({1, 4, {1, false, true}}, 1, 6, true, 3), (Elements{1, 4, 0, 0, 2, 5, 0, 0, 3, 6, 0, 0}));
}

TEST(BlockedLayout, WiderElements)
{
    const std::vector<int32_t> weights = {1, 2, 3, 4};
    const llvm::ArrayRef<char> bytes(reinterpret_cast<const char *>(weights.data()), 16);
    const PackedWeights packed = BlockedLayout{2, 1, {}}.apply({bytes, 4, 2, 2, false, 1});
    EXPECT_EQ(packed.elementBytes, 4);
    const auto *elements = reinterpret_cast<const int32_t *>(packed.bytes.data());
    EXPECT_EQ(std::vector<int32_t>(elements, elements + 4), (std::vector<int32_t>{1, 3, 2, 4}));
}

TEST(BlockedLayout, ForReaders)
{
    EXPECT_EQ(BlockedLayout(1, 1, {}).describe(), "[outputs][depth]");
    EXPECT_EQ(BlockedLayout(0, 1, {}).describe(), "[depth][outputs]");
    EXPECT_EQ(BlockedLayout(4, 16, {}).describe(), "[outputs / 4][depth / 16][4][16]");
    BlockedLayout::Options columns;
    columns.columnBlocks = true;
    EXPECT_EQ(BlockedLayout(8, 4, columns).describe(), "[outputs / 8][depth / 4][8][4], [4] down a column");
}

TEST(BlockedLayout, Nothing)
{
    EXPECT_TRUE(laidOut({0, 1, {}}, 0, 0).empty());
    EXPECT_TRUE(laidOut({8, 4, {8}}, 0, 0).empty());
}

/// Channels c with the words 2c, 100 + c, 200 + c and c + 1.
std::vector<RequantWords> channels(int32_t count)
{
    std::vector<RequantWords> words;
    for (int32_t c = 0; c < count; ++c)
        words.push_back({2 * c, 100 + c, 200 + c, c + 1});
    return words;
}

using Words = std::vector<int32_t>;

TEST(RequantLayout, Interleaved)
{
    EXPECT_EQ((RequantLayout{1, RequantLayout::Shift::Right, true}.apply(channels(2))),
              (Words{0, 100, 200, 1, 2, 101, 201, 2}));
}

TEST(RequantLayout, ForReaders)
{
    EXPECT_EQ((RequantLayout{1, RequantLayout::Shift::Right}.describe()),
              "[outputs][4]: bias, multiplier, offset, shift");
    EXPECT_EQ((RequantLayout{4, RequantLayout::Shift::Left, true}.describe()),
              "[outputs / 4][4][4]: twice the bias, multiplier, offset, -shift");
}

TEST(RequantLayout, Planes)
{
    EXPECT_EQ((RequantLayout{0, RequantLayout::Shift::Right}.apply(channels(3))),
              (Words{0, 1, 2, 100, 101, 102, 200, 201, 202, 1, 2, 3}));
}

TEST(RequantLayout, LanesBeyondTheLastChannelAreZero)
{
    EXPECT_EQ((RequantLayout{2, RequantLayout::Shift::Left}.apply(channels(3))),
              (Words{0, 1, 100, 101, 200, 201, -1, -2, 2, 0, 102, 0, 202, 0, -3, 0}));
}

TEST(RequantLayout, ShiftByProduct)
{
    EXPECT_EQ((RequantLayout{1, RequantLayout::Shift::Product}.apply(channels(1))),
              (Words{0, 100, INT32_MIN + 200, INT32_MIN}));
}

TEST(RequantLayout, EvenAndOddChannels)
{
    const Words words = RequantLayout{4, RequantLayout::Shift::Left, false, true}.apply(channels(8));
    EXPECT_EQ(Words(words.begin(), words.begin() + 4), (Words{0, 2, 4, 6}));
    EXPECT_EQ(Words(words.begin() + 16, words.begin() + 20), (Words{1, 3, 5, 7}));
}

} // namespace
