"""Writes ONNX files: protoc turns protobuf's text form of ONNX's own schema into the bytes."""

import json
import pathlib
import subprocess

import numpy

TYPES = {"float32": 1, "uint8": 2, "int8": 3, "uint16": 4, "int16": 5, "int32": 6, "int64": 7, "bool": 9, "float16": 10,
         "float64": 11, "uint32": 12, "uint64": 13}


def quoted(text):
    return json.dumps(text)


def tensor_text(name, array):
    array = numpy.ascontiguousarray(array)
    dims = " ".join(f"dims: {length}" for length in array.shape)
    raw = "".join(f"\\{byte:03o}" for byte in array.tobytes())
    return f'name: {quoted(name)} data_type: {TYPES[str(array.dtype)]} {dims} raw_data: "{raw}"'


def attribute_text(name, value):
    if isinstance(value, Graph):
        field, kind = f"g {{ {value.text()} }}", "GRAPH"
    elif isinstance(value, str):
        field, kind = f"s: {quoted(value)}", "STRING"
    elif isinstance(value, float):
        field, kind = f"f: {value!r}", "FLOAT"
    elif isinstance(value, int):
        field, kind = f"i: {value}", "INT"
    else:
        field, kind = " ".join(f"ints: {number}" for number in value), "INTS"
    return f"attribute {{ name: {quoted(name)} type: {kind} {field} }}"


class Graph:
    """A graph or the body of a node; what it makes is called by its operator and a number."""

    def __init__(self, name):
        self.name, self.nodes, self.initializers, self.inputs, self.outputs = name, [], [], [], []
        self.results, self.operators = [], []  # of all nodes

    def constant(self, array):
        name = f"{self.name}_constant_{len(self.initializers)}"
        self.initializers.append(f"initializer {{ {tensor_text(name, array)} }}")
        return name

    def node(self, operator, inputs, outputs=1, **attributes):
        """The name of the result, or the list of them where `outputs` is more than one; an input "" is absent."""
        names = [f"{self.name}_{operator.lower()}_{self.operators.count(operator)}" + (f"_{index}" if outputs > 1 else "")
                 for index in range(outputs)]
        fields = [f"name: {quoted(names[0])} op_type: {quoted(operator)}"]
        fields += [f"input: {quoted(name)}" for name in inputs] + [f"output: {quoted(name)}" for name in names]
        fields += [attribute_text(name, value) for name, value in attributes.items()]
        self.nodes.append(f"node {{ {' '.join(fields)} }}")
        self.results += names
        self.operators.append(operator)
        return names[0] if outputs == 1 else names

    def value(self, name, dtype, shape):
        dims = " ".join(f"dim {{ dim_value: {length} }}" for length in shape)
        return f"name: {quoted(name)} type {{ tensor_type {{ elem_type: {TYPES[dtype]} shape {{ {dims} }} }} }}"

    def input(self, name, dtype, shape):
        self.inputs.append(f"input {{ {self.value(name, dtype, shape)} }}")
        return name

    def output(self, name):
        self.outputs.append(f"output {{ name: {quoted(name)} }}")

    def text(self):
        return "\n".join([f"name: {quoted(self.name)}", *self.nodes, *self.initializers, *self.inputs, *self.outputs])


def write(graph, protoc, path, opset=17):
    write_text(f"ir_version: 8 opset_import {{ version: {opset} }} graph {{ {graph.text()} }}", protoc, path)


def write_text(model, protoc, path):
    """A file of a model in protobuf's text form."""
    schema = next(folder / "onnx/onnx.proto" for folder in map(pathlib.Path, ("/usr/local/include", "/usr/include"))
                  if (folder / "onnx/onnx.proto").exists())
    path.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([protoc, f"--proto_path={schema.parent}", "--encode=onnx.ModelProto", schema.name],
                          input=model.encode(), stdout=subprocess.PIPE, check=True)
    path.write_bytes(done.stdout)
