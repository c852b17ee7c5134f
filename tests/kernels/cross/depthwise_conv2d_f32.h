/* Tests of a depthwise convolution of f32 against the plain kernel, over shapes that look random. A test defines
 * TUNED, the kernel, and includes this file behind the plain kernel and its own. */
#include "support_f32.h"

#ifndef CASES
#define CASES 300 /* fewer where the emulator is slow */
#endif

static floats input, weights, bias, residual, expected, actual;

static int check(const window2d_params *window)
{
    conv2d_f32_params p = {*window, 0.0f, 0.0f};
    window2d_params *s = &p.window;
    s->groups = s->in_c;
    const int32_t rows = s->batch * s->out_h, count = rows * s->out_w * s->output_pixel_stride;
    random_clamp(&p.min, &p.max);
    fill_floats(&input, s->batch * s->in_h * s->in_w * s->input_pixel_stride);
    fill_floats(&weights, s->kernel_h * s->kernel_w * s->out_c);
    fill_floats(&bias, s->out_c);
    s->residual_pixel_stride = s->out_c + random_int(0, 3);
    fill_floats(&residual, rows * s->out_w * s->residual_pixel_stride);
    const float *b = random_int(0, 3) ? elements(&bias) : NULL;
    const int is_added = random_int(0, 1);
    int failed = 0;
    for (int part = 0; part < 2; part++) {
        const int32_t begin = part ? random_int(0, rows - 1) : 0, end = part ? random_int(begin, rows) : rows;
        const float *r = is_added ? elements(&residual) : NULL;
        fill_floats(&expected, count);
        memcpy(&actual, &expected, sizeof actual);
        depthwise_conv2d_f32(&p, elements(&input), elements(&weights), b, r, elements(&expected), begin, end);
        TUNED(&p, elements(&input), elements(&weights), b, r, elements(&actual), begin, end);
        failed += differ("output", &expected, &actual, count);
    }
    if (is_added) {
        s->residual_pixel_stride = s->output_pixel_stride;
        fill_floats(&expected, count);
        memcpy(&actual, &expected, sizeof actual);
        float *const at = elements(&expected), *const tuned_at = elements(&actual);
        depthwise_conv2d_f32(&p, elements(&input), elements(&weights), b, at, at, 0, rows);
        TUNED(&p, elements(&input), elements(&weights), b, tuned_at, tuned_at, 0, rows);
        failed += differ("in place", &expected, &actual, count);
    }
    if (failed)
        print_window(s);
    return failed;
}

int main(void)
{
    int failed = 0;
    for (int32_t i = 0; i < CASES && failed < 5; i++) {
        const window2d_params s = random_window(1);
        failed += check(&s);
    }
    return failed > 0;
}
