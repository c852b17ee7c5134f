"""Convolutions, pooling, resizing: what moves a window over images."""

import numpy

from onnx_model import Impossible, operator


def window(model, lengths, may_pad=True):
    """Attributes of a window of each spatial length, and the lengths of the result."""
    while_ = range(len(lengths))
    kernel = [model.choices.of([1, 2, 3, 3, 5]) for _ in while_]
    strides = [model.choices.of([1, 1, 2, 3]) for _ in while_]
    dilations = [model.choices.of([1, 1, 1, 2]) for _ in while_]
    reach = [(size - 1) * step + 1 for size, step in zip(kernel, dilations)]
    attributes = {"kernel_shape": kernel}
    if model.choices.below(2):
        attributes["strides"] = strides
    else:
        strides = [1 for _ in while_]
    kind = model.choices.of(["VALID", "pads", "pads", "SAME_UPPER", "SAME_LOWER", "none"]) if may_pad else "none"
    if kind.startswith("SAME") and not model.choices.rarely(8):  # ONNX Runtime has no SAME of dilated windows
        dilations = [1 for _ in while_]
    if max(dilations) > 1:
        attributes["dilations"] = dilations
    if kind.startswith("SAME"):
        attributes["auto_pad"] = kind
        return attributes, [-(-length // stride) for length, stride in zip(lengths, strides)]
    if kind == "VALID":
        attributes["auto_pad"] = kind
    pads = [0 for _ in range(2 * len(lengths))]
    if kind == "pads":
        pads = [model.choices.between(0, min(size, 4) - 1) for size in reach * 2]
        attributes["pads"] = pads
    padded = [length + pads[i] + pads[i + len(lengths)] for i, length in enumerate(lengths)]
    if any(length < size for length, size in zip(padded, reach)):
        raise Impossible
    return attributes, [(length - size) // stride + 1 for length, size, stride in zip(padded, reach, strides)]


def image(model, types=("float32", "float64", "float16"), fits=lambda value: True):
    return model.pick(list(types), low=3, high=5, fits=lambda value: 0 not in value.shape and fits(value))


def convolution(model, x, name="Conv", activation=None):
    channels = x.shape[1]
    groups = model.choices.of([count for count in range(1, channels + 1) if channels % count == 0])
    filters = groups * model.choices.of([1, 2, 3] if groups > 1 else [4, 1, 2, 3, 5, 8, 9])
    attributes, lengths = window(model, x.shape[2:])
    weights = model.weights(x.type, (filters, channels // groups, *attributes["kernel_shape"]), special=False)
    inputs = [x, weights] + ([model.weights(x.type, (filters,))] if model.choices.below(3) else [])
    if groups > 1:
        attributes["group"] = groups
    return model.node(name, inputs, [(x.type, (x.shape[0], filters, *lengths))], **attributes)


@operator("Conv")
def conv(model, name):
    convolution(model, image(model, ["float32"] * 5 + ["float64"]))


@operator("ConvTranspose")
def conv_transpose(model, name):
    x = image(model, ["float32"])
    channels, lengths = x.shape[1], x.shape[2:]
    groups = model.choices.of([count for count in range(1, channels + 1) if channels % count == 0])
    each = model.choices.of([1, 2, 3])
    kernel = [model.choices.of([2, 1, 3, 4]) for _ in lengths]
    strides = [model.choices.of([1, 2, 3]) for _ in lengths]
    dilations = [model.choices.of([1, 1, 1, 2]) for _ in lengths]
    reach = [(size - 1) * step + 1 for size, step in zip(kernel, dilations)]
    attributes = {"kernel_shape": kernel, "strides": strides, "dilations": dilations}
    kind = model.choices.of(["none", "pads", "pads", "SAME_UPPER", "SAME_LOWER", "VALID"])
    if kind.startswith("SAME"):
        attributes["auto_pad"] = kind
        result = [length * stride for length, stride in zip(lengths, strides)]
        if any(size < stride for size, stride in zip(reach, strides)):
            raise Impossible
    else:
        pads = [model.choices.between(0, size - 1) if kind == "pads" else 0 for size in reach * 2]
        extra = [model.choices.below(max(stride, step)) if model.choices.rarely(3) else 0
                 for stride, step in zip(strides, dilations)]
        if kind == "pads":
            attributes["pads"] = pads
        if any(extra):
            attributes["output_padding"] = extra
        if kind == "VALID":
            attributes["auto_pad"] = kind
        result = [(length - 1) * stride + size + more - pads[i] - pads[i + len(lengths)]
                  for i, (length, stride, size, more) in enumerate(zip(lengths, strides, reach, extra))]
    if min(result) < 1:
        raise Impossible
    inputs = [x, model.weights(x.type, (channels, each, *kernel), special=False)]
    if model.choices.below(2):
        inputs.append(model.weights(x.type, (each * groups,)))
    model.node(name, inputs, [(x.type, (x.shape[0], each * groups, *result))], group=groups, **attributes)


@operator("MaxPool", "AveragePool", "LpPool")
def pool(model, name):
    types = ["float32", "float32", "float64"] if name == "MaxPool" else ["float32"]
    if name == "MaxPool" and model.version >= 12:
        types += ["int8", "uint8"]
    x = image(model, types)
    lengths = x.shape[2:]
    attributes, result = window(model, lengths)
    dilated = {"MaxPool": 10, "AveragePool": 19, "LpPool": 18}[name]
    if "dilations" in attributes and model.version < dilated:
        raise Impossible
    if name == "LpPool":
        attributes["p"] = model.choices.of([2, 1, 3])
    if name == "AveragePool" and model.choices.below(2):
        attributes["count_include_pad"] = 1
    if "auto_pad" not in attributes and model.version >= {"MaxPool": 10, "AveragePool": 10, "LpPool": 18}[name] and \
            model.choices.below(2):
        attributes["ceil_mode"] = 1
        kernel, steps = attributes["kernel_shape"], attributes.get("dilations", [1] * len(lengths))
        strides, pads = attributes.get("strides", [1] * len(lengths)), attributes.get("pads", [0] * 2 * len(lengths))
        result = []
        for i, length in enumerate(lengths):
            reach = (kernel[i] - 1) * steps[i] + 1
            count = -(-(length + pads[i] + pads[i + len(lengths)] - reach) // strides[i]) + 1
            # A window that would begin behind the image and its leading padding is left out.
            result.append(count - 1 if (count - 1) * strides[i] >= length + pads[i] else count)
    shape = (*x.shape[:2], *result)
    results = [(x.type, shape)]
    model.node(name, [x], results, **attributes)


@operator("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool")
def global_pool(model, name):
    x = image(model, ["float32"])
    model.node(name, [x], [(x.type, x.shape[:2] + (1,) * (x.rank - 2))])


@operator("Resize", since=11)
def resize(model, name):
    x = model.pick(["float32", "float32", "uint8", "int8"], low=4, high=4, fits=lambda value: 0 not in value.shape)
    mode = model.choices.of(["nearest", "linear"] + ["cubic"] * (x.type == "float32"))
    transformation = model.choices.of(["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"] +
                                      (["half_pixel_symmetric"] if model.version >= 19 else []))
    attributes = {"mode": mode, "coordinate_transformation_mode": transformation}
    if mode == "nearest" and model.choices.below(2):
        attributes["nearest_mode"] = model.choices.of(["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"])
    if mode == "cubic" and model.choices.below(2):
        attributes["cubic_coeff_a"] = -0.5
    if mode == "cubic" and model.choices.rarely(3):
        attributes["exclude_outside"] = 1
    if model.choices.below(2):
        scales = [1.0, 1.0] + [model.choices.of([2.0, 1.0, 0.5, 1.5, 3.0]) for _ in range(2)]
        shape = [int(length * scale) for length, scale in zip(x.shape, scales)]
        inputs = [x, None, model.constant(scales, "float32")]
    else:
        shape = [*x.shape[:2], *(model.choices.of([2, 1, 3, 4, 7]) for _ in range(2))]
        inputs = [x, None, None, model.ints(*shape)]
    if min(shape) < 1:
        raise Impossible
    model.node(name, inputs, [(x.type, shape)], **attributes)


@operator("GridSample", since=16)
def grid_sample(model, name):
    x = model.pick(["float32"], low=4, high=4, fits=lambda value: 0 not in value.shape)
    rows, columns = model.choices.between(1, 4), model.choices.between(1, 4)
    grid = model.new_input(x.type, (x.shape[0], rows, columns, 2))
    modes = ["bilinear", "nearest", "bicubic"] if model.version < 20 else ["linear", "nearest", "cubic"]
    model.node(name, [x, grid], [(x.type, (*x.shape[:2], rows, columns))], mode=model.choices.of(modes),
               padding_mode=model.choices.of(["zeros", "border", "reflection"]), align_corners=model.choices.below(2))


@operator("conv_chain")
def conv_chain(model, name):
    """What fusion looks for: a convolution with padding, batch norm, a residual sum and a clamp round it."""
    x = image(model, ["float32"], lambda value: value.rank == 4)
    if model.choices.rarely(3) and model.version >= 11:
        pads = [0, 0, model.choices.below(3), model.choices.below(2), 0, 0, model.choices.below(2), model.choices.below(3)]
        shape = [pads[i] + length + pads[i + 4] for i, length in enumerate(x.shape)]
        x = model.node("Pad", [x, model.ints(*pads)], [(x.type, shape)])
    y = convolution(model, x)
    for _ in range(model.choices.between(1, 3)):
        kind = model.choices.of(["BatchNormalization", "Add", "Relu", "Clip", "Mul", "HardSwish", "Residual"])
        channels = (y.shape[1], 1, 1)
        if kind == "BatchNormalization":
            random = numpy.random.default_rng(model.choices.below(99))
            parameters = [model.constant(random.uniform(0.5, 2, y.shape[1]), y.type) for _ in range(4)]
            y = model.node(kind, [y, *parameters], [(y.type, y.shape)])
        elif kind in ("Add", "Mul"):
            y = model.node(kind, [y, model.weights(y.type, channels)], [(y.type, y.shape)])
        elif kind == "Residual":
            y = model.node("Add", [model.alike(y), y], [(y.type, y.shape)])
        elif kind == "Clip" and model.version >= 11:
            bounds = [model.constant(bound, y.type) for bound in model.choices.of([(0, 6), (-1, 1), (0.5, 0.75)])]
            y = model.node(kind, [y, *bounds], [(y.type, y.shape)])
        elif kind == "Relu" or kind == "HardSwish" and model.version >= 14:
            y = model.node(kind, [y], [(y.type, y.shape)])
