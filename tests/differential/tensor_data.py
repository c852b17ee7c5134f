"""What tensors of random models hold."""

import numpy

SPECIAL = [0.0, -0.0, 1.0, -1.0, numpy.inf, -numpy.inf, numpy.nan, 0.5, -0.5, 1.5, 2.5, 1e-30, -1e30, 3.4e38]


def dimension(choices, most):
    """Mostly small and odd, now and then more than a vector register holds, rarely 0."""
    length = choices.of([2, 1, 3, 4, 5, 7, 8, 3, 2, 6, 9, 17] + [1, 2, 3, 4, 5] * 3 + [0])
    return max(0, min(length, most))


def drawn(choices, type_, shape, special=True):
    """An array of small numbers, now and then of others."""
    kind = choices.of(["small"] * 4 + ["uniform"] * 8 + ["positive"] * 2 + ["wide"] + ["special"])
    random = numpy.random.default_rng(choices.below(1000))
    dtype = numpy.dtype(type_)
    if dtype.kind == "b":
        return random.integers(0, 2, shape).astype(dtype)
    if dtype.kind in "iu":
        info = numpy.iinfo(dtype)
        if kind == "wide":
            return random.integers(info.min, info.max, shape, dtype, endpoint=True)
        if kind == "special":
            return random.choice(numpy.array([0, 1, info.min, info.max, info.max - 1, 2, 7], dtype), shape)
        low = 0 if kind == "positive" or dtype.kind == "u" else -9
        return random.integers(low, 10 if kind == "small" else 100, shape).astype(dtype)
    if kind == "small":
        return (random.integers(-8, 9, shape) / 4).astype(dtype)
    if kind == "positive":
        return random.uniform(0.1, 3, shape).astype(dtype)
    if kind == "special" and special:
        with numpy.errstate(over="ignore"):
            return random.choice(numpy.array(SPECIAL, numpy.float64), shape).astype(dtype)
    return (random.normal(0, 20 if kind == "wide" else 1, shape)).astype(dtype)
