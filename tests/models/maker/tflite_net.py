"""Builds TFLite networks with random weights, in floats or in any of TFLite's quantised forms.

A network is written once, as a function of a TFLiteNet. Built in float32, it is run to learn the range of every tensor;
built again with these ranges, it is quantised as TensorFlow Lite's converter does it, by these rules:

| form      | activations      | weights                                           | bias    |
|-----------|------------------|---------------------------------------------------|---------|
| float32   | float32          | float32                                           | float32 |
| hybrid    | float32          | int8, a scale for each output channel             | float32 |
| int8      | int8             | int8, a scale for each output channel             | int32   |
| uint8     | uint8            | uint8, one scale and zero point                   | int32   |
| int16     | int16, symmetric | int8, a scale for each output channel             | int64   |

Activations are NHWC, filters OHWI, depthwise filters 1HWO.
"""

import dataclasses

import numpy

from tflite_file import TFLiteFile


@dataclasses.dataclass(frozen=True)
class Tensor:
    name: str
    index: int
    shape: tuple
    scale: float
    zero_point: int


# What the converter gives to results whose range is known, as (scale, zero point) for each form.
SOFTMAX = {"int8": (1 / 256, -128), "uint8": (1 / 256, 0), "int16": (1 / 32768, 0)}
LOGISTIC = SOFTMAX
TANH = {"int8": (1 / 128, 0), "uint8": (1 / 128, 128), "int16": (1 / 32768, 0)}


class TFLiteNet:
    def __init__(self, form, seed, ranges=None):
        self.form, self.ranges = form, ranges or {}
        self.random = numpy.random.default_rng(seed)
        self.file = TFLiteFile()
        self.inputs, self.activations = [], []
        self.bytes = {"float32": "float32", "hybrid": "float32"}.get(form, form)  # the type of activations
        self.is_float = self.bytes == "float32"

    # Tensors

    def activation(self, kind, shape, *, fixed=None, like=None):
        """A result called by its kind and its number; `fixed` and `like` say its quantisation instead of its range."""
        name = f"{kind}_{len(self.activations)}"
        scale, zero_point = None, 0
        if not self.is_float:
            if like:
                scale, zero_point = like.scale, like.zero_point
            elif fixed:
                scale, zero_point = fixed[self.form]
            else:
                scale, zero_point = self.quantization_of(*self.ranges[name])
        index = self.file.tensor(name, shape, self.bytes, scale=scale, zero_point=zero_point)
        tensor = Tensor(name, index, tuple(shape), scale, zero_point)
        self.activations.append(tensor)
        return tensor

    def quantization_of(self, low, high):
        if self.form == "int16":
            return max(-low, high) / 32767, 0
        low, high = min(low, 0.0), max(high, 0.0)
        lowest = numpy.iinfo(self.form).min
        scale = (high - low) / 255
        return scale, round(lowest - low / scale)

    def uniform(self, shape, fan_in):
        """He et al. 2015: keeps the variance of activations from layer to layer."""
        bound = (6 / fan_in) ** 0.5
        return self.random.uniform(-bound, bound, shape).astype(numpy.float32)

    def weights(self, name, values, axis, per_channel=True):
        """The index of the constant and its scales, None for floats."""
        if self.form == "float32":
            return self.file.tensor(name, values.shape, "float32", data=values), None
        if self.form == "uint8":
            low, high = float(values.min()), float(values.max())
            scale = (high - low) / 255
            zero_point = round(-low / scale)
            data = numpy.clip(numpy.round(values / scale) + zero_point, 0, 255)
            return self.file.tensor(name, values.shape, "uint8", data=data, scale=scale,
                                    zero_point=zero_point), numpy.array([scale])
        others = tuple(index for index in range(values.ndim) if index != axis) if per_channel else None
        scales = numpy.abs(values).max(axis=others, keepdims=True) / 127
        index = self.file.tensor(name, values.shape, "int8", data=numpy.round(values / scales), scale=scales.ravel(),
                                 dimension=axis if per_channel else 0)
        return index, scales.ravel()

    def bias(self, name, x, channels, scales):
        values = self.random.uniform(-0.2, 0.2, channels).astype(numpy.float32)
        if self.is_float:
            return self.file.tensor(name, [channels], "float32", data=values)
        scale = numpy.float32(x.scale) * scales
        return self.file.tensor(name, [channels], "int64" if self.form == "int16" else "int32",
                                data=numpy.round(values / scale), scale=scale)

    def ints(self, name, values):
        return self.file.tensor(name, numpy.shape(values), "int32", data=values)

    # Operators

    def input(self, shape, low=-1.0, high=1.0):
        name = f"input_{len(self.activations)}"
        self.ranges.setdefault(name, (low, high))
        tensor = self.activation("input", shape)
        self.inputs.append((tensor, low, high))
        return tensor

    def window_shape(self, x, channels, size, stride, padding):
        rows, columns = ((length + step - 1) // step if padding == "SAME" else (length - taps) // step + 1
                         for length, taps, step in zip(x.shape[1:3], size, stride))
        return [x.shape[0], rows, columns, channels]

    def conv(self, x, channels, size=(1, 1), stride=(1, 1), padding="SAME", activation="NONE"):
        fan_in = size[0] * size[1] * x.shape[3]
        y_shape = self.window_shape(x, channels, size, stride, padding)
        name = f"conv_{len(self.activations)}"
        filters, scales = self.weights(f"{name}_filters", self.uniform([channels, *size, x.shape[3]], fan_in), 0)
        bias = self.bias(f"{name}_bias", x, channels, scales)
        y = self.activation("conv", y_shape)
        self.file.operator("CONV_2D", [x.index, filters, bias], [y.index],
                           ("Conv2DOptions", {"padding": padding, "stride_h": stride[0], "stride_w": stride[1],
                                              "fused_activation_function": activation}))
        return y

    def depthwise(self, x, size=(3, 3), stride=(1, 1), padding="SAME", activation="NONE", multiplier=1):
        channels = x.shape[3] * multiplier
        y_shape = self.window_shape(x, channels, size, stride, padding)
        name = f"depthwise_{len(self.activations)}"
        filters, scales = self.weights(f"{name}_filters", self.uniform([1, *size, channels], size[0] * size[1]), 3)
        bias = self.bias(f"{name}_bias", x, channels, scales)
        y = self.activation("depthwise", y_shape)
        self.file.operator("DEPTHWISE_CONV_2D", [x.index, filters, bias], [y.index],
                           ("DepthwiseConv2DOptions",
                            {"padding": padding, "stride_h": stride[0], "stride_w": stride[1],
                             "depth_multiplier": multiplier, "fused_activation_function": activation}))
        return y

    def fully_connected(self, x, units, activation="NONE"):
        name = f"fully_connected_{len(self.activations)}"
        weights, scales = self.weights(f"{name}_weights", self.uniform([units, x.shape[-1]], x.shape[-1]), 0,
                                       per_channel=False)
        bias = self.bias(f"{name}_bias", x, units, scales)
        y = self.activation("fully_connected", [*x.shape[:-1], units])
        self.file.operator("FULLY_CONNECTED", [x.index, weights, bias], [y.index],
                           ("FullyConnectedOptions", {"fused_activation_function": activation}))
        return y

    def transpose_conv(self, x, channels, size, stride):
        """Upsamples by its stride, as TensorFlow's SAME does."""
        y_shape = [x.shape[0], x.shape[1] * stride, x.shape[2] * stride, channels]
        name = f"transpose_conv_{len(self.activations)}"
        fan_in = size[0] * size[1] * x.shape[3] // stride ** 2
        filters, scales = self.weights(f"{name}_filters", self.uniform([channels, *size, x.shape[3]], fan_in), 0)
        bias = self.bias(f"{name}_bias", x, channels, scales)
        y = self.activation("transpose_conv", y_shape)
        self.file.operator("TRANSPOSE_CONV", [self.ints(f"{name}_shape", y_shape), filters, x.index, bias], [y.index],
                           ("TransposeConvOptions", {"padding": "SAME", "stride_h": stride, "stride_w": stride}))
        return y

    def pool(self, operator, x, size, stride, padding="VALID"):
        y = self.activation("pool", self.window_shape(x, x.shape[3], size, stride, padding), like=x)
        self.file.operator(operator, [x.index], [y.index],
                           ("Pool2DOptions", {"padding": padding, "stride_h": stride[0], "stride_w": stride[1],
                                              "filter_height": size[0], "filter_width": size[1]}))
        return y

    def max_pool(self, x, size, stride, padding="VALID"):
        return self.pool("MAX_POOL_2D", x, size, stride, padding)

    def average_pool(self, x, size, stride, padding="VALID"):
        return self.pool("AVERAGE_POOL_2D", x, size, stride, padding)

    def binary(self, operator, a, b, activation="NONE"):
        """ADD, SUB or MUL."""
        y = self.activation(operator.lower(), a.shape)
        self.file.operator(operator, [a.index, b.index], [y.index],
                           (operator.capitalize() + "Options", {"fused_activation_function": activation}))
        return y

    def mean(self, x):
        """Over rows and columns."""
        y = self.activation("mean", [x.shape[0], x.shape[3]])
        self.file.operator("MEAN", [x.index, self.ints(f"{y.name}_axes", [1, 2])], [y.index], ("ReducerOptions", {}))
        return y

    def unary(self, operator, x, options=None, fixed=None):
        y = self.activation(operator.lower(), x.shape, fixed=fixed)
        self.file.operator(operator, [x.index], [y.index], options)
        return y

    def softmax(self, x):
        return self.unary("SOFTMAX", x, ("SoftmaxOptions", {"beta": 1.0}), SOFTMAX)

    def logistic(self, x):
        return self.unary("LOGISTIC", x, fixed=LOGISTIC)

    def tanh(self, x):
        return self.unary("TANH", x, fixed=TANH)

    def reshape(self, x, shape):
        y = self.activation("reshape", shape, like=x)
        self.file.operator("RESHAPE", [x.index, self.ints(f"{y.name}_shape", shape)], [y.index],
                           ("ReshapeOptions", {"new_shape": list(shape)}))
        return y

    def flatten(self, x):
        return self.reshape(x, [x.shape[0], int(numpy.prod(x.shape[1:]))])

    def pad(self, x, rows, columns):
        """By (before, after) zeros."""
        y_shape = [x.shape[0], x.shape[1] + sum(rows), x.shape[2] + sum(columns), x.shape[3]]
        y = self.activation("pad", y_shape, like=x)
        self.file.operator("PAD", [x.index, self.ints(f"{y.name}_amounts", [(0, 0), rows, columns, (0, 0)])], [y.index])
        return y

    def resize_bilinear(self, x, rows, columns):
        y = self.activation("resize", [x.shape[0], rows, columns, x.shape[3]], like=x)
        self.file.operator("RESIZE_BILINEAR", [x.index, self.ints(f"{y.name}_size", [rows, columns])], [y.index],
                           ("ResizeBilinearOptions", {"half_pixel_centers": True}))
        return y

    def concatenation(self, parts):
        """Along the channels."""
        y = self.activation("concatenation", [*parts[0].shape[:3], sum(part.shape[3] for part in parts)])
        self.file.operator("CONCATENATION", [part.index for part in parts], [y.index],
                           ("ConcatenationOptions", {"axis": 3}))
        return y

    def svdf(self, x, units, memory, largest):
        """One filter of rank 1 for each unit over the last `memory` steps, which are state. The state holds products of
        the input and the feature weights, at most `largest`."""
        name = f"svdf_{len(self.activations)}"
        feature, feature_scale = self.weights(f"{name}_feature", self.uniform([units, x.shape[1]], x.shape[1]), 0,
                                              per_channel=False)
        time_values = self.uniform([units, memory], memory)
        bias_values = self.random.uniform(-0.2, 0.2, units).astype(numpy.float32)
        state_shape = [1, units * memory]
        if self.is_float:
            time, _ = self.weights(f"{name}_time", time_values, 0)
            bias = self.file.tensor(f"{name}_bias", [units], "float32", data=bias_values)
            state = self.file.tensor(f"{name}_state", state_shape, "float32", variable=True)
        else:
            state_scale = largest / 32767
            time_scale = float(numpy.abs(time_values).max()) / 32767
            time = self.file.tensor(f"{name}_time", time_values.shape, "int16",
                                    data=numpy.round(time_values / time_scale), scale=time_scale)
            bias_scale = state_scale * time_scale
            bias = self.file.tensor(f"{name}_bias", [units], "int32", data=numpy.round(bias_values / bias_scale),
                                    scale=bias_scale)
            state = self.file.tensor(f"{name}_state", state_shape, "int16", scale=state_scale, variable=True)
        y = self.activation("svdf", [1, units])
        self.file.operator("SVDF", [x.index, feature, time, bias, state], [y.index],
                           ("SVDFOptions", {"rank": 1, "fused_activation_function": "RELU"}))
        return y

    # The file and its data

    def write(self, flatc, path, outputs):
        self.file.write(flatc, path, [tensor.index for tensor, _, _ in self.inputs], [y.index for y in outputs])

    def data(self, random, steps=None):
        """Random values for each input, as floats."""
        leading = [] if steps is None else [steps]
        return [random.uniform(low, high, [*leading, *tensor.shape]).astype(numpy.float32)
                for tensor, low, high in self.inputs]

    def stored(self, tensor, values):
        """The values as the model holds them."""
        if self.is_float:
            return values
        limits = numpy.iinfo(self.bytes)
        return numpy.clip(numpy.round(values / tensor.scale) + tensor.zero_point, limits.min, limits.max
                          ).astype(self.bytes)

    def real(self, tensor, stored):
        """The numbers that stored values stand for."""
        return stored if self.is_float else (stored.astype(numpy.float64) - tensor.zero_point) * tensor.scale
