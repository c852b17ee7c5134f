"""Matrix products."""

import numpy

from tflite_model import ACTIVATIONS, FLOAT, REAL, filled, operator
from tflite_windows import filters_and_bias


@operator("FULLY_CONNECTED")
def fully_connected(model, name):
    x = model.pick(REAL, low=2, fits=filled)
    units = model.choices.of([3, 1, 4, 9])
    # TensorFlow Lite 2.9 knows no scales by channel here.
    weights = filters_and_bias(model, x, [units, x.shape[-1]], 0, bool(model.choices.below(3)), False)
    keep = bool(model.choices.below(2))
    shape = [*x.shape[:-1], units] if keep else [int(numpy.prod(x.shape[:-1])), units]
    model.node(name, [x, *weights], [(x.type, shape)],
               ("FullyConnectedOptions", {"fused_activation_function": model.choices.of(ACTIVATIONS[:4]),
                                          "keep_num_dims": keep}))


@operator("BATCH_MATMUL")
def batch_matmul(model, name):
    x = model.pick(FLOAT + ["int8"], low=2, fits=filled)
    columns, transposed = model.choices.of([3, 1, 5]), model.choices.below(2)
    shape = (*x.shape[:-2], *((columns, x.shape[-1]) if transposed else (x.shape[-1], columns)))
    y = model.new_input(x.type, shape)
    model.node(name, [x, y], [(x.type, [*x.shape[:-1], columns])],
               ("BatchMatMulOptions", {"adj_x": False, "adj_y": bool(transposed)}))
