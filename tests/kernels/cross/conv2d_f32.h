/* Tests of a convolution of f32 against the plain kernel, over shapes that look random. A test defines
 *
 * TUNED       a call of the kernel with (p, x, packed weights, bias, residual, y, workspace, begin, end)
 * WIDTH       outputs side by side in its packed weights
 * WORKSPACE   floats of workspace, given the window
 *
 * and includes this file behind the plain kernel and its own. */
#include "support_f32.h"

#ifndef CASES
#define CASES 200 /* fewer where the emulator is slow */
#endif

static floats input, weights, packed, bias, residual, expected, actual, workspace, workspace_before;

/* Rows [begin, end): every element of the output and of what lies round it. */
static int check_rows(const conv2d_f32_params *p, const float *b, const float *r, int32_t begin, int32_t end)
{
    const window2d_params *s = &p->window;
    const int32_t count = s->batch * s->out_h * s->out_w * s->output_pixel_stride;
    const int32_t workspace_count = (int32_t)(WORKSPACE(s));
    fill_floats(&expected, count);
    memcpy(&actual, &expected, sizeof actual);
    fill_floats(&workspace, workspace_count);
    memcpy(&workspace_before, &workspace, sizeof workspace);
    conv2d_f32(p, elements(&input), elements(&weights), b, r, elements(&expected), begin, end);
    TUNED(p, elements(&input), elements(&packed), b, r, elements(&actual), elements(&workspace), begin, end);
    memcpy(elements(&workspace_before), elements(&workspace), (size_t)workspace_count * sizeof(float));
    return differ("output", &expected, &actual, count) +
           differ("behind the workspace", &workspace_before, &workspace, workspace_count);
}

/* The residual is where the result goes. */
static int check_in_place(const conv2d_f32_params *p, const float *b)
{
    const window2d_params *s = &p->window;
    const int32_t rows = s->batch * s->out_h, count = rows * s->out_w * s->output_pixel_stride;
    fill_floats(&expected, count);
    memcpy(&actual, &expected, sizeof actual);
    conv2d_f32(p, elements(&input), elements(&weights), b, elements(&expected), elements(&expected), 0, rows);
    float *const y = elements(&actual);
    TUNED(p, elements(&input), elements(&packed), b, y, y, elements(&workspace), 0, rows);
    return differ("in place", &expected, &actual, count);
}

static int check(const window2d_params *window)
{
    conv2d_f32_params p = {*window, 0.0f, 0.0f};
    window2d_params *s = &p.window;
    const int32_t rows = s->batch * s->out_h, depth = s->kernel_h * s->kernel_w * s->in_c;
    random_clamp(&p.min, &p.max);
    fill_floats(&input, s->batch * s->in_h * s->in_w * s->input_pixel_stride);
    fill_floats(&weights, s->out_c * depth);
    fill_floats(&bias, s->out_c);
    fill_floats(&packed, (s->out_c + WIDTH - 1) / WIDTH * WIDTH * depth);
    pack_floats_side_by_side(elements(&weights), s->out_c, depth, WIDTH, elements(&packed));
    const float *b = random_int(0, 3) ? elements(&bias) : NULL;
    const float *r = NULL;
    if (random_int(0, 1)) {
        s->residual_pixel_stride = s->out_c + random_int(0, 3);
        fill_floats(&residual, rows * s->out_w * s->residual_pixel_stride);
        r = elements(&residual);
    }
    const int32_t begin = random_int(0, rows - 1);
    int failed = check_rows(&p, b, r, 0, rows) || check_rows(&p, b, r, begin, random_int(begin, rows));
    if (!failed && r) {
        s->residual_pixel_stride = s->output_pixel_stride;
        failed = check_in_place(&p, b);
    }
    if (failed)
        print_window(s);
    return failed;
}

int main(void)
{
    int failed = 0;
    for (int32_t i = 0; i < CASES && failed < 5; i++) {
        const window2d_params s = random_window(0);
        failed += check(&s);
    }
    /* More weights than stay in a cache, so that kernels work in bands. */
    window2d_params large = {1, 5, 5, 80, 5, 5, 96, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 80, 96, 0};
    failed += check(&large);
    return failed > 0;
}
