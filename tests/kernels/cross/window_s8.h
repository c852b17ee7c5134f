/* Tests of a convolution of int8 with folded channels against the plain kernel, over shapes that look random. A test
 * defines what the two families share, then includes this file:
 *
 * PLAIN, TUNED    the kernels
 * IS_DEPTHWISE    1: weights lie channels last, a channel reads its own input alone; 0: outputs first
 * PACK, ARRANGE   how the tuned kernel's record orders weights and channels
 * WORKSPACE       bytes of workspace of the tuned kernel, given the window
 * TAKES           whether the tuned kernel's record takes the window
 * IN_PLACE        whether it may write over its input, given a window with outputs as many as inputs */
#include "random_window.h"

static memory input, weights, packed, expected, actual, workspace, workspace_before;
static channel_table channels;
static int32_t cases_in_place;

/* Rows [begin, end) by both kernels from an input at any address: every byte of the output and of what lies round it.
 */
static int check_rows(const conv2d_s8_params *p, int32_t begin, int32_t end)
{
    const window2d_params *s = &p->window;
    const int32_t workspace_bytes = WORKSPACE(s);
    const int8_t *x = input.bytes + MARGIN + random_int(0, 3);
    const int32_t y = MARGIN + random_int(0, 3);
    require_room(workspace_bytes);
    fill_random(&expected);
    memcpy(&actual, &expected, sizeof actual);
    fill_random(&workspace);
    memcpy(&workspace_before, &workspace, sizeof workspace);

    PLAIN(p, x, weights.bytes, channels.has_bias ? channels.bias : NULL, channels.multiplier, channels.shift,
          expected.bytes + y, begin, end);
    TUNED(p, x, packed.bytes, channels.folded, actual.bytes + y, workspace.bytes, begin, end);
    const int32_t at = first_difference(&expected, &actual, 0);
    if (at >= 0) {
        printf("rows %d to %d: byte %d of the output is %d, expected %d\n", (int)begin, (int)end, (int)(at - y),
               actual.bytes[at], expected.bytes[at]);
        return 1;
    }
    const int32_t beyond = first_difference(&workspace_before, &workspace, workspace_bytes);
    if (beyond >= 0)
        printf("byte %d of a workspace of %d is written\n", (int)beyond, (int)workspace_bytes);
    return beyond >= 0;
}

/* The whole of the output written over the input. */
static int check_in_place(const conv2d_s8_params *p)
{
    const window2d_params *s = &p->window;
    const int32_t rows = s->batch * s->out_h;
    memcpy(&expected, &input, sizeof expected);
    memcpy(&actual, &input, sizeof actual);
    PLAIN(p, input.bytes + MARGIN, weights.bytes, channels.has_bias ? channels.bias : NULL, channels.multiplier,
          channels.shift, expected.bytes + MARGIN, 0, rows);
    TUNED(p, actual.bytes + MARGIN, packed.bytes, channels.folded, actual.bytes + MARGIN, workspace.bytes, 0, rows);
    const int32_t at = first_difference(&expected, &actual, 0);
    if (at >= 0)
        printf("in place: byte %d is %d, expected %d\n", (int)(at - MARGIN), actual.bytes[at], expected.bytes[at]);
    cases_in_place++;
    return at >= 0;
}

static int check(const window2d_params *s)
{
    const int32_t rows = s->batch * s->out_h;
    const int32_t depth = s->kernel_h * s->kernel_w * (IS_DEPTHWISE ? 1 : s->in_c);
    require_room(s->batch * s->in_h * s->in_w * s->input_pixel_stride);
    require_room(rows * s->out_w * s->output_pixel_stride);
    require_room(depth * s->out_c);
    fill_random(&packed);
    make_layer(&channels);
    make_input(&input, &channels);
    make_weights(weights.bytes, s->out_c, depth, IS_DEPTHWISE);
    make_channels(&channels, weights.bytes, s->out_c, depth, IS_DEPTHWISE);
    PACK(weights.bytes, s->out_c, depth, packed.bytes);
    ARRANGE(channels.folded, s->out_c);

    conv2d_s8_params p = {*s,           channels.input_zero_point, 0, channels.output_zero_point, channels.min,
                          channels.max, channels.is_per_channel};
    const int32_t begin = random_int(0, rows - 1);
    int failed = check_rows(&p, 0, rows) || check_rows(&p, begin, random_int(begin, rows));
    if (!failed && s->in_h == s->out_h && s->in_w == s->out_w && s->in_c == s->out_c && IN_PLACE(s)) {
        p.window.output_pixel_stride = s->input_pixel_stride;
        failed = check_in_place(&p);
    }
    if (failed)
        print_window(&p.window);
    return failed;
}

int main(void)
{
    int failed = 0;
    for (int32_t taken = 0; taken < 300 && failed < 5;) {
        const window2d_params s = random_window(IS_DEPTHWISE);
        if (!TAKES(&s))
            continue;
        failed += check(&s);
        taken++;
    }
    printf("%d cases in place\n", (int)cases_in_place);
    return failed > 0;
}
