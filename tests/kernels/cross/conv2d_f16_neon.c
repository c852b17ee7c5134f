/* conv2d_f16_neon against conv2d_f16, over shapes that look random. */
#include "generic/conv2d_f16.c"

#include "arm64/conv2d_f16_neon.c"

#include "support_f16.h"

static halves input, weights, packed, bias, expected, actual;
static floats workspace;

/* Rows [begin, end): every element of the output and of what lies round it. */
static int check_rows(const conv2d_f32_params *p, const uint16_t *b, int32_t begin, int32_t end)
{
    const window2d_params *s = &p->window;
    const int32_t count = s->batch * s->out_h * s->out_w * s->output_pixel_stride;
    const int32_t workspace_count = (int32_t)patches2d_f32_workspace(s, patches2d_f32_band(s, 8));
    fill_halves(&expected, count);
    memcpy(&actual, &expected, sizeof actual);
    conv2d_f16(p, half_elements(&input), half_elements(&weights), b, half_elements(&expected), begin, end);
    conv2d_f16_neon(p, half_elements(&input), half_elements(&packed), b, half_elements(&actual),
                    fill_workspace(&workspace, workspace_count), begin, end);
    return halves_differ("output", &expected, &actual, count) + is_overrun(&workspace, workspace_count);
}

static int check(const window2d_params *s)
{
    conv2d_f32_params p = {*s, 0.0f, 0.0f};
    const int32_t rows = s->batch * s->out_h, depth = s->kernel_h * s->kernel_w * s->in_c;
    random_clamp(&p.min, &p.max);
    fill_halves(&input, s->batch * s->in_h * s->in_w * s->input_pixel_stride);
    fill_halves(&weights, s->out_c * depth);
    fill_halves(&bias, s->out_c);
    fill_halves(&packed, (s->out_c + 7) / 8 * 8 * depth);
    pack_halves_side_by_side8(half_elements(&weights), s->out_c, depth, half_elements(&packed));
    const uint16_t *b = random_int(0, 3) ? half_elements(&bias) : NULL;
    const int32_t begin = random_int(0, rows - 1);
    const int failed = check_rows(&p, b, 0, rows) || check_rows(&p, b, begin, random_int(begin, rows));
    if (failed)
        print_window(s);
    return failed;
}

int main(void)
{
    int failed = 0;
    for (int32_t i = 0; i < 200 && failed < 5; i++) {
        is_inexact = i % 2;
        const window2d_params s = random_window(0);
        failed += check(&s);
    }
    /* More weights than stay in a cache, so that the kernel works in bands. */
    const window2d_params large = {1, 5, 5, 80, 5, 5, 96, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 80, 96, 0};
    failed += check(&large);
    return failed > 0;
}
