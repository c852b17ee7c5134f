"""Control flow: branches and loops over small graphs of any operators."""

import numpy

from onnx_model import OnnxModel, operator

INNER = ["Add", "Mul", "Sub", "Abs", "Relu", "Neg", "Transpose", "Where", "Max", "Tanh", "ReduceSum", "Concat", "Identity", "Slice",
         "Softmax", "Sign", "Clip"]


def body(model, values, name, count):
    """A graph that reads `values`; those of the model itself may be among them."""
    inner = OnnxModel(model.choices, outer=model, name=f"{model.graph.name}_{name}_{len(model.graph.nodes)}")
    inner.values = list(values)
    # Every new tensor is a constant: a body has no inputs of its own choice.
    inner.new_input = lambda type_, shape, array=None: inner.constant(drawn_or(inner, type_, shape, array))
    inner.fill(INNER, count)
    return inner


def drawn_or(model, type_, shape, array):
    from tensor_data import drawn
    return drawn(model.choices, type_, shape, special=False) if array is None else numpy.asarray(array, type_)


def result_like(inner, value):
    """A value of the body of the type and shape of `value`, computed by a node of it."""
    own = set(inner.graph.results)
    known = [other for other in inner.values if (other.type, other.shape) == (value.type, value.shape)]
    chosen = known[-1] if known else inner.constant(numpy.zeros(value.shape, value.type))
    if chosen.name not in own:
        chosen = inner.node("Identity", [chosen], [(chosen.type, chosen.shape)])
    return chosen


@operator("If", since=11)
def branch(model, name):
    seen = model.pick(["float32", "int32", "int64"], high=3)
    condition = model.new_input("bool", (), numpy.array(bool(model.choices.below(2))))
    outer = [value for value in model.values if value.type in ("float32", "int32", "int64", "bool")]
    branches = {}
    for which in ("then_branch", "else_branch"):
        inner = body(model, outer, which, 4)
        inner.graph.output(result_like(inner, seen).name)
        branches[which] = inner.graph
        model.used |= inner.used
        model.covered += inner.covered
        model.text += inner.text
    model.node(name, [condition], [(seen.type, seen.shape)], **branches)


@operator("Loop", since=11)
def loop(model, name):
    start = model.pick(["float32", "int32", "int64"], high=3)
    outer = [value for value in model.values if value.type in ("float32", "int32", "int64")][-4:]
    inner = body(model, outer, "body", 0)
    prefix = inner.graph.name
    from random_model import Value
    step, going, carried = (Value(f"{prefix}_{what}", type_, shape) for what, type_, shape in
                            (("step", "int64", ()), ("going", "bool", ()), ("carried", start.type, start.shape)))
    for value in (step, going, carried):
        inner.graph.input(value.name, value.type, value.shape)
    inner.values += [carried, step]
    inner.fill(INNER, 4)
    following = result_like(inner, carried)
    if start.type == "float32":  # stays small
        following = inner.node("Tanh", [following], [(following.type, following.shape)])
    if model.choices.below(2):
        limit = inner.constant(numpy.int64(model.choices.below(4)))
        condition = inner.node("Less", [step, limit], [("bool", ())])
    else:
        condition = inner.node("Identity", [going], [("bool", ())])
    outputs = [condition, following]
    trips = model.choices.below(5)
    scanned = condition.name.startswith(f"{prefix}_identity") and model.choices.below(2)
    if scanned:
        outputs.append(inner.node("Identity", [following], [(following.type, following.shape)]))
    for value in outputs:
        inner.graph.output(value.name)
    model.used |= inner.used
    model.covered += inner.covered
    model.text += inner.text
    results = [(start.type, start.shape)] + ([(start.type, (trips, *start.shape))] if scanned else [])
    model.node(name, [model.constant(numpy.int64(trips)), None, start], results, body=inner.graph)


@operator("Scan", since=9)
def scan(model, name):
    x = model.pick(["float32", "int32"], low=1, high=3, fits=lambda value: 0 not in value.shape)
    inner = body(model, [], "scan", 0)
    from random_model import Value
    state = Value(f"{inner.graph.name}_state", x.type, x.shape[1:])
    element = Value(f"{inner.graph.name}_element", x.type, x.shape[1:])
    for value in (state, element):
        inner.graph.input(value.name, value.type, value.shape)
    inner.values += [state, element]
    inner.fill(INNER, 4)
    total = inner.node("Add", [state, result_like(inner, element)], [(x.type, state.shape)])
    outputs = [total, inner.node("Neg", [total], [(x.type, state.shape)])]
    for value in outputs:
        inner.graph.output(value.name)
    model.used |= inner.used
    model.covered += inner.covered
    model.text += inner.text
    attributes = {"scan_input_directions": [1]} if model.choices.rarely(3) else {}
    first = model.weights(x.type, x.shape[1:])
    model.node(name, [first, x], [(x.type, x.shape[1:]), (x.type, x.shape)], body=inner.graph, num_scan_inputs=1, **attributes)
