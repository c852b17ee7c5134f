// Shapes of sliding windows that are easy to get wrong, and the window written the other way round from the kernels:
// each input pixel is sent to the outputs that it reaches.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "window2d.h"

namespace barecc::test {

/// Sets out_h and out_w to what the padded image holds, and dense strides where none are given.
inline window2d_params completed(window2d_params s)
{
    s.out_h = (s.in_h + s.pad_top + s.pad_bottom - (s.kernel_h - 1) * s.dilation_h - 1) / s.stride_h + 1;
    s.out_w = (s.in_w + s.pad_left + s.pad_right - (s.kernel_w - 1) * s.dilation_w - 1) / s.stride_w + 1;
    s.input_pixel_stride = s.input_pixel_stride ? s.input_pixel_stride : s.in_c;
    s.output_pixel_stride = s.output_pixel_stride ? s.output_pixel_stride : s.out_c;
    s.residual_pixel_stride = s.residual_pixel_stride ? s.residual_pixel_stride : s.out_c;
    return s;
}

/// A 1x1 window of stride 1 on a dense image, to be changed field by field.
inline window2d_params plainWindow(int32_t inH, int32_t inW, int32_t inC, int32_t outC)
{
    window2d_params s = {};
    s.batch = s.kernel_h = s.kernel_w = s.stride_h = s.stride_w = s.dilation_h = s.dilation_w = s.groups = 1;
    s.in_h = inH, s.in_w = inW, s.in_c = inC, s.out_c = outC;
    return s;
}

using NamedWindow = std::pair<std::string, window2d_params>;

/// in_c = out_c where `channelwise` (pooling); otherwise out_c differs and some windows have groups.
inline std::vector<NamedWindow> awkwardWindows(bool channelwise)
{
    std::vector<NamedWindow> windows;
    const auto add = [&](const char *name, int32_t inH, int32_t inW, int32_t inC, int32_t outC, auto change) {
        window2d_params s = plainWindow(inH, inW, inC, channelwise ? inC : outC);
        change(s);
        if (channelwise)
            s.groups = 1;
        windows.emplace_back(name, completed(s));
    };
    add("one of everything", 1, 1, 1, 1, [](window2d_params &) {});
    add("pointwise", 5, 3, 7, 11, [](window2d_params &) {});
    add("3x3 same", 7, 5, 5, 3, [](window2d_params &s) {
        s.kernel_h = s.kernel_w = 3;
        s.pad_top = s.pad_left = s.pad_bottom = s.pad_right = 1;
    });
    add("3x3 stride 2, padding after only", 8, 6, 3, 4, [](window2d_params &s) {
        s.kernel_h = s.kernel_w = 3, s.stride_h = s.stride_w = 2, s.pad_bottom = s.pad_right = 1;
    });
    add("uneven strides, padding at the top only", 11, 13, 2, 5,
        [](window2d_params &s) { s.kernel_h = 5, s.kernel_w = 2, s.stride_h = 2, s.stride_w = 3, s.pad_top = 3; });
    add("1x7, padding at the left only", 3, 9, 4, 2, [](window2d_params &s) { s.kernel_w = 7, s.pad_left = 6; });
    add("dilated, wider than the image", 4, 7, 3, 3, [](window2d_params &s) {
        s.kernel_h = 3, s.kernel_w = 2, s.dilation_h = 3, s.dilation_w = 5;
        s.pad_top = 4, s.pad_bottom = 3, s.pad_left = 2, s.pad_right = 1;
    });
    add("stride beyond the kernel", 13, 11, 3, 2,
        [](window2d_params &s) { s.kernel_h = 2, s.stride_h = 5, s.stride_w = 4, s.pad_left = 1; });
    add("three groups, batch of two", 5, 4, 6, 9, [](window2d_params &s) {
        s.batch = 2, s.groups = 3, s.kernel_h = 2, s.kernel_w = 3, s.pad_left = s.pad_right = 1;
    });
    add("slices of wider images, batch of two", 5, 7, 3, 5, [](window2d_params &s) {
        s.batch = 2, s.kernel_h = s.kernel_w = 3, s.pad_top = s.pad_right = 1, s.stride_w = 2;
        s.input_pixel_stride = 8, s.output_pixel_stride = 11, s.residual_pixel_stride = 6;
    });
    add("windows in the padding alone", 2, 3, 2, 3,
        [](window2d_params &s) { s.kernel_h = 2, s.kernel_w = 2, s.pad_top = 3, s.pad_right = 4; });
    return windows;
}

/// Calls use(output pixel, input pixel, ky, kx) for each pair that the window joins, in the order of input pixels.
template <class Use> void forEachTap(const window2d_params &s, Use use)
{
    for (int64_t b = 0; b < s.batch; b++)
        for (int64_t iy = 0; iy < s.in_h; iy++)
            for (int64_t ix = 0; ix < s.in_w; ix++)
                for (int64_t oy = 0; oy < s.out_h; oy++)
                    for (int64_t ox = 0; ox < s.out_w; ox++) {
                        const int64_t down = iy + s.pad_top - oy * s.stride_h;
                        const int64_t right = ix + s.pad_left - ox * s.stride_w;
                        if (down < 0 || right < 0 || down % s.dilation_h || right % s.dilation_w)
                            continue;
                        const int64_t ky = down / s.dilation_h, kx = right / s.dilation_w;
                        if (ky < s.kernel_h && kx < s.kernel_w)
                            use((b * s.out_h + oy) * s.out_w + ox, (b * s.in_h + iy) * s.in_w + ix, ky, kx);
                    }
}

/// The same for a transposed convolution: use(output pixel, input pixel, ky, kx).
template <class Use> void forEachTransposedTap(const window2d_params &s, Use use)
{
    for (int64_t b = 0; b < s.batch; b++)
        for (int64_t iy = 0; iy < s.in_h; iy++)
            for (int64_t ix = 0; ix < s.in_w; ix++)
                for (int64_t ky = 0; ky < s.kernel_h; ky++)
                    for (int64_t kx = 0; kx < s.kernel_w; kx++) {
                        const int64_t oy = iy * s.stride_h + ky * s.dilation_h - s.pad_top;
                        const int64_t ox = ix * s.stride_w + kx * s.dilation_w - s.pad_left;
                        if (oy >= 0 && oy < s.out_h && ox >= 0 && ox < s.out_w)
                            use((b * s.out_h + oy) * s.out_w + ox, (b * s.in_h + iy) * s.in_w + ix, ky, kx);
                    }
}

/// Windows of transposed convolutions: the padding is what is cut from the full result.
inline std::vector<NamedWindow> transposedWindows()
{
    std::vector<NamedWindow> windows;
    const auto add = [&](const char *name, window2d_params s, int32_t outH, int32_t outW, auto change) {
        s.out_h = outH, s.out_w = outW, s.input_pixel_stride = s.in_c,
        s.output_pixel_stride = s.residual_pixel_stride = s.out_c;
        change(s);
        windows.emplace_back(name, s);
    };
    add("one of everything", plainWindow(1, 1, 1, 1), 1, 1, [](window2d_params &) {});
    add("2x2 stride 2", plainWindow(3, 5, 4, 3), 6, 10,
        [](window2d_params &s) { s.kernel_h = s.kernel_w = s.stride_h = s.stride_w = 2; });
    add("3x3 stride 2, cut at the top and left", plainWindow(4, 3, 2, 5), 8, 6, [](window2d_params &s) {
        s.kernel_h = s.kernel_w = 3, s.stride_h = s.stride_w = 2, s.pad_top = s.pad_left = 1;
    });
    add("holes: stride beyond the kernel, output padding", plainWindow(3, 2, 3, 2), 9, 8,
        [](window2d_params &s) { s.kernel_h = 2, s.stride_h = 3, s.stride_w = 4; });
    add("dilated, uneven", plainWindow(3, 4, 2, 2), 7, 9, [](window2d_params &s) {
        s.kernel_h = 3, s.kernel_w = 2, s.dilation_h = 2, s.dilation_w = 3, s.stride_w = 2, s.pad_left = 1;
    });
    add("groups, slices of wider images, batch of two", plainWindow(2, 3, 4, 6), 5, 6, [](window2d_params &s) {
        s.batch = 2, s.groups = 2, s.kernel_h = 3, s.kernel_w = 2, s.stride_h = s.stride_w = 2, s.pad_top = 1;
        s.input_pixel_stride = 7, s.output_pixel_stride = 9, s.residual_pixel_stride = 8;
    });
    return windows;
}

} // namespace barecc::test
