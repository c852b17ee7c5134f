"""Writes ONNX files: the few messages of onnx.proto that a model is made of, in protobuf's wire format."""

import pathlib
import struct
import subprocess

import numpy

# TensorProto.DataType. Types that numpy does not have are arrays of an integer of their size.
TYPES = {"float32": 1, "uint8": 2, "int8": 3, "uint16": 4, "int16": 5, "int32": 6, "int64": 7, "bool": 9, "float16": 10,
         "float64": 11, "uint32": 12, "uint64": 13, "bfloat16": 16}


def varint(number):
    number &= 2 ** 64 - 1  # negative numbers take ten bytes
    encoded = bytearray()
    while number >= 128:
        encoded.append(number & 127 | 128)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def field(number, value):
    """An integer, a float, or what has a length: text, bytes, a message."""
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def repeated(number, values):
    return b"".join(field(number, value) for value in values)


def tensor(name, array, dtype=None):
    array = numpy.asarray(array)
    return (repeated(1, array.shape) + field(2, TYPES[dtype or str(array.dtype)]) + field(8, name) +
            field(9, array.tobytes()))


def attribute(name, value):
    if isinstance(value, Graph):
        content, kind = field(6, value.message()), 5
    elif isinstance(value, numpy.ndarray):
        content, kind = field(5, tensor("", value)), 4
    elif isinstance(value, str):
        content, kind = field(4, value), 3
    elif isinstance(value, float):
        content, kind = field(2, value), 1
    elif isinstance(value, int):
        content, kind = field(3, value), 2
    elif value and isinstance(value[0], float):
        content, kind = repeated(7, value), 6
    elif value and isinstance(value[0], str):
        content, kind = repeated(9, value), 8
    else:
        content, kind = repeated(8, value), 7
    return field(1, name) + content + field(20, kind)


class Graph:
    """A graph or the body of a node; what it makes is called by its operator and a number."""

    def __init__(self, name):
        self.name, self.nodes, self.initializers, self.inputs, self.outputs = name, [], [], [], []
        self.results, self.operators = [], []  # of all nodes

    def __repr__(self):
        return self.name

    def constant(self, array, dtype=None):
        name = f"{self.name}_constant_{len(self.initializers)}"
        self.initializers.append(tensor(name, array, dtype))
        return name

    def node(self, operator, inputs, outputs=1, domain="", **attributes):
        """The name of the result, or the list of them where `outputs` is more than one; an input "" is absent."""
        names = [f"{self.name}_{operator.lower()}_{self.operators.count(operator)}" + (f"_{index}" if outputs > 1 else "")
                 for index in range(outputs)]
        self.nodes.append(repeated(1, inputs) + repeated(2, names) + field(3, names[0]) + field(4, operator) +
                          repeated(5, (attribute(*item) for item in attributes.items())) +
                          (field(7, domain) if domain else b""))
        self.results += names
        self.operators.append(operator)
        return names[0] if outputs == 1 else names

    def input(self, name, dtype, shape):
        dims = repeated(1, (field(1, length) for length in shape))
        self.inputs.append(field(1, name) + field(2, field(1, field(1, TYPES[dtype]) + field(2, dims))))
        return name

    def output(self, name):
        self.outputs.append(field(1, name))

    def message(self):
        return (repeated(1, self.nodes) + field(2, self.name) + repeated(5, self.initializers) +
                repeated(11, self.inputs) + repeated(12, self.outputs))


def write(graph, path, opset=17, domains=()):
    """`domains` are those of operators beside ONNX's own, as pairs of a name and a version."""
    opsets = [field(2, opset)] + [field(1, name) + field(2, version) for name, version in domains]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(field(1, 8) + field(7, graph.message()) + repeated(8, opsets))


def write_text(model, protoc, path):
    """A file of a model in protobuf's text form, which protoc turns into the bytes."""
    schema = next(folder / "onnx/onnx.proto" for folder in map(pathlib.Path, ("/usr/local/include", "/usr/include"))
                  if (folder / "onnx/onnx.proto").exists())
    path.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([protoc, f"--proto_path={schema.parent}", "--encode=onnx.ModelProto", schema.name],
                          input=model.encode(), stdout=subprocess.PIPE, check=True)
    path.write_bytes(done.stdout)
