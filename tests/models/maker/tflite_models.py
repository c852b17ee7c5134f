"""The TFLite networks of tests/models/small: (form, seed, function of a TFLiteNet, steps of a model with state)."""


def separable(net, x, channels, stride=(1, 1), activation="RELU"):
    """A depthwise convolution and a pointwise one, as in MobileNetV1."""
    return net.conv(net.depthwise(x, stride=stride, activation=activation), channels, activation=activation)


def inverted_residual(net, x, expansion, activation="RELU6"):
    """MobileNetV2's block."""
    wide = net.conv(x, expansion * x.shape[3], activation=activation)
    return net.binary("ADD", x, net.conv(net.depthwise(wide, activation=activation), x.shape[3]))


def residual(net, x, channels, stride=(1, 1)):
    """ResNet's block; where the size changes, the sum takes a pointwise convolution of the input."""
    y = net.conv(x, channels, (3, 3), stride, activation="RELU")
    y = net.conv(y, channels, (3, 3))
    shortcut = x if stride == (1, 1) else net.conv(x, channels, (1, 1), stride)
    return net.binary("ADD", shortcut, y, "RELU")


def scores(net, x):
    """The softmax, and what it is of: few steps of the one can stand for many of the other."""
    return [net.softmax(x), x]


def keyword(net):
    """MLPerf Tiny's keyword spotter, with fewer channels; 18 of them leave a tail in every kernel."""
    x = net.input([1, 25, 10, 1])
    x = net.conv(x, 18, (10, 4), (2, 2), activation="RELU")
    x = separable(net, separable(net, x, 18), 24)
    x = net.average_pool(x, x.shape[1:3], (1, 1))
    return scores(net, net.fully_connected(net.flatten(x), 12))


def classifier(net):
    """MLPerf Tiny's image classifier, with fewer channels."""
    x = net.input([1, 16, 16, 3])
    x = residual(net, net.conv(x, 8, (3, 3), activation="RELU"), 8)
    x = residual(net, net.max_pool(x, (2, 2), (2, 2)), 13, (2, 2))
    return scores(net, net.fully_connected(net.mean(x), 10))


def person(net):
    """MobileNetV2 and MLPerf Tiny's autoencoder in little: sums across blocks, padding of its own, a deep bottleneck."""
    x = net.input([1, 21, 21, 3])
    x = net.conv(net.pad(x, (0, 1), (1, 0)), 8, (3, 3), (2, 2), padding="VALID", activation="RELU6")
    x = inverted_residual(net, inverted_residual(net, x, 3), 2)
    x = separable(net, x, 20, (2, 2), "RELU6")
    x = net.flatten(net.average_pool(x, (3, 3), (2, 2)))
    x = net.fully_connected(x, 16, "RELU")
    return [net.fully_connected(x, 5)]


def scene(net):
    """Branches of two sizes that are joined, in the older form of quantisation."""
    x = net.input([1, 20, 20, 3], 0.0, 1.0)
    x = separable(net, net.conv(x, 8, (3, 3), (2, 2), activation="RELU6"), 12, activation="RELU6")
    small = separable(net, net.max_pool(x, (3, 3), (2, 2), "SAME"), 12, activation="RELU6")
    x = net.concatenation([x, net.resize_bilinear(small, *x.shape[1:3])])
    x = net.average_pool(net.conv(x, 10), x.shape[1:3], (1, 1))
    return scores(net, net.flatten(x))


def gated(net):
    """A gate by logistic and tanh, as in WaveNet, on integers of 16 bits."""
    x = net.input([1, 16, 8, 4])
    x = net.conv(x, 10, (3, 3), activation="RELU")
    x = net.binary("MUL", net.tanh(net.depthwise(x)), net.logistic(net.conv(x, 10)))
    x = net.max_pool(x, (2, 2), (2, 2))
    return scores(net, net.fully_connected(net.flatten(x), 7))


def upscale(net):
    """A transposed convolution with a skip connection."""
    x = net.input([1, 12, 12, 2])
    y = net.conv(x, 8, (3, 3), (2, 2), activation="RELU")
    y = net.transpose_conv(net.conv(y, 6, (3, 3), activation="RELU"), 4, (3, 3), 2)
    return [net.logistic(net.conv(net.concatenation([x, y]), 3, (3, 3)))]


def streaming(net):
    """Keyword spotting a frame at a time: state from run to run."""
    x = net.input([1, 20])
    x = net.svdf(net.svdf(x, 16, 6, 4.0), 12, 4, 8.0)
    return scores(net, net.fully_connected(x, 6))


MODELS = {
    "keyword-int8": ("int8", 11, keyword, None),
    "classifier-int8": ("int8", 12, classifier, None),
    "person-int8": ("int8", 13, person, None),
    "person-f32": ("float32", 13, person, None),
    "scene-uint8": ("uint8", 14, scene, None),
    "gated-int16": ("int16", 15, gated, None),
    "upscale-int8": ("int8", 16, upscale, None),
    "keyword-hybrid": ("hybrid", 11, keyword, None),
    "streaming-int8": ("int8", 17, streaming, 8),
}
