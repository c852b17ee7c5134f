/* Tests of int8 pools against the plain kernels, over shapes that look random. A test includes the four kernels, then this
 * file:
 *
 * TUNED_MAX, TUNED_AVG   the kernels tested */
#include "support.h"

static memory input, expected, actual;

static int differs(const char *name)
{
    const int32_t at = first_difference(&expected, &actual, 0);
    if (at >= 0)
        printf("%s: byte %d is %d, expected %d\n", name, (int)at, actual.bytes[at], expected.bytes[at]);
    return at >= 0;
}

static int check(const pool2d_s8_params *p)
{
    const window2d_params *s = &p->window;
    const int32_t rows = s->batch * s->out_h, begin = random_int(0, rows - 1), end = random_int(begin, rows);
    const int8_t *x = input.bytes + MARGIN + random_int(0, 3);
    const int32_t y = MARGIN + random_int(0, 3);
    require_room(s->batch * s->in_h * s->in_w * s->input_pixel_stride);
    require_room(rows * s->out_w * s->output_pixel_stride);
    fill_random(&input);
    if (random_int(0, 3) == 0)
        memset(&input, random_int(0, 1) ? 127 : -128, sizeof input);
    fill_random(&expected);
    memcpy(&actual, &expected, sizeof actual);
    max_pool2d_s8(p, x, expected.bytes + y, begin, end);
    TUNED_MAX(p, x, actual.bytes + y, begin, end);
    int failed = differs("max_pool2d");
    avg_pool2d_s8(p, x, expected.bytes + y, 0, rows);
    TUNED_AVG(p, x, actual.bytes + y, 0, rows);
    failed += differs("avg_pool2d");
    return failed;
}

int main(void)
{
    static const int32_t channels[] = {1, 3, 4, 8, 15, 16, 17, 31, 32, 40};
    int failed = 0;
    for (int32_t i = 0; i < 400 && failed < 5; i++) {
        pool2d_s8_params p;
        memset(&p, 0, sizeof p);
        window2d_params *s = &p.window;
        s->batch = random_int(1, 2);
        const int32_t most = random_int(0, 7) ? 5 : 16;
        s->in_h = random_int(1, 2 * most - 1), s->in_w = random_int(1, 2 * most - 1);
        s->out_h = random_int(1, 9), s->out_w = random_int(1, 9);
        s->kernel_h = random_int(most / 5, most), s->kernel_w = random_int(most / 5, most);
        s->stride_h = random_int(1, 3), s->stride_w = random_int(1, 3);
        s->dilation_h = random_int(1, 2), s->dilation_w = random_int(1, 2);
        s->pad_top = random_int(0, 3), s->pad_left = random_int(0, 3);
        s->in_c = s->out_c = s->groups = channels[random_int(0, 9)];
        s->input_pixel_stride = s->in_c + (random_int(0, 1) ? 0 : random_int(1, 5));
        s->output_pixel_stride = s->out_c + (random_int(0, 1) ? 0 : random_int(1, 5));
        p.zero_point = random_extreme(-128, 127);
        p.min = random_extreme(-128, 0), p.max = random_extreme(p.min, 127);
        failed += check(&p);
    }
    return failed > 0;
}
