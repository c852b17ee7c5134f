"""Operators that move elements, choose some of them, or join tensors."""

import numpy

from onnx_model import ANY, FLOATS, NUMBERS, Impossible, operator


@operator("Reshape")
def reshape(model, name):
    x = model.pick(ANY)
    count = int(numpy.prod(x.shape))
    if count == 0:
        raise Impossible
    shape = model.factors(count)
    target = list(shape)
    if target and model.choices.rarely(2):
        target[model.choices.below(len(target))] = -1
    kept = [axis for axis in range(min(x.rank, len(shape))) if x.shape[axis] == shape[axis] and target[axis] != -1]
    if kept and model.choices.rarely(3):
        target[model.choices.of(kept)] = 0
    model.node(name, [x, model.ints(*target)], [(x.type, shape)])


@operator("Flatten")
def flatten(model, name):
    x = model.pick(ANY, low=1)
    axis = model.choices.below(x.rank + 1)
    shape = [int(numpy.prod(x.shape[:axis])), int(numpy.prod(x.shape[axis:]))]
    model.node(name, [x], [(x.type, shape)], axis=axis - x.rank if axis < x.rank and model.choices.rarely(3) else axis)


@operator("Transpose")
def transpose(model, name):
    x = model.pick(ANY, high=5)
    if model.choices.rarely(6):
        return model.node(name, [x], [(x.type, x.shape[::-1])])
    order = model.choices.shuffled(range(x.rank))
    return model.node(name, [x], [(x.type, [x.shape[axis] for axis in order])], perm=order)


def with_axes(model, name, x, axes, result):
    if model.version >= 13:
        return model.node(name, [x, model.ints(*axes)], [(x.type, result)])
    return model.node(name, [x], [(x.type, result)], axes=axes)


@operator("Squeeze")
def squeeze(model, name):
    x = model.pick(ANY, low=1, fits=lambda value: 1 in value.shape)
    ones = [axis for axis in range(x.rank) if x.shape[axis] == 1]
    if model.choices.rarely(4):
        return model.node(name, [x], [(x.type, [length for length in x.shape if length != 1])])
    chosen = model.choices.shuffled(ones)[:model.choices.between(1, len(ones))]
    axes = [axis - x.rank if model.choices.rarely(3) else axis for axis in chosen]
    return with_axes(model, name, x, axes, [length for axis, length in enumerate(x.shape) if axis not in chosen])


@operator("Unsqueeze")
def unsqueeze(model, name):
    x = model.pick(ANY, high=3)
    rank = x.rank + model.choices.between(1, 2)
    chosen = model.choices.shuffled(range(rank))[:rank - x.rank]
    axes = [axis - rank if model.choices.rarely(3) else axis for axis in chosen]
    lengths = iter(x.shape)
    return with_axes(model, name, x, axes, [1 if axis in chosen else next(lengths) for axis in range(rank)])


@operator("Expand")
def expand(model, name):
    x = model.pick(ANY, high=3)
    y = model.broadcast(x)[1]
    model.node(name, [x, model.ints(*y)], [(x.type, y)])


@operator("Tile")
def tile(model, name):
    x = model.pick(ANY)
    repeats = [model.choices.of([1, 2, 1, 3]) for _ in range(x.rank)]
    model.node(name, [x, model.ints(*repeats)], [(x.type, [a * b for a, b in zip(x.shape, repeats)])])


@operator("Concat")
def concat(model, name):
    x = model.pick(ANY, low=1)
    axis, which = model.axis(x.rank)
    inputs = [x]
    for _ in range(model.choices.between(1, 3)):
        known = [value for value in model.values if value.type == x.type and value.rank == x.rank and
                 all(a == b for i, (a, b) in enumerate(zip(value.shape, x.shape)) if i != which)]
        if not known or model.choices.rarely(3):
            shape = list(x.shape)
            shape[which] = model.choices.of([1, 2, 3, 5])
            inputs.append(model.weights(x.type, shape))
        else:
            inputs.append(model.choices.of(known))
    shape = list(x.shape)
    shape[which] = sum(value.shape[which] for value in inputs)
    model.node(name, model.choices.shuffled(inputs), [(x.type, shape)], axis=axis)


@operator("Split")
def split(model, name):
    x = model.pick(ANY, low=1, fits=lambda value: max(value.shape, default=0) > 1)
    which = model.choices.of([axis for axis in range(x.rank) if x.shape[axis] > 1])
    parts = model.choices.between(2, min(3, x.shape[which]))
    sizes = [1] * parts
    for _ in range(x.shape[which] - parts):
        sizes[model.choices.below(parts)] += 1
    results = [(x.type, [size if axis == which else length for axis, length in enumerate(x.shape)]) for size in sizes]
    axis = which - x.rank if model.choices.rarely(3) else which
    if model.version >= 13:
        return model.node(name, [x, model.ints(*sizes)], results, axis=axis)
    return model.node(name, [x], results, axis=axis, split=sizes)


@operator("Slice", since=10)
def slice_(model, name):
    x = model.pick(ANY, low=1)
    axes, chosen = model.axes(x.rank)
    starts, ends, steps, shape = [], [], [], list(x.shape)
    for axis in chosen:
        length = x.shape[axis]
        step = model.choices.of([1, 1, 2, -1, 3, -2])
        start = model.choices.between(-length - 1, length + 1)
        # ONNX Runtime takes the largest integer for the front where steps are negative; the standard clamps it.
        end = model.choices.of([length, 2 ** 31 - 1 if step > 0 else -2 ** 31, -1, 1, -length - 5, model.choices.between(-length, length)])
        # As ONNX clamps them, which is as Python does.
        shape[axis] = len(range(length)[start:end:step])
        starts.append(start), ends.append(end), steps.append(step)
    type_ = model.choices.of(["int64", "int32"])
    given = [model.ints(*values, type_=type_) for values in (starts, ends, axes, steps)]
    model.node(name, [x, *given], [(x.type, shape)])


@operator("Pad", since=11)
def pad(model, name):
    mode = model.choices.of(["constant", "constant", "reflect", "edge"] + (["wrap"] if model.version >= 19 else []))
    x = model.pick(FLOATS if model.version < 13 else NUMBERS, low=1, fits=lambda value: 0 not in value.shape)
    limits = [length - 1 if mode == "reflect" else length if mode == "wrap" else 3 for length in x.shape]
    before, after = ([model.choices.below(min(limit, 3) + 1) for limit in limits] for _ in range(2))
    if mode in ("constant", "edge") and model.choices.rarely(4):
        axis = model.choices.below(x.rank)
        if x.shape[axis] + after[axis] > 2:
            before[axis] = -1
    shape = [b + length + a for b, length, a in zip(before, x.shape, after)]
    inputs = [x, model.ints(*before, *after)]
    if mode == "constant" and model.choices.rarely(2):
        inputs.append(model.constant(model.choices.of([0, 1, 7]), x.type))
    model.node(name, inputs, [(x.type, shape)], mode=mode)


@operator("Gather")
def gather(model, name):
    x = model.pick(ANY, low=1, fits=lambda value: 0 not in value.shape)
    axis, which = model.axis(x.rank)
    length = x.shape[which]
    indices_shape = model.shape(0, 2)
    random = numpy.random.default_rng(model.choices.below(99))
    indices = random.integers(-length, length, indices_shape)
    type_ = model.choices.of(["int64", "int32"])
    given = model.constant(indices, type_) if model.choices.below(2) else model.new_input(type_, indices_shape, indices)
    model.node(name, [x, given], [(x.type, x.shape[:which] + indices_shape + x.shape[which + 1:])], axis=axis)


@operator("GatherElements", since=11)
def gather_elements(model, name):
    x = model.pick(ANY, low=1, fits=lambda value: 0 not in value.shape)
    axis, which = model.axis(x.rank)
    shape = [length if model.choices.below(2) else model.choices.between(1, length) for length in x.shape]
    random = numpy.random.default_rng(model.choices.below(99))
    indices = random.integers(-x.shape[which], x.shape[which], shape)
    given = model.constant(indices) if model.choices.below(2) else model.new_input("int64", shape, indices)
    model.node(name, [x, given], [(x.type, shape)], axis=axis)


@operator("GatherND", since=11)
def gather_nd(model, name):
    x = model.pick(ANY, low=1, fits=lambda value: 0 not in value.shape)
    depth = model.choices.between(1, x.rank)
    outer = model.shape(0, 2)
    random = numpy.random.default_rng(model.choices.below(99))
    indices = numpy.stack([random.integers(-length, length, outer) for length in x.shape[:depth]], -1)
    given = model.constant(indices) if model.choices.below(2) else model.new_input("int64", indices.shape, indices)
    model.node(name, [x, given], [(x.type, outer + x.shape[depth:])])


REDUCTIONS = ["none", "add", "mul", "max", "min"]


def scatter_reduction(model, x):
    allowed = REDUCTIONS if model.version >= 18 else REDUCTIONS[:3] if model.version >= 16 else REDUCTIONS[:1]
    return model.choices.of(allowed) if x.type != "bool" else "none"


@operator("ScatterElements", since=11)
def scatter_elements(model, name):
    x = model.pick(ANY, low=1, fits=lambda value: 0 not in value.shape)
    axis, which = model.axis(x.rank)
    reduction = scatter_reduction(model, x)
    shape = [model.choices.between(1, length) for length in x.shape]
    random = numpy.random.default_rng(model.choices.below(99))
    # Where two indices are equal, only a reduction defines the result.
    rows = numpy.argsort(random.random([x.shape[which], *[length for axis_, length in enumerate(shape)
                                                          if axis_ != which]]), axis=0)[:shape[which]]
    indices = numpy.moveaxis(rows, 0, which)
    if reduction != "none" and model.choices.below(2):
        indices = random.integers(-x.shape[which], x.shape[which], shape)
    given = model.constant(indices) if model.choices.below(2) else model.new_input("int64", shape, indices)
    attributes = {"reduction": reduction} if reduction != "none" else {}
    model.node(name, [x, given, model.weights(x.type, shape)], [(x.type, x.shape)], axis=axis, **attributes)


@operator("ScatterND", since=11)
def scatter_nd(model, name):
    x = model.pick(ANY, low=1, fits=lambda value: 0 not in value.shape)
    depth = model.choices.between(1, x.rank)
    places = int(numpy.prod(x.shape[:depth]))
    count = model.choices.between(1, min(places, 5))
    random = numpy.random.default_rng(model.choices.below(99))
    indices = numpy.stack(numpy.unravel_index(random.permutation(places)[:count], x.shape[:depth]), -1)
    given = model.constant(indices) if model.choices.below(2) else model.new_input("int64", indices.shape, indices)
    reduction = scatter_reduction(model, x)
    attributes = {"reduction": reduction} if reduction != "none" else {}
    updates = model.weights(x.type, (count,) + x.shape[depth:])
    model.node(name, [x, given, updates], [(x.type, x.shape)], **attributes)


@operator("DepthToSpace")
def depth_to_space(model, name):
    block = model.choices.of([2, 3])
    x = model.pick(["float32", "float64", "uint8"], low=4, fits=lambda value: value.shape[1] % block ** 2 == 0 and 0 not in value.shape)
    n, c, h, w = x.shape
    attributes = {"mode": model.choices.of(["DCR", "CRD"])} if model.version >= 11 else {}
    model.node(name, [x], [(x.type, [n, c // block ** 2, h * block, w * block])], blocksize=block, **attributes)


@operator("SpaceToDepth")
def space_to_depth(model, name):
    block = model.choices.of([2, 3])
    x = model.pick(["float32", "float64"], low=4, fits=lambda value: value.shape[2] % block == 0 and
                   value.shape[3] % block == 0 and 0 not in value.shape)
    n, c, h, w = x.shape
    model.node(name, [x], [(x.type, [n, c * block ** 2, h // block, w // block])], blocksize=block)


@operator("Trilu", since=14)
def trilu(model, name):
    x = model.pick(["float32", "float64", "int64", "bool"], low=2)
    diagonal = model.constant(numpy.int64(model.choices.of([0, 1, -1, 2, -3])))
    model.node(name, [x] + [diagonal] * model.choices.below(2), [(x.type, x.shape)], upper=model.choices.below(2))


@operator("ReverseSequence", since=10)
def reverse_sequence(model, name):
    x = model.pick(ANY, low=2, fits=lambda value: 0 not in value.shape)
    time, batch = model.choices.shuffled([0, 1])
    lengths = numpy.random.default_rng(model.choices.below(99)).integers(1, x.shape[time] + 1, x.shape[batch])
    given = model.constant(lengths) if model.choices.below(2) else model.new_input("int64", lengths.shape, lengths)
    model.node(name, [x, given], [(x.type, x.shape)], time_axis=time, batch_axis=batch)


@operator("Shape", "Size")
def shape_of(model, name):
    x = model.pick(ANY)
    model.node(name, [x], [("int64", [x.rank] if name == "Shape" else [])])


@operator("ConstantOfShape", since=9)
def constant_of_shape(model, name):
    shape = model.shape(0, 3)
    value = numpy.array([model.choices.below(9)], model.type_of(NUMBERS))
    model.node(name, [model.ints(*shape)], [(str(value.dtype), shape)], value=value)


@operator("OneHot", since=9)
def one_hot(model, name):
    depth = model.choices.between(1, 6)
    shape = model.shape(1, 2)
    indices = numpy.random.default_rng(model.choices.below(99)).integers(-depth - 1, depth + 2, shape)
    x = model.new_input("int64", shape, indices)
    axis, which = model.axis(len(shape) + 1)
    type_ = model.choices.of(["float32", "int64", "int32"])
    model.node(name, [x, model.ints(depth), model.constant([model.choices.of([0, -1]), 5], type_)],
               [(type_, shape[:which] + (depth,) + shape[which:])], axis=axis)


@operator("EyeLike", since=9)
def eye_like(model, name):
    x = model.pick(["float32", "float64", "int32", "int64"], low=2, high=2)
    model.node(name, [x], [(x.type, x.shape)], k=model.choices.of([0, 1, -2]))


@operator("CumSum", since=11)
def cumsum(model, name):
    x = model.pick(["float32", "float64", "int32", "int64"], low=1)
    axis, _ = model.axis(x.rank)
    model.node(name, [x, model.constant(numpy.int64(axis))], [(x.type, x.shape)], exclusive=model.choices.below(2),
               reverse=model.choices.below(2))


@operator("Range", since=11)
def range_(model, name):
    type_ = model.choices.of(["int64", "float32", "int32", "float64", "int16"])
    start, limit, step = model.choices.of([(0, 5, 1), (2, 17, 3), (9, -4, -2), (1, 1, 1), (3, 1, 1)])
    inputs = [model.constant(number, type_) for number in (start, limit, step)]
    model.node(name, inputs, [(type_, [len(range(start, limit, step))])])


@operator("Compress", since=9)
def compress(model, name):
    x = model.pick(ANY, low=1)
    axis, which = model.axis(x.rank)
    condition = numpy.random.default_rng(model.choices.below(99)).integers(0, 2, x.shape[which]).astype(bool)
    shape = [int(condition.sum()) if place == which else length for place, length in enumerate(x.shape)]
    model.node(name, [x, model.constant(condition)], [(x.type, shape)], axis=axis)


@operator("CenterCropPad", since=18)
def center_crop_pad(model, name):
    x = model.pick(ANY, low=1, fits=lambda value: 0 not in value.shape)
    axes, chosen = model.axes(x.rank)
    shape = list(x.shape)
    for axis in chosen:
        shape[axis] = model.choices.of([1, 2, 4, 5, 8])
    model.node(name, [x, model.ints(*[shape[axis] for axis in chosen])], [(x.type, shape)], axes=axes)
