"""Reductions, normalisations, searches: what combines the elements of some axes."""

import numpy

from onnx_model import operator


@operator("ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd",
          "ReduceSum", "ReduceSumSquare")
def reduce(model, name):
    types = ["float32", "float64"] + ([] if "Log" in name else ["int32", "int64"]) + (["int8", "uint8"] if name in ("ReduceMax", "ReduceMin") and
                                                       model.version >= 12 else [])
    x = model.pick(types, fits=lambda value: 0 not in value.shape, high=5)
    keep = model.choices.below(2)
    attributes = {} if keep and model.choices.below(2) else {"keepdims": keep}
    if x.rank == 0 or model.choices.rarely(5):
        axes, chosen = None, list(range(x.rank))
    else:
        axes, chosen = model.axes(x.rank)
    shape = [1 if axis in chosen else length for axis, length in enumerate(x.shape) if keep or axis not in chosen]
    inputs = [x]
    if axes is not None:
        if model.version >= (13 if name == "ReduceSum" else 18):
            inputs.append(model.ints(*axes))
        else:
            attributes["axes"] = axes
    model.node(name, inputs, [(x.type, shape)], **attributes)


@operator("ArgMax", "ArgMin")
def arg(model, name):
    x = model.pick(["float32", "float64", "int32", "int8", "uint8"] if model.version >= 13 else ["float32", "int32"], low=1,
                   fits=lambda value: 0 not in value.shape)
    axis, which = model.axis(x.rank)
    keep = model.choices.below(2)
    shape = [1 if place == which else length for place, length in enumerate(x.shape) if keep or place != which]
    attributes = {"select_last_index": model.choices.below(2)} if model.version >= 12 else {}
    model.node(name, [x], [("int64", shape)], axis=axis, keepdims=keep, **attributes)


@operator("Softmax", "LogSoftmax", "Hardmax")
def softmax(model, name):
    x = model.pick(["float32", "float64"] + (["float16"] if model.version >= 13 else []), low=1,
                   fits=lambda value: 0 not in value.shape)
    axis, _ = model.axis(x.rank)
    attributes = {"axis": axis} if model.choices.below(3) else {}
    model.node(name, [x], [(x.type, x.shape)], **attributes)


@operator("LpNormalization")
def lp_normalization(model, name):
    x = model.pick(["float32", "float64"], low=1, fits=lambda value: 0 not in value.shape)
    model.node(name, [x], [(x.type, x.shape)], axis=model.axis(x.rank)[0], p=model.choices.of([2, 1]))


@operator("BatchNormalization", since=9)
def batch_normalization(model, name):
    x = model.pick(["float32", "float64"], low=2, high=5, fits=lambda value: 0 not in value.shape)
    random = numpy.random.default_rng(model.choices.below(99))
    scale, bias, mean = (model.constant(random.uniform(-1, 1, x.shape[1]), x.type) for _ in range(3))
    variance = model.constant(random.uniform(0.5, 2, x.shape[1]), x.type)
    model.node(name, [x, scale, bias, mean, variance], [(x.type, x.shape)],
               epsilon=model.choices.of([1e-5, 1e-3, 0.5]))


@operator("InstanceNormalization")
def instance_normalization(model, name):
    x = model.pick(["float32"], low=3, high=5, fits=lambda value: 0 not in value.shape)
    random = numpy.random.default_rng(model.choices.below(99))
    scale, bias = (model.constant(random.uniform(-1, 1, x.shape[1]), x.type) for _ in range(2))
    model.node(name, [x, scale, bias], [(x.type, x.shape)], epsilon=model.choices.of([1e-5, 1e-3]))


@operator("LayerNormalization", since=17)
def layer_normalization(model, name):
    x = model.pick(["float32", "float64"], low=1, fits=lambda value: 0 not in value.shape)
    axis, which = model.axis(x.rank)
    random = numpy.random.default_rng(model.choices.below(99))
    scale, bias = (model.constant(random.uniform(-1, 1, x.shape[which:]), x.type) for _ in range(2))
    model.node(name, [x, scale] + [bias] * model.choices.below(2), [(x.type, x.shape)], axis=axis)


@operator("RMSNormalization", since=23)
def rms_normalization(model, name):
    x = model.pick(["float32", "float64"], low=1, fits=lambda value: 0 not in value.shape)
    axis, which = model.axis(x.rank)
    scale = model.constant(numpy.random.default_rng(model.choices.below(99)).uniform(-1, 1, x.shape[which:]), x.type)
    model.node(name, [x, scale], [(x.type, x.shape)], axis=axis)


@operator("GroupNormalization", since=21)
def group_normalization(model, name):
    x = model.pick(["float32"], low=3, high=4, fits=lambda value: 0 not in value.shape)
    groups = model.choices.of([count for count in range(1, x.shape[1] + 1) if x.shape[1] % count == 0])
    random = numpy.random.default_rng(model.choices.below(99))
    scale, bias = (model.constant(random.uniform(-1, 1, x.shape[1]), x.type) for _ in range(2))
    model.node(name, [x, scale, bias], [(x.type, x.shape)], num_groups=groups)


@operator("MeanVarianceNormalization", since=13)
def mean_variance(model, name):
    x = model.pick(["float32"], low=4, fits=lambda value: 0 not in value.shape)
    model.node(name, [x], [(x.type, x.shape)])


@operator("LRN")
def lrn(model, name):
    x = model.pick(["float32"], low=4, fits=lambda value: 0 not in value.shape)
    model.node(name, [x], [(x.type, x.shape)], size=model.choices.of([1, 3, 5]),
               alpha=model.choices.of([1e-4, 0.1]), bias=model.choices.of([1.0, 2.0]))


@operator("TopK", since=11)
def top_k(model, name):
    x = model.pick(["float32", "float64", "int32", "int64"], low=1, fits=lambda value: 0 not in value.shape)
    axis, which = model.axis(x.rank)
    count = model.choices.between(1, x.shape[which])
    shape = [count if place == which else length for place, length in enumerate(x.shape)]
    model.node(name, [x, model.ints(count)], [(x.type, shape), ("int64", shape)], axis=axis,
               largest=model.choices.below(2))


@operator("Einsum", since=12)
def einsum(model, name):
    equation, ranks = model.choices.of([("ij,jk->ik", 2), ("ij->ji", 2), ("bij,bjk->bik", 3), ("ij->i", 2), ("ii->i", 2),
                                        ("bij->b", 3), ("ij,ij->ij", 2), ("i,j->ij", 1), ("bij,bkj->bik", 3), ("ij,j", 2)])
    lengths = {letter: model.choices.of([2, 1, 3, 5]) for letter in "bijk"}
    terms, _, result = equation.partition("->")
    type_ = model.choices.of(["float32", "float64", "int32", "int64"])
    operands = []
    for term in terms.split(","):
        shape = tuple(lengths[letter] for letter in term)
        known = [value for value in model.values if (value.type, value.shape) == (type_, shape)]
        operands.append(model.choices.of(known) if known else model.new_input(type_, shape))
    result = result if "->" in equation else "".join(sorted({x for x in terms if terms.count(x) == 1 and x != ","}))
    model.node(name, operands, [(type_, [lengths[letter] for letter in result])], equation=equation)


@operator("Det", since=11)
def det(model, name):
    x = model.pick(["float32"], low=2, fits=lambda value: value.shape[-1] == value.shape[-2] and 0 not in value.shape)
    model.node(name, [x], [(x.type, x.shape[:-2])])


@operator("NonZero", since=9)
def non_zero(model, name):
    """Only of constants here, as the shape depends on the values."""
    x = model.constant(numpy.random.default_rng(model.choices.below(99)).integers(0, 2, model.shape(1, 3)),
                       model.choices.of(["float32", "int64", "bool", "int32"]))
    model.node(name, [x], [("int64", [x.rank, int(numpy.count_nonzero(x.data))])])
