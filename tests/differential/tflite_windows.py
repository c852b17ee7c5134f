"""Convolutions, pooling, resizing: what moves a window over images."""

import numpy

from random_model import Value
from tflite_model import ACTIVATIONS, FLOAT, REAL, Impossible, filled, operator


def window(model, x):
    stride = [model.choices.of([1, 2, 1, 3]) for _ in range(2)]
    size = [model.choices.of([1, 3, 2, 3, 5]) for _ in range(2)]
    dilation = [1, 1] if max(stride) > 1 or model.choices.below(3) else [2, 2]
    padding = model.choices.of(["SAME", "VALID"])
    lengths = []
    for length, taps, step, spread in zip(x.shape[1:3], size, stride, dilation):
        reach = (taps - 1) * spread + 1
        if padding == "VALID" and length < reach:
            raise Impossible
        lengths.append(-(-length // step) if padding == "SAME" else (length - reach) // step + 1)
    return size, stride, dilation, padding, lengths


def image(model, types):
    return model.pick(types, low=4, high=4, fits=filled)


def filters_and_bias(model, x, shape, axis, has_bias=True, per_channel=True):
    """Weights, and a bias at the scale of the products."""
    random = numpy.random.default_rng(model.choices.below(99))
    channels = shape[axis]
    if x.type == "float32":
        weights = model.tensor("float32", shape, random.normal(0, 0.5, shape).astype("float32"))
        bias = model.tensor("float32", [channels], random.normal(0, 1, channels).astype("float32"))
        return [weights] + [bias] * has_bias
    if x.type == "uint8":
        scale, zero = 0.02, model.choices.of([128, 0, 77, 255])
        stored = random.integers(0, 256, shape)
        index = model.file.tensor("w", shape, "uint8", data=stored, scale=scale, zero_point=zero)
        scales = numpy.array([scale])
    else:
        scales = random.uniform(0.005, 0.05, channels if per_channel and model.choices.below(2) else 1)
        stored = random.integers(-127, 128, shape)
        index = model.file.tensor("w", shape, "int8", data=stored, scale=scales.tolist(),
                                  dimension=axis if len(scales) > 1 else 0)
    weights = Value("w", "int8", tuple(shape), index=index, data=stored)
    if not has_bias:
        return [weights]
    data = random.integers(-300, 300, channels)
    index = model.file.tensor("b", [channels], "int64" if x.type == "int16" else "int32", data=data,
                              scale=(x.scale * scales).tolist())
    return [weights, Value("b", "int32", (channels,), index=index, data=data)]


@operator("CONV_2D")
def conv(model, name):
    x = image(model, REAL)
    size, stride, dilation, padding, lengths = window(model, x)
    channels = model.choices.of([4, 1, 2, 3, 8, 9])
    weights = filters_and_bias(model, x, [channels, *size, x.shape[3]], 0)
    model.node(name, [x, *weights], [(x.type, [x.shape[0], *lengths, channels])],
               ("Conv2DOptions", {"padding": padding, "stride_h": stride[0], "stride_w": stride[1],
                                  "dilation_h_factor": dilation[0], "dilation_w_factor": dilation[1],
                                  "fused_activation_function": model.choices.of(ACTIVATIONS)}))


@operator("DEPTHWISE_CONV_2D")
def depthwise(model, name):
    x = image(model, REAL)
    size, stride, dilation, padding, lengths = window(model, x)
    multiplier = model.choices.of([1, 1, 2])
    channels = x.shape[3] * multiplier
    weights = filters_and_bias(model, x, [1, *size, channels], 3)
    model.node(name, [x, *weights], [(x.type, [x.shape[0], *lengths, channels])],
               ("DepthwiseConv2DOptions", {"padding": padding, "stride_h": stride[0], "stride_w": stride[1],
                                           "dilation_h_factor": dilation[0], "dilation_w_factor": dilation[1],
                                           "depth_multiplier": multiplier,
                                           "fused_activation_function": model.choices.of(ACTIVATIONS)}))


@operator("TRANSPOSE_CONV")
def transpose_conv(model, name):
    x = image(model, REAL)
    size, stride = [model.choices.of([2, 3, 1, 4]) for _ in range(2)], [model.choices.of([1, 2, 3]) for _ in range(2)]
    padding = model.choices.of(["SAME", "VALID"])
    lengths = [length * step if padding == "SAME" else (length - 1) * step + max(taps, step)
               for length, step, taps in zip(x.shape[1:3], stride, size)]
    channels = model.choices.of([2, 1, 3, 5])
    weights = filters_and_bias(model, x, [channels, *size, x.shape[3]], 0, bool(model.choices.below(2)))
    shape = [x.shape[0], *lengths, channels]
    model.node(name, [model.ints(*shape), weights[0], x, *weights[1:]], [(x.type, shape)],
               ("TransposeConvOptions", {"padding": padding, "stride_h": stride[0], "stride_w": stride[1]}))


@operator("MAX_POOL_2D", "AVERAGE_POOL_2D", "L2_POOL_2D")
def pool(model, name):
    x = image(model, FLOAT if name == "L2_POOL_2D" else REAL)
    size, stride, _, padding, _ = window(model, x)
    lengths = [-(-length // step) if padding == "SAME" else (length - taps) // step + 1
               for length, taps, step in zip(x.shape[1:3], size, stride)]
    if min(lengths) < 1:
        raise Impossible
    model.node(name, [x], [(x.type, [x.shape[0], *lengths, x.shape[3]], x)],
               ("Pool2DOptions", {"padding": padding, "stride_h": stride[0], "stride_w": stride[1],
                                  "filter_height": size[0], "filter_width": size[1],
                                  "fused_activation_function": model.choices.of(ACTIVATIONS[:4])}))


@operator("RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR")
def resize(model, name):
    x = image(model, FLOAT + ["int8", "uint8"])
    rows, columns = model.choices.of([2, 1, 3, 5, 8]), model.choices.of([2, 1, 3, 5, 8])
    align, half = model.choices.of([(False, False), (True, False), (False, True)])
    table = "ResizeBilinearOptions" if name == "RESIZE_BILINEAR" else "ResizeNearestNeighborOptions"
    model.node(name, [x, model.ints(rows, columns)], [(x.type, [x.shape[0], rows, columns, x.shape[3]], x)],
               (table, {"align_corners": align, "half_pixel_centers": half}))


@operator("LOCAL_RESPONSE_NORMALIZATION")
def local_response(model, name):
    x = image(model, FLOAT)
    model.node(name, [x], [(x.type, x.shape)], ("LocalResponseNormalizationOptions",
                                              {"radius": model.choices.of([1, 2]), "bias": 1.0, "alpha": 0.3, "beta": 0.5}))
