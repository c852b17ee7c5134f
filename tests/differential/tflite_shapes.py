"""Operators that move elements, choose some of them, or join tensors."""

import numpy

from tflite_model import FLOAT, MOVED, Impossible, filled, operator
from tflite_windows import image


@operator("RESHAPE")
def reshape(model, name):
    x = model.pick(MOVED + ["int16"], fits=filled)
    shape = model.factors(int(numpy.prod(x.shape)))
    target = list(shape)
    if target and model.choices.rarely(2):
        target[model.choices.below(len(target))] = -1
    model.node(name, [x, model.ints(*target)], [(x.type, shape, x)], ("ReshapeOptions", {"new_shape": target}))


@operator("TRANSPOSE")
def transpose(model, name):
    x = model.pick(MOVED, low=1, fits=filled)
    order = model.choices.shuffled(range(x.rank))
    model.node(name, [x, model.ints(*order)], [(x.type, [x.shape[axis] for axis in order], x)], ("TransposeOptions", {}))


@operator("SQUEEZE")
def squeeze(model, name):
    x = model.pick(MOVED, low=1, fits=lambda value: 1 in value.shape)
    ones = [axis for axis in range(x.rank) if x.shape[axis] == 1]
    chosen = model.choices.shuffled(ones)[:model.choices.between(1, len(ones))]
    model.node(name, [x], [(x.type, [length for axis, length in enumerate(x.shape) if axis not in chosen], x)],
               ("SqueezeOptions", {"squeeze_dims": chosen}))


@operator("EXPAND_DIMS")
def expand_dims(model, name):
    x = model.pick(MOVED, high=3)
    axis, which = model.axis(x.rank + 1)
    model.node(name, [x, model.ints(axis)], [(x.type, x.shape[:which] + (1,) + x.shape[which:], x)], ("ExpandDimsOptions", {}))


@operator("CONCATENATION")
def concatenation(model, name):
    x = model.pick(MOVED + ["int16"], low=1, fits=filled)
    axis, which = model.axis(x.rank)
    known = [value for value in model.values if value.kind == x.kind and value.rank == x.rank and all(
        a == b for i, (a, b) in enumerate(zip(value.shape, x.shape)) if i != which)]
    if x.type != "uint8":  # the others' kernels copy
        known = [value for value in known if (value.scale, value.zero) == (x.scale, x.zero)]
    inputs = [x] + [model.choices.of(known) for _ in range(model.choices.between(1, 2))]
    shape = list(x.shape)
    shape[which] = sum(value.shape[which] for value in inputs)
    model.node(name, inputs, [(x.type, shape, *([x] if x.type != "uint8" else []))],
               ("ConcatenationOptions", {"axis": axis, "fused_activation_function": "NONE"}))


@operator("SPLIT")
def split(model, name):
    x = model.pick(FLOAT + ["int8", "uint8", "int32"], low=1, fits=lambda value: filled(value) and max(value.shape) > 1)
    which = model.choices.of([axis for axis in range(x.rank) if x.shape[axis] > 1])
    length = x.shape[which]
    parts = model.choices.of([count for count in range(2, length + 1) if length % count == 0])
    shape = [length // parts if axis == which else size for axis, size in enumerate(x.shape)]
    model.node(name, [model.constant(numpy.int32(which)), x], [(x.type, shape, x)] * parts, ("SplitOptions", {"num_splits": parts}))


@operator("PACK")
def pack(model, name):
    x = model.pick(FLOAT + ["int32", "int64", "int8", "uint8"], high=3)
    axis, which = model.axis(x.rank + 1)
    inputs = [x] + [x] * model.choices.between(0, 2)
    shape = x.shape[:which] + (len(inputs),) + x.shape[which:]
    model.node(name, inputs, [(x.type, shape, x)], ("PackOptions", {"values_count": len(inputs), "axis": axis}))


@operator("UNPACK")
def unpack(model, name):
    x = model.pick(FLOAT + ["int32", "int8", "uint8"], low=1, fits=lambda value: filled(value) and min(value.shape) < 4)
    which = model.choices.of([axis for axis in range(x.rank) if x.shape[axis] < 4])
    shape = x.shape[:which] + x.shape[which + 1:]
    model.node(name, [x], [(x.type, shape, x)] * x.shape[which], ("UnpackOptions", {"num": x.shape[which], "axis": which}))


@operator("PAD", "PADV2", "MIRROR_PAD")
def pad(model, name):
    x = model.pick(FLOAT + ["int8", "uint8", "int32"], low=1, fits=filled)
    mode = model.choices.of(["REFLECT", "SYMMETRIC"])
    limits = [3 if name != "MIRROR_PAD" else length - (mode == "REFLECT") for length in x.shape]
    amounts = [[model.choices.below(min(limit, 3) + 1) for _ in range(2)] for limit in limits]
    inputs = [x, model.constant(numpy.array(amounts, "int32"))]
    if name == "PADV2":
        value = numpy.array([model.choices.of([0, 1, 7])], x.type)
        inputs.append(model.tensor(x.type, [1], value, x.scale, x.zero))
    shape = [before + length + after for (before, after), length in zip(amounts, x.shape)]
    model.node(name, inputs, [(x.type, shape, x)],
               {"PAD": ("PadOptions", {}), "PADV2": ("PadV2Options", {}), "MIRROR_PAD": ("MirrorPadOptions", {"mode": mode})}[name])


@operator("SLICE")
def slice_(model, name):
    x = model.pick(MOVED, low=1, fits=filled)
    begin = [model.choices.below(length) for length in x.shape]
    size = [model.choices.between(1, length - start) for length, start in zip(x.shape, begin)]
    given = [-1 if start + length == whole and model.choices.rarely(2) else length
             for start, length, whole in zip(begin, size, x.shape)]
    model.node(name, [x, model.ints(*begin), model.ints(*given)], [(x.type, size, x)], ("SliceOptions", {}))


@operator("STRIDED_SLICE")
def strided_slice(model, name):
    x = model.pick(FLOAT + ["int8", "uint8", "int32"], low=1, fits=filled)
    begin, end, steps, shape = [], [], [], []
    masks = {"begin_mask": 0, "end_mask": 0, "shrink_axis_mask": 0}
    for axis, length in enumerate(x.shape):
        step = model.choices.of([1, 2, -1, 3])
        start, stop = model.choices.between(-length, length - 1), model.choices.between(-length, length)
        count = slice(start, stop, step)
        if model.choices.rarely(4):
            masks["shrink_axis_mask"] |= 1 << axis
            begin.append(start), end.append(start + 1 if start != -1 else length), steps.append(1)
            continue
        if model.choices.rarely(2):
            masks["begin_mask"] |= 1 << axis
            count = slice(None, stop, step)
        if model.choices.rarely(2):
            masks["end_mask"] |= 1 << axis
            count = slice(count.start, None, step)
        found = len(range(length)[count])
        if found == 0:
            raise Impossible
        shape.append(found)
        begin.append(start), end.append(stop), steps.append(step)
    model.node(name, [x, model.ints(*begin), model.ints(*end), model.ints(*steps)], [(x.type, shape, x)],
               ("StridedSliceOptions", masks))


@operator("GATHER")
def gather(model, name):
    x = model.pick(FLOAT + ["int8", "uint8", "int32", "int64", "bool"], low=1, fits=filled)
    axis, which = model.axis(x.rank)
    shape = model.shape(0, 2)
    indices = numpy.random.default_rng(model.choices.below(99)).integers(0, x.shape[which], shape)
    given = model.new_input("int32", shape, indices) if model.choices.below(2) else model.constant(indices, "int32")
    model.node(name, [x, given], [(x.type, x.shape[:which] + shape + x.shape[which + 1:], x)], ("GatherOptions", {"axis": axis}))


@operator("GATHER_ND")
def gather_nd(model, name):
    x = model.pick(FLOAT + ["int8", "uint8", "int32"], low=1, fits=filled)
    depth, count = model.choices.between(1, x.rank), model.choices.between(1, 4)
    random = numpy.random.default_rng(model.choices.below(99))
    indices = numpy.stack([random.integers(0, length, count) for length in x.shape[:depth]], -1)
    model.node(name, [x, model.constant(indices, "int32")], [(x.type, (count,) + x.shape[depth:], x)], ("GatherNdOptions", {}))


@operator("TILE")
def tile(model, name):
    x = model.pick(FLOAT + ["int8", "uint8", "int32", "bool"], low=1, fits=filled)
    times = [model.choices.of([1, 2, 3]) for _ in x.shape]
    model.node(name, [x, model.ints(*times)], [(x.type, [a * b for a, b in zip(x.shape, times)], x)], ("TileOptions", {}))


@operator("BROADCAST_TO")
def broadcast_to(model, name):
    x = model.pick(FLOAT + ["int32", "int8", "uint8"], low=1, fits=filled)
    shape = (2,) * model.choices.below(2) + tuple(3 if length == 1 else length for length in x.shape)
    model.node(name, [x, model.ints(*shape)], [(x.type, shape, x)], ("BroadcastToOptions", {}))


@operator("REVERSE_V2")
def reverse(model, name):
    x = model.pick(FLOAT + ["uint8", "int32", "int64", "bool"], low=1, fits=filled)
    model.node(name, [x, model.ints(model.choices.below(x.rank))], [(x.type, x.shape, x)], ("ReverseV2Options", {}))


@operator("DEPTH_TO_SPACE")
def depth_to_space(model, name):
    x = model.pick(FLOAT + ["int8", "uint8", "int32"], low=4, high=4, fits=lambda value: filled(value) and value.shape[3] % 4 == 0)
    n, h, w, c = x.shape
    model.node(name, [x], [(x.type, [n, 2 * h, 2 * w, c // 4], x)], ("DepthToSpaceOptions", {"block_size": 2}))


@operator("SPACE_TO_DEPTH")
def space_to_depth(model, name):
    x = model.pick(FLOAT + ["int8", "uint8", "int32"], low=4, high=4,
                   fits=lambda value: filled(value) and value.shape[1] % 2 == value.shape[2] % 2 == 0)
    n, h, w, c = x.shape
    model.node(name, [x], [(x.type, [n, h // 2, w // 2, 4 * c], x)], ("SpaceToDepthOptions", {"block_size": 2}))


@operator("SPACE_TO_BATCH_ND")
def space_to_batch(model, name):
    x = image(model, FLOAT + ["int8", "uint8", "int32"])
    block = [model.choices.of([1, 2, 3]) for _ in range(2)]
    crops = []
    for length, step in zip(x.shape[1:3], block):
        before = model.choices.below(2)
        crops.append([before, -(length + before) % step])
    lengths = [(length + sum(pair)) // step for length, pair, step in zip(x.shape[1:3], crops, block)]
    model.node(name, [x, model.ints(*block), model.constant(numpy.array(crops, "int32"))],
               [(x.type, [x.shape[0] * block[0] * block[1], *lengths, x.shape[3]], x)], ("SpaceToBatchNDOptions", {}))


@operator("SHAPE", "RANK")
def shape_of(model, name):
    x = model.pick(MOVED)
    model.node(name, [x], [("int32", [x.rank] if name == "SHAPE" else [])],
               ("ShapeOptions", {"out_type": "INT32"}) if name == "SHAPE" else ("RankOptions", {}))


@operator("ZEROS_LIKE")
def zeros_like(model, name):
    x = model.pick(["float32", "int32", "int64"])
    model.node(name, [x], [(x.type, x.shape)], ("ZerosLikeOptions", {}))


@operator("FILL")
def fill(model, name):
    shape = model.shape(1, 3)
    value = model.constant(model.choices.below(100), model.choices.of(["float32", "int32", "int64"]))
    model.node(name, [model.ints(*shape), value], [(value.type, shape)], ("FillOptions", {}))


@operator("ONE_HOT")
def one_hot(model, name):
    depth, shape = model.choices.between(1, 5), model.shape(1, 2)
    indices = numpy.random.default_rng(model.choices.below(99)).integers(-1, depth + 1, shape)
    given = [model.new_input("int32", shape, indices), model.constant(numpy.int32(depth)),
             model.constant(numpy.float32(5)), model.constant(numpy.float32(-1))]
    model.node(name, given, [("float32", [*shape, depth])], ("OneHotOptions", {"axis": -1}))


@operator("SCATTER_ND")
def scatter_nd(model, name):
    rows, columns, count = model.choices.between(2, 6), model.choices.between(1, 3), model.choices.between(1, 4)
    indices = numpy.random.default_rng(model.choices.below(99)).integers(0, rows, (count, 1))
    updates = model.new_input(model.choices.of(["float32", "int32"]), (count, columns))
    model.node(name, [model.constant(indices, "int32"), updates, model.ints(rows, columns)], [(updates.type, (rows, columns))],
               ("ScatterNdOptions", {}))
