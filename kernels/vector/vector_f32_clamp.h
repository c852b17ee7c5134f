/* The clamp of a kernel's result, after one of the vector_f32 headers. */
#pragma once

typedef struct {
    int is_low, is_high;               /* whether there is such a bound */
    vec low, high;
} vec_bounds;

BARECC_ALWAYS_INLINE vec_bounds vec_bounds_of(float min, float max)
{
    vec_bounds b;
    b.is_low = min > -INFINITY;
    b.is_high = max < INFINITY;
    b.low = b.is_low ? vec_set1_late(min) : vec_set1(0.0F);
    b.high = b.is_high ? vec_set1_late(max) : vec_set1(0.0F);
    return b;
}

/* A NaN stays one. */
BARECC_ALWAYS_INLINE vec vec_clamp(vec v, vec_bounds b)
{
    if (b.is_low)
        v = vec_max(b.low, v);
    if (b.is_high)
        v = vec_min(b.high, v);
    return v;
}
