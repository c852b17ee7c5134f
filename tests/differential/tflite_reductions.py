"""Reductions, normalisations, searches: what combines the elements of some axes."""

import numpy

from tflite_model import FLOAT, INTEGERS, REAL, filled, operator


@operator("SOFTMAX", "LOG_SOFTMAX")
def softmax(model, name):
    x = model.pick(FLOAT + ["int8", "uint8"] + (["int16"] if name == "SOFTMAX" else []), low=1, fits=filled)
    if name == "SOFTMAX":
        scales = {"int8": (1 / 256, -128), "uint8": (1 / 256, 0), "int16": (1 / 32768, 0)}
        options = ("SoftmaxOptions", {"beta": model.choices.of([1.0, 0.5])})
    else:
        scales, options = {"int8": (16 / 256, 127), "uint8": (16 / 256, 255)}, ("LogSoftmaxOptions", {})
    model.node(name, [x], [(x.type, x.shape, scales.get(x.type, x))], options)


@operator("L2_NORMALIZATION")
def l2_normalization(model, name):
    x = model.pick(FLOAT + ["int8", "uint8"], low=2, fits=filled)
    scales = {"int8": (1 / 128, 0), "uint8": (1 / 128, 128)}
    model.node(name, [x], [(x.type, x.shape, scales.get(x.type, x))], ("L2NormOptions", {}))


@operator("MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN", "REDUCE_PROD", "REDUCE_ANY", "REDUCE_ALL")
def reduction(model, name):
    types = {"REDUCE_ANY": ["bool"], "REDUCE_ALL": ["bool"], "REDUCE_PROD": FLOAT + INTEGERS}
    x = model.pick(types.get(name, REAL + INTEGERS), low=1, fits=filled)
    axes, chosen = model.axes(x.rank)
    keep = bool(model.choices.below(2))
    shape = [1 if axis in chosen else length for axis, length in enumerate(x.shape) if keep or axis not in chosen]
    same = [x] if name in ("REDUCE_MAX", "REDUCE_MIN") else []
    if name == "SUM" and x.scale:  # TensorFlow Lite's sums of bytes wrap around beyond the range
        same = [(x.scale * max(1, int(numpy.prod([x.shape[axis] for axis in chosen]))), x.zero)]
    model.node(name, [x, model.ints(*axes)], [(x.type, shape, *same)], ("ReducerOptions", {"keep_dims": keep}))


@operator("ARG_MAX", "ARG_MIN")
def arg(model, name):
    x = model.pick(FLOAT + ["int8", "uint8", "int32"], low=1, fits=filled)
    axis, which = model.axis(x.rank)
    shape = x.shape[:which] + x.shape[which + 1:]
    model.node(name, [x, model.ints(axis)], [("int32", shape)], ("ArgMaxOptions" if name == "ARG_MAX" else "ArgMinOptions",
                                                                {"output_type": "INT32"}))


@operator("CUMSUM")
def cumsum(model, name):
    x = model.pick(FLOAT + INTEGERS, low=1, fits=filled)
    axis, _ = model.axis(x.rank)
    model.node(name, [x, model.constant(numpy.int32(axis))], [(x.type, x.shape)],
               ("CumsumOptions", {"exclusive": bool(model.choices.below(2)), "reverse": bool(model.choices.below(2))}))


@operator("TOPK_V2")
def top_k(model, name):
    x = model.pick(FLOAT + ["int32", "int64"], low=1, fits=filled)
    count = model.choices.between(1, x.shape[-1])
    shape = [*x.shape[:-1], count]
    model.node(name, [x, model.constant(numpy.int32(count))], [(x.type, shape), ("int32", shape)], ("TopKV2Options", {}))
