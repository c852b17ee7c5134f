// What the kernel tests share: reproducible data, images with a gap between pixels, and the check that a kernel
// writes the rows it is asked for and nothing else.
#pragma once

#include <cstdint>
#include <cstring>
#include <random>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

namespace barecc::test {

/// Uniform values from `low` to `high`, both included; the same on every run.
template <class T> std::vector<T> randomValues(size_t count, double low, double high, unsigned seed)
{
    std::mt19937 generator(seed);
    std::vector<T> values(count);
    for (T &value : values) {
        const double unit = generator() / double(std::mt19937::max());
        if constexpr (std::is_integral_v<T>)
            value = T(std::floor(low + unit * (high - low) + 0.5));
        else
            value = T(low + unit * (high - low));
    }
    return values;
}

/// `pixels` runs of `channels` values, `stride` elements from one to the next. What lies between holds `gap`.
template <class T> struct Strided {
    static constexpr T gap = T(77);
    int64_t pixels, channels, stride;
    std::vector<T> data;

    Strided(int64_t pixels, int64_t channels, int64_t stride)
        : pixels(pixels), channels(channels), stride(stride), data(size_t(pixels * stride), gap)
    {
    }

    void fill(double low, double high, unsigned seed)
    {
        const std::vector<T> values = randomValues<T>(size_t(pixels * channels), low, high, seed);
        for (int64_t i = 0; i < pixels * channels; i++)
            data[size_t(i / channels * stride + i % channels)] = values[size_t(i)];
    }

    T &at(int64_t pixel, int64_t channel) { return data[size_t(pixel * stride + channel)]; }
    const T &at(int64_t pixel, int64_t channel) const { return data[size_t(pixel * stride + channel)]; }
};

/// Runs kernel(y, row_begin, row_end) over all rows, and over a few ranges of them. A range must give the same bytes
/// as the whole run in its rows, and leave the other rows, and the gaps between pixels, alone. Returns the whole run.
template <class T, class Kernel> Strided<T> runRows(const Strided<T> &blank, int32_t rows, Kernel kernel)
{
    Strided<T> whole = blank;
    kernel(whole.data.data(), 0, rows);
    const int64_t perRow = blank.pixels / rows;
    const int32_t ranges[][2] = {{0, rows}, {0, 0},           {rows, rows},
                                 {0, 1},    {rows - 1, rows}, {rows / 3, rows - rows / 4}};
    for (const auto &range : ranges) {
        Strided<T> part = blank;
        kernel(part.data.data(), range[0], range[1]);
        for (int64_t pixel = 0; pixel < blank.pixels; pixel++)
            for (int64_t i = 0; i < blank.stride; i++) {
                const int64_t row = pixel / perRow;
                const bool computed = row >= range[0] && row < range[1] && i < blank.channels;
                const T expected = computed ? whole.at(pixel, i) : blank.at(pixel, i);
                EXPECT_EQ(std::memcmp(&part.at(pixel, i), &expected, sizeof(T)), 0)
                    << "rows " << range[0] << " to " << range[1] << ", row " << row << ", element " << i;
            }
    }
    return whole;
}

} // namespace barecc::test
