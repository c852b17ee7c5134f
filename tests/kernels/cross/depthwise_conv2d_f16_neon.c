/* depthwise_conv2d_f16_neon against depthwise_conv2d_f16, over shapes that look random. */
#include "generic/depthwise_conv2d_f16.c"

#include "arm64/depthwise_conv2d_f16_neon.c"

#include "support_f16.h"

static halves input, weights, bias, expected, actual;

static int check(const window2d_params *window)
{
    conv2d_f32_params p = {*window, 0.0f, 0.0f};
    window2d_params *s = &p.window;
    s->groups = s->in_c;
    const int32_t rows = s->batch * s->out_h, count = rows * s->out_w * s->output_pixel_stride;
    random_clamp(&p.min, &p.max);
    fill_halves(&input, s->batch * s->in_h * s->in_w * s->input_pixel_stride);
    fill_halves(&weights, s->kernel_h * s->kernel_w * s->out_c);
    fill_halves(&bias, s->out_c);
    const uint16_t *b = random_int(0, 3) ? half_elements(&bias) : NULL;
    int failed = 0;
    for (int part = 0; part < 2; part++) {
        const int32_t begin = part ? random_int(0, rows - 1) : 0, end = part ? random_int(begin, rows) : rows;
        fill_halves(&expected, count);
        memcpy(&actual, &expected, sizeof actual);
        depthwise_conv2d_f16(&p, half_elements(&input), half_elements(&weights), b, half_elements(&expected), begin,
                             end);
        depthwise_conv2d_f16_neon(&p, half_elements(&input), half_elements(&weights), b, half_elements(&actual), begin,
                                  end);
        failed += halves_differ("output", &expected, &actual, count);
    }
    if (failed)
        print_window(s);
    return failed;
}

int main(void)
{
    int failed = 0;
    for (int32_t i = 0; i < 300 && failed < 5; i++) {
        is_inexact = i % 2;
        const window2d_params s = random_window(1);
        failed += check(&s);
    }
    return failed > 0;
}
