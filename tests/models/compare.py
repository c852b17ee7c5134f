"""The rules that recorded outputs are compared by, as meta.json of a model set states them."""

import numpy


def rule_of(meta, index):
    """The rule of output `index`: its own where it has one, else the model's."""
    return meta["outputs"][index].get("compare") or meta["compare"]


def difference(got, reference, rule):
    """None where `got` keeps the rule, else what is wrong, in a few words.

    float: |got - ref| <= atol + rtol * |ref| for every element, and mean |got - ref| <= mean_atol where stated.
    steps: |got - ref| <= max_steps for every element, and mean |got - ref| <= mean_steps where stated.
    exact: every element equal. With max_mismatch_frac, that fraction of the elements may break the rule for elements.
    Two NaNs are equal, and so are two infinities of one sign.
    """
    if got.dtype != reference.dtype or got.shape != reference.shape:
        return f"is {got.dtype}{list(got.shape)}, recorded is {reference.dtype}{list(reference.shape)}"
    if got.size == 0:
        return None
    got, reference = got.ravel(), reference.ravel()
    is_float = got.dtype.kind == "f"
    same = got == reference
    if is_float:
        same |= numpy.isnan(got) & numpy.isnan(reference)
    # Integers of 64 bits do not fit a double; their difference in Python's own integers does not overflow.
    wide = numpy.float64 if is_float else object if got.dtype.itemsize == 8 else numpy.int64
    with numpy.errstate(invalid="ignore"):
        distance = numpy.abs(got.astype(wide) - reference.astype(wide)).astype(numpy.float64)
    distance[same] = 0

    kind = rule["kind"]
    if kind == "exact":
        within = same
    elif kind == "float":
        bound = rule["atol"] + rule["rtol"] * numpy.abs(reference.astype(numpy.float64))
        within = same | (distance <= bound) & numpy.isfinite(bound)  # a NaN or an infinity is near to nothing
    elif kind == "steps":
        within = distance <= rule["max_steps"]
        if "max_mismatch_frac" in rule:
            within &= same
    else:
        raise ValueError(f"unknown kind of comparison: {kind}")

    wrong = int(numpy.count_nonzero(~within))
    if wrong > rule.get("max_mismatch_frac", 0) * got.size:
        worst = int(numpy.argmax(numpy.where(within, -1, numpy.nan_to_num(distance, nan=numpy.inf))))
        return f"{wrong} of {got.size} elements differ, most at {worst}: {got[worst]} for {reference[worst]}"
    mean_bound = rule.get("mean_atol", rule.get("mean_steps"))
    if mean_bound is not None and not distance.mean() <= mean_bound:
        return f"mean difference {distance.mean():.3g}, at most {mean_bound:.3g} allowed"
    return None
