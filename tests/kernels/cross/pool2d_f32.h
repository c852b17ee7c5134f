/* Tests of pooling of f32 against the plain kernels, over shapes that look random. A test defines TUNED_MAX and
 * TUNED_AVG, the kernels, and includes this file behind the plain ones and its own. */
#include "support_f32.h"

#ifndef CASES
#define CASES 300 /* fewer where the emulator is slow */
#endif

static floats input, expected, actual;

static int check(const pool2d_f32_params *p)
{
    const window2d_params *s = &p->window;
    const int32_t rows = s->batch * s->out_h, begin = random_int(0, rows - 1), end = random_int(begin, rows);
    const int32_t count = rows * s->out_w * s->output_pixel_stride;
    fill_floats(&input, s->batch * s->in_h * s->in_w * s->input_pixel_stride);
    if (random_int(0, 3) == 0)
        elements(&input)[0] = NAN; /* loses against numbers where the plain kernel says so */
    fill_floats(&expected, count);
    memcpy(&actual, &expected, sizeof actual);
    max_pool2d_f32(p, elements(&input), elements(&expected), begin, end);
    TUNED_MAX(p, elements(&input), elements(&actual), begin, end);
    int failed = differ("max_pool2d", &expected, &actual, count);
    elements(&input)[0] = 0.0f;
    avg_pool2d_f32(p, elements(&input), elements(&expected), 0, rows);
    TUNED_AVG(p, elements(&input), elements(&actual), 0, rows);
    failed += differ("avg_pool2d", &expected, &actual, count);
    if (failed)
        print_window(s);
    return failed;
}

int main(void)
{
    static const int32_t channels[] = {1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 40};
    int failed = 0;
    for (int32_t i = 0; i < CASES && failed < 5; i++) {
        pool2d_f32_params p;
        memset(&p, 0, sizeof p);
        window2d_params *s = &p.window;
        s->batch = random_int(1, 2);
        s->in_h = random_int(1, 9), s->in_w = random_int(1, 9);
        s->out_h = random_int(1, 9), s->out_w = random_int(1, 9);
        s->kernel_h = random_int(1, 5), s->kernel_w = random_int(1, 5);
        s->stride_h = random_int(1, 3), s->stride_w = random_int(1, 3);
        s->dilation_h = random_int(1, 2), s->dilation_w = random_int(1, 2);
        s->pad_top = random_int(0, 3), s->pad_left = random_int(0, 3);
        s->in_c = s->out_c = s->groups = channels[random_int(0, 10)];
        s->input_pixel_stride = s->in_c + (random_int(0, 1) ? 0 : random_int(1, 5));
        s->output_pixel_stride = s->out_c + (random_int(0, 1) ? 0 : random_int(1, 5));
        random_clamp(&p.min, &p.max);
        failed += check(&p);
    }
    return failed > 0;
}
