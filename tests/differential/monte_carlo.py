"""How far apart two right results may be.

The contract for floats is 1e-4 relative and 1e-5 absolute, of one operator. A chain of them can make any rounding
large: a difference of two near numbers, a step of Floor. So where the contract is broken, the model is run again with
every float of it multiplied by a random number near 1, by a few units in its last place: Monte Carlo arithmetic (Parker,
Pierce and Eggert 2000). Results may be as far apart as a few times what that changes. Where it changes nothing, as for
integers that depend on no float, nothing is allowed.
"""

import numpy

SAMPLES = 8
MARGIN = 4
BOUNDS = {"float32": (1e-4, 1e-5), "float64": (1e-4, 1e-5), "float16": (2e-3, 1e-3)}


class Rounding:
    """Random numbers; every other time those of the time before with the other sign, so that both ways are tried."""

    def __init__(self, seed):
        self.random, self.sign = numpy.random.default_rng(seed // 2), 1 - seed % 2 * 2

    def uniform(self, shape=None):
        return self.sign * self.random.uniform(-1, 1, shape)


def rule(dtype):
    """As tests/models/compare.py takes it."""
    if str(dtype) not in BOUNDS:
        return {"kind": "exact"}
    rtol, atol = BOUNDS[str(dtype)]
    return {"kind": "float", "rtol": rtol, "atol": atol}


def spread(reference, samples):
    """By how much rounding changes each element; infinite where it decides whether an element is finite."""
    reference = reference.astype(numpy.float64)
    most = numpy.zeros(reference.shape)
    with numpy.errstate(invalid="ignore", over="ignore"):
        for sample in samples:
            sample = sample.astype(numpy.float64)
            same = (reference == sample) | (numpy.isnan(reference) & numpy.isnan(sample))
            most = numpy.fmax(most, numpy.where(same, 0, numpy.nan_to_num(numpy.abs(sample - reference), nan=numpy.inf)))
    return most


def unexplained(got, reference, samples):
    """The places where the difference is more than rounding explains."""
    rtol, atol = BOUNDS.get(str(reference.dtype), (0, 0))
    wide = numpy.float64
    a, b = got.astype(wide), reference.astype(wide)
    samples = [sample for sample in samples if sample.shape == reference.shape]
    with numpy.errstate(invalid="ignore", over="ignore"):
        near = numpy.where(numpy.isfinite(b), atol + rtol * numpy.abs(b), 0)
        allowed = near + MARGIN * spread(reference, samples)
        same = (got == reference) | (numpy.isnan(a) & numpy.isnan(b))
        return ~numpy.asarray(same | (numpy.abs(a - b) <= allowed) | numpy.isinf(allowed))
