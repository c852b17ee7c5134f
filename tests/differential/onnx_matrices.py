"""Matrix products and recurrent layers."""

import numpy

from onnx_model import Impossible, operator


@operator("MatMul", since=9)
def matmul(model, name):
    x = model.pick(["float32"] * 4 + ["float64", "int32", "int64", "uint32", "float16"], low=1,
                   fits=lambda value: 0 not in value.shape)
    depth, columns = x.shape[-1], model.choices.of([3, 1, 2, 5, 8, 9])
    known = [value for value in model.values if value.type == x.type and value.rank == 2 and value.shape[0] == depth]
    kind = model.choices.of(["matrix", "known", "vector", "batch"])
    if kind == "known" and known:
        y = model.choices.of(known)
    elif kind == "vector":
        y = model.weights(x.type, (depth,))
    elif kind == "batch":
        batch = [length if model.choices.below(2) else 1 for length in x.shape[:-2]]
        y = model.weights(x.type, (*batch, depth, columns))
    else:
        y = model.weights(x.type, (depth, columns))
    shape = numpy.matmul(numpy.zeros(x.shape, numpy.int8), numpy.zeros(y.shape, numpy.int8)).shape
    model.node(name, [x, y], [(x.type, shape)])


@operator("Gemm", since=9)
def gemm(model, name):
    x = model.pick(["float32"] * 4 + ["float64"], low=2, high=2, fits=lambda value: 0 not in value.shape)
    trans_a, trans_b = model.choices.below(2), model.choices.below(2)
    rows, depth = x.shape[::-1] if trans_a else x.shape
    columns = model.choices.of([3, 1, 4, 9])
    y = model.weights(x.type, (columns, depth) if trans_b else (depth, columns))
    bias = model.choices.of([None, (columns,), (1,), (), (rows, 1), (rows, columns), (1, columns)])
    if bias is None and model.version < 11:
        raise Impossible
    attributes = {"alpha": 0.5} if model.choices.rarely(3) else {}
    if model.choices.rarely(3):
        attributes["beta"] = 2.0
    inputs = [x, y] + ([model.weights(x.type, bias)] if bias is not None else [])
    model.node(name, inputs, [(x.type, (rows, columns))], transA=trans_a, transB=trans_b, **attributes)


@operator("MatMulInteger", since=10)
def matmul_integer(model, name):
    x = model.pick(["uint8", "int8"], low=2, fits=lambda value: 0 not in value.shape)
    y = model.weights(model.choices.of(["int8", "uint8"]), (x.shape[-1], model.choices.of([3, 1, 5])))
    zeros = [model.constant(model.choices.of([0, 3, 100]), value.type) for value in (x, y)]
    model.node(name, [x, y] + zeros[:model.choices.below(3)], [("int32", (*x.shape[:-1], y.shape[1]))])


@operator("ConvInteger", since=10)
def conv_integer(model, name):
    x = model.pick(["uint8"], low=4, high=4, fits=lambda value: 0 not in value.shape)
    filters, size = model.choices.of([2, 1, 3]), model.choices.of([1, 2])
    if min(x.shape[2:]) < size:
        raise Impossible
    weights = model.weights(model.choices.of(["uint8", "int8"]), (filters, x.shape[1], size, size))
    zeros = [model.constant(model.choices.of([0, 3, 100]), value.type) for value in (x, weights)]
    shape = (x.shape[0], filters, *(length - size + 1 for length in x.shape[2:]))
    model.node(name, [x, weights] + zeros[:model.choices.below(3)], [("int32", shape)])


@operator("RNN", "GRU", "LSTM", since=7)
def recurrent(model, name):
    x = model.pick(["float32"], low=3, high=3, fits=lambda value: 0 not in value.shape)
    steps, batch, inputs = x.shape
    gates = {"RNN": 1, "GRU": 3, "LSTM": 4}[name]
    hidden = model.choices.of([2, 1, 3, 5])
    direction = model.choices.of(["forward", "reverse", "bidirectional"])
    count = 2 if direction == "bidirectional" else 1
    random = numpy.random.default_rng(model.choices.below(99))

    def weights(*shape):
        return model.constant(random.uniform(-1, 1, shape), x.type)

    given = [x, weights(count, gates * hidden, inputs), weights(count, gates * hidden, hidden)]
    bias = weights(count, 2 * gates * hidden) if model.choices.below(2) else None
    lengths = model.constant(random.integers(1, steps + 1, batch), "int32") if model.choices.rarely(3) else None
    state = [weights(count, batch, hidden) if model.choices.rarely(3) else None for _ in range(2)]
    given += [bias, lengths, state[0]] + ([state[1]] if name == "LSTM" else [])
    while given[-1] is None:
        given.pop()
    attributes = {"linear_before_reset": 1} if name == "GRU" and model.choices.below(2) else {}
    if model.choices.rarely(3):
        attributes["clip"] = model.choices.of([3.0, 3.0, 0.5])
    if name == "LSTM" and model.choices.rarely(4):
        attributes["input_forget"] = 1
    results = [(x.type, (steps, count, batch, hidden))] + [(x.type, (count, batch, hidden))] * (2 if name == "LSTM" else 1)
    model.node(name, given, results, hidden_size=hidden, direction=direction, **attributes)
