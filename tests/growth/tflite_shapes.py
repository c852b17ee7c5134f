"""TFLite models of n parts, in shapes that ONNX does not have or that its importer comes to otherwise."""

import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "models/maker"))
from tflite_file import Subgraph, TFLiteFile  # noqa: E402

QUANTIZED = {"scale": 0.05, "zero_point": 3}


class Graph(Subgraph):
    """A subgraph whose tensors get names by themselves; `node` returns the index of the result, or of all results."""

    def __init__(self, file):
        super().__init__(file)
        self.inputs, self.outputs = [], []

    def value(self, shape=(4,), dtype="float32", **more):
        return self.tensor(f"t{len(self.tensors)}", shape, dtype, **more)

    def input(self, *arguments, **more):
        self.inputs.append(self.value(*arguments, **more))
        return self.inputs[-1]

    def node(self, operator, inputs, shape=(4,), dtype="float32", outputs=1, options=None, **more):
        results = [self.value(shape, dtype, **more) for _ in range(outputs)]
        self.operator(operator, inputs, results, options)
        return results[0] if outputs == 1 else results

    def constant(self, values, dtype="float32", **more):
        return self.value([len(values)], dtype, data=values, **more)


class Model(Graph, TFLiteFile):
    """A file whose first subgraph this is."""

    def __init__(self):
        TFLiteFile.__init__(self)
        self.inputs, self.outputs = [], []

    def subgraph(self, build, arguments):
        """A further subgraph of `arguments` inputs, and of the result that `build` gives; its number."""
        graph = Graph(self)
        result = build(graph, [graph.input() for _ in range(arguments)])
        return self.add_subgraph(graph, graph.inputs, [] if result is None else [result])

    def write_to(self, flatc, path):
        return self.write(flatc, path, self.inputs, self.outputs)


def chain(link, **kind):
    def make(n):
        model = Model()
        x = model.input(**kind)
        for index in range(n):
            x = link(model, x, index)
        model.outputs = [x]
        return model
    return make


def add(model, x, index):
    return model.node("ADD", [x, model.constant([index / 1000, 1, 2, 3])], options=("AddOptions", {}))


def quantized(model, x, index):
    constant = model.constant([index % 100, 1, 2, 3], "int8", scale=0.01 + index / 1e6)
    return model.node("ADD", [x, constant], dtype="int8", options=("AddOptions", {}), **QUANTIZED)


def inputs(n):
    model = Model()
    parts = [model.input() for _ in range(n)]
    model.outputs = [model.node("CONCATENATION", parts, [4 * n], options=("ConcatenationOptions", {"axis": 0}))]
    return model


def outputs(n):
    model = Model()
    x = model.input()
    model.outputs = [add(model, x, index) for index in range(n)]
    return model


def concatenation(n):
    """n parts that are computed, joined."""
    model = Model()
    x = model.input()
    parts = [add(model, x, index) for index in range(n)]
    model.outputs = [model.node("CONCATENATION", parts, [4 * n], options=("ConcatenationOptions", {"axis": 0}))]
    return model


def pack(n):
    """One UNPACK into n, each computed on, all packed."""
    model = Model()
    parts = model.node("UNPACK", [model.input([n, 4])], outputs=n, options=("UnpackOptions", {"num": n, "axis": 0}))
    parts = [model.node("SIN", [part]) for part in ([parts] if n == 1 else parts)]
    model.outputs = [model.node("PACK", parts, [n, 4], options=("PackOptions", {"values_count": n, "axis": 0}))]
    return model


def split(n):
    """One SPLIT into n, each computed on, all joined."""
    model = Model()
    axis = model.value([], "int32", data=0)
    parts = model.node("SPLIT", [axis, model.input([4 * n])], outputs=n, options=("SplitOptions", {"num_splits": n}))
    parts = [model.node("SIN", [part]) for part in ([parts] if n == 1 else parts)]
    model.outputs = [model.node("CONCATENATION", parts, [4 * n], options=("ConcatenationOptions", {"axis": 0}))]
    return model


def folded(model, x, index):
    """Arithmetic on constants alone between the links."""
    constant = model.node("SIN", [model.constant([index / 1000, 1, 2, 3])])
    return model.node("ADD", [x, constant], options=("AddOptions", {}))


def folded_chain(n):
    """A chain of n that depends on no input."""
    model = Model()
    x = model.constant([1, 2, 3, 4])
    for index in range(n):
        x = add(model, x, index)
    model.outputs = [model.node("ADD", [x, model.input()], options=("AddOptions", {}))]
    return model


def if_chain(n):
    """n IFs behind each other, each with subgraphs of its own."""
    model = Model()
    going = model.input([1], "bool")
    x = model.input()
    for index in range(n):
        branches = [model.subgraph(lambda graph, inputs: graph.node(operator, inputs), 1) for operator in ("SIN", "COS")]
        x = model.node("IF", [going, x],
                       options=("IfOptions", {"then_subgraph_index": branches[0], "else_subgraph_index": branches[1]}))
    model.outputs = [x]
    return model


def while_chain(n):
    """n WHILEs behind each other, each with subgraphs of its own."""
    def condition(graph, inputs):
        least = graph.node("REDUCE_MIN", [inputs[0], graph.constant([0], "int32")], [], options=("ReducerOptions", {}))
        return graph.node("LESS", [least, graph.value([], data=5)], [], "bool", options=("LessOptions", {}))

    model = Model()
    x = model.input()
    for index in range(n):
        body = model.subgraph(lambda graph, inputs: add(graph, inputs[0], 1000 + index), 1)
        x = model.node("WHILE", [x], options=("WhileOptions", {"cond_subgraph_index": model.subgraph(condition, 1),
                                                              "body_subgraph_index": body}))
    model.outputs = [x]
    return model


def variables(n):
    """n variables, each with a CALL_ONCE of its own, read and assigned."""
    model = Model()
    x = model.input()

    def handle(graph, index):
        return graph.node("VAR_HANDLE", [], [], "resource", options=("VarHandleOptions", {"shared_name": f"v{index}"}))

    def initialise(index):
        def build(graph, _):
            graph.operator("ASSIGN_VARIABLE", [handle(graph, index), graph.constant([index, 1, 2, 3])], [],
                           ("AssignVariableOptions", {}))
        return build

    for index in range(n):
        once = model.subgraph(initialise(index), 0)
        model.operator("CALL_ONCE", [], [], ("CallOnceOptions", {"init_subgraph_index": once}))
        variable = handle(model, index)
        x = model.node("ADD", [x, model.node("READ_VARIABLE", [variable], options=("ReadVariableOptions", {}))],
                       options=("AddOptions", {}))
        model.operator("ASSIGN_VARIABLE", [variable, x], [], ("AssignVariableOptions", {}))
    model.outputs = [x]
    return model


def states(model, x, index):
    """A recurrent layer whose state is a tensor of the file."""
    weights = [model.value([4, 4], data=[index / 1000] * 16) for _ in range(2)]
    state = model.value([1, 4], variable=True)
    return model.node("RNN", [x, *weights, model.constant([0.5] * 4), state], [1, 4],
                      options=("RNNOptions", {"fused_activation_function": "TANH"}))


def signatures(n):
    """n signatures, each of a subgraph of its own."""
    model = Model()
    model.outputs = [add(model, model.input(), 0)]
    for index in range(n):
        number = model.subgraph(lambda graph, inputs: add(graph, inputs[0], index), 1)
        model.signatures.append({"signature_key": f"s{index}", "subgraph_index": number,
                                 "inputs": [{"name": "x", "tensor_index": 0}],
                                 "outputs": [{"name": "y", "tensor_index": 2}]})
    return model


def shared_buffer(n):
    """n constants that are all one buffer."""
    model = Model()
    x = model.input()
    first = model.constant([1, 2, 3, 4])
    for index in range(n):
        constant = model.value()
        model.tensors[constant]["buffer"] = model.tensors[first]["buffer"]
        x = model.node("ADD" if index % 2 else "MUL", [x, constant],
                       options=("AddOptions" if index % 2 else "MulOptions", {}))
    model.outputs = [x]
    return model


SHAPES = {
    "tflite": chain(add),
    "tflite-int8": chain(quantized, dtype="int8", **QUANTIZED),
    "tflite-inputs": inputs,
    "tflite-outputs": outputs,
    "tflite-concat": concatenation,
    "tflite-pack": pack,
    "tflite-split": split,
    "tflite-folded": chain(folded),
    "tflite-constant": folded_chain,
    "tflite-if": if_chain,
    "tflite-while": while_chain,
    "tflite-once": variables,
    "tflite-states": chain(states, shape=[1, 4]),
    "tflite-sign": signatures,
    "tflite-buffer": shared_buffer,
}
