"""Models of n parts in every shape that a graph can grow in: functions from n to the bytes of an ONNX file."""

from onnx_bytes import BOOL, FLOAT, INT64, Graph


def chain(link, shape=(4,)):
    """A model that is n links behind each other; `link` is called with the graph, a tensor and the link's number."""
    def make(n):
        graph = Graph()
        x = graph.input(shape)
        for index in range(n):
            x = link(graph, x, index)
        graph.output(x, shape)
        return graph.model()
    return make


def elementwise(graph, x, index):
    """Constants that all differ: nothing folds."""
    return graph.node(("Add", "Mul")[index % 2], [x, graph.constant([1 + index / 1000])])


def unary(graph, x, index):
    return graph.node(("Sin", "Exp", "Tanh", "Neg")[index % 4], [x])


def matmul(graph, x, index):
    return graph.node("MatMul", [x, graph.constant([index / 1000] * 16, [4, 4])])


def matmul_relu(graph, x, index):
    return graph.node("Relu", [matmul(graph, x, index)])


def convolution(graph, x, index):
    return graph.node("Conv", [x, graph.constant([index / 1000] * 4, [2, 2, 1, 1])])


def transpose(graph, x, index):
    """Transposes between operations that they cannot pass."""
    return graph.node("Softmax", [graph.node("Transpose", [x], perm=[1, 0])], axis=-1)


def reshape(graph, x, index):
    flat = graph.node("Softmax", [graph.node("Reshape", [x, graph.constant([16], kind=INT64)])], axis=-1)
    return graph.node("Reshape", [flat, graph.constant([4, 4], kind=INT64)])


def residual(graph, x, index):
    return graph.node("Add", [x, matmul(graph, x, index)])


def residual_long(n):
    """A sum over all that came before, far apart: n values that are read twice, near and at the end."""
    graph = Graph()
    x = graph.input([4, 4])
    values = []
    for index in range(n):
        x = matmul(graph, x, index)
        values.append(x)
    for value in reversed(values):
        x = graph.node("Add", [graph.node("Softmax", [x], axis=-1), value])
    graph.output(x, [4, 4])
    return graph.model()


def slices(graph, x, index):
    """A part of the tensor and the rest swap places."""
    starts = [graph.constant([value], kind=INT64) for value in (0, 1, 4)]
    first = graph.node("Slice", [x, starts[0], starts[1], starts[0]])
    rest = graph.node("Slice", [x, starts[1], starts[2], starts[0]])
    return graph.node("Concat", [rest, first], axis=0)


def gather(graph, x, index):
    return graph.node("Gather", [x, graph.constant([(index + step) % 4 for step in range(4)], kind=INT64)])


def quantized(graph, x, index):
    """What a tool leaves behind each operation: to integers and back."""
    scale, zero = graph.constant([0.01 + index / 1e6], []), graph.constant([0], [], kind=3)
    x = graph.node("QuantizeLinear", [x, scale, zero])
    return graph.node("Sigmoid", [graph.node("DequantizeLinear", [x, scale, zero])])


def outputs(n):
    """n sums of one input and a constant each, all of them outputs."""
    graph = Graph()
    x = graph.input([4])
    for index in range(n):
        graph.output(graph.node("Add", [x, graph.constant([float(index)])]), [4])
    return graph.model()


def same_outputs(n):
    """n outputs that are all the same."""
    graph = Graph()
    x = graph.input([4])
    for index in range(n):
        graph.output(graph.node("Add", [x, graph.constant([1.0])]), [4])
    return graph.model()


def inputs(n):
    """n inputs, joined."""
    graph = Graph()
    graph.output(graph.node("Concat", [graph.input([1]) for index in range(n)], axis=0), [n])
    return graph.model()


def concat(n):
    """n parts that are computed, joined."""
    graph = Graph()
    x = graph.input([4])
    parts = [graph.node("Add", [x, graph.constant([float(index)])]) for index in range(n)]
    graph.output(graph.node("Concat", parts, axis=0), [4 * n])
    return graph.model()


def concat_chain(n):
    """Each joined to what was joined before, as DenseNet does."""
    graph = Graph()
    x = graph.input([1])
    whole = x
    for index in range(n):
        x = graph.node("Sin", [x])
        whole = graph.node("Concat", [whole, x], axis=0)
    graph.output(whole, [n + 1])
    return graph.model()


def wide_sum(n):
    """One Sum of n products."""
    graph = Graph()
    x = graph.input([4, 4])
    graph.output(graph.node("Sum", [matmul(graph, x, index) for index in range(n)]), [4, 4])
    return graph.model()


def tree(n):
    """A balanced tree of sums over n products."""
    graph = Graph()
    x = graph.input([4, 4])
    level = [matmul(graph, x, index) for index in range(n)]
    while len(level) > 1:
        level = [graph.node("Add", level[at:at + 2]) if at + 1 < len(level) else level[at]
                 for at in range(0, len(level), 2)]
    graph.output(level[0], [4, 4])
    return graph.model()


def split(n):
    """One Split into n, each computed on, all joined."""
    graph = Graph()
    parts = graph.node("Split", [graph.input([n])], n, axis=0)
    graph.output(graph.node("Concat", [graph.node("Sin", [part]) for part in parts], axis=0), [n])
    return graph.model()


def live(n):
    """A U-Net of n levels: n values are live at once."""
    graph = Graph()
    x = graph.input([4, 4])
    skips = []
    for index in range(n):
        x = matmul_relu(graph, x, index)
        skips.append(x)
    for index, skip in enumerate(reversed(skips)):
        x = graph.node("Add", [matmul(graph, x, n + index), skip])
    graph.output(x, [4, 4])
    return graph.model()


def uses(n):
    """One value that n operations read, in a chain."""
    graph = Graph()
    first = graph.node("Sin", [graph.input([4, 4])])
    x = first
    for index in range(n):
        x = graph.node("MatMul", [x, first])
    graph.output(x, [4, 4])
    return graph.model()


def if_tree(n):
    """Branches of Ifs that are Ifs, n in sum: log n deep."""
    graph = Graph()
    x, going = graph.input([4]), graph.input([], BOOL)
    number = iter(range(10 * n + 10))

    def branch(count):
        inner = Graph(f"g{next(number)}")
        if count == 0:
            inner.output(inner.node("Add", [x, inner.constant([float(next(number))])]), [4])
        else:
            inner.output(condition(inner, count), [4])
        return inner

    def condition(outer, count):
        left = (count - 1) // 2
        return outer.node("If", [going], then_branch=branch(left), else_branch=branch(count - 1 - left))

    graph.output(condition(graph, n), [4])
    return graph.model()


def if_chain(n):
    """n Ifs behind each other."""
    graph = Graph()
    x, going = graph.input([4]), graph.input([], BOOL)
    for index in range(n):
        branches = {}
        for name, operator in (("then_branch", "Sin"), ("else_branch", "Cos")):
            inner = Graph(f"{name}{index}")
            inner.output(inner.node(operator, [x]), [4])
            branches[name] = inner
        x = graph.node("If", [going], **branches)
    graph.output(x, [4])
    return graph.model()


def carried(n):
    """A Loop that carries n values."""
    graph = Graph()
    body = Graph("body")
    body.input([], INT64)
    going = body.input([], BOOL)
    values = [body.input([4]) for index in range(n)]
    body.output(body.node("Identity", [going]), [], BOOL)
    for value in values:
        body.output(body.node("Sin", [value]), [4])
    starts = [graph.input([4]) for index in range(n)]
    results = graph.node("Loop", [graph.constant([3], [], INT64), "", *starts], n, body=body)
    for result in results if n > 1 else [results]:
        graph.output(result, [4])
    return graph.model()


def shapes(n):
    """n tensors of n different sizes."""
    graph = Graph()
    for index in range(n):
        graph.output(graph.node("Sin", [graph.input([index + 1])]), [index + 1])
    return graph.model()


def kernels(n):
    """n matrix products of n different sizes."""
    graph = Graph()
    x = graph.input([1, 4])
    for index in range(n):
        inner = 1 + index % 64
        weights = [graph.constant([index / 1000] * 4 * inner, shape) for shape in ([4, inner], [inner, 4])]
        x = graph.node("MatMul", [graph.node("Relu", [graph.node("MatMul", [x, weights[0]])]), weights[1]])
    graph.output(x, [1, 4])
    return graph.model()


def names(n):
    """Names that all become the same in C."""
    graph = Graph()
    x = graph.input([4, 4])
    for index in range(n):
        x = graph.node("MatMul", [x, graph.constant([index / 1000] * 16, [4, 4])],
                       name="".join("./:-"[index >> shift & 3] for shift in range(0, 20, 2)))
    graph.output(x, [4, 4])
    return graph.model()


def named_outputs(n):
    """Outputs whose names all become the same in C."""
    graph = Graph()
    x = graph.input([4])
    for index in range(n):
        name = "".join("./:-"[index >> shift & 3] for shift in range(0, 20, 2))
        graph.output(graph.node("Mul", [x, graph.constant([float(index)])], name=name), [4])
    return graph.model()


def folded(graph, x, index):
    """Arithmetic on constants alone between the links."""
    constant = graph.node("Add", [graph.constant([float(index)]), graph.constant([1.0])])
    return graph.node("MatMul", [x, graph.node("Expand", [constant, graph.constant([4, 4], kind=INT64)])])


def folded_chain(n):
    """A chain of n that depends on no input."""
    graph = Graph()
    x = graph.constant([1.0] * 4)
    for index in range(n):
        x = elementwise(graph, x, index)
    graph.output(graph.node("Add", [x, graph.input([4])]), [4])
    return graph.model()


def procedures(graph, x, index):
    """Sorting: imperative code for each."""
    return graph.node("TopK", [x, graph.constant([4], kind=INT64)], 2)[0]


SHAPES = {
    "elementwise": chain(elementwise),
    "unary": chain(unary),
    "matmul": chain(matmul, (4, 4)),
    "matmul-relu": chain(matmul_relu, (4, 4)),
    "convolution": chain(convolution, (1, 2, 2, 2)),
    "transpose": chain(transpose, (4, 4)),
    "reshape": chain(reshape, (4, 4)),
    "residual": chain(residual, (4, 4)),
    "residual-long": residual_long,
    "slices": chain(slices),
    "gather": chain(gather),
    "quantized": chain(quantized),
    "procedures": chain(procedures),
    "folded": chain(folded, (4, 4)),
    "folded-chain": folded_chain,
    "outputs": outputs,
    "same-outputs": same_outputs,
    "inputs": inputs,
    "concat": concat,
    "concat-chain": concat_chain,
    "wide-sum": wide_sum,
    "tree": tree,
    "split": split,
    "live": live,
    "uses": uses,
    "if-tree": if_tree,
    "if-chain": if_chain,
    "carried": carried,
    "shapes": shapes,
    "kernels": kernels,
    "names": names,
    "named-outputs": named_outputs,
}
