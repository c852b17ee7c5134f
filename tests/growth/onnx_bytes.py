"""Writes ONNX files of any size: protobuf's wire form, field by field, without a text between."""

import struct

FLOAT, INT32, INT64, BOOL, INT8 = 1, 6, 7, 9, 3
FORMATS = {FLOAT: "f", INT32: "i", INT64: "q", BOOL: "?", INT8: "b"}


def varint(number):
    number &= (1 << 64) - 1
    result = bytearray()
    while number > 127:
        result.append(number & 127 | 128)
        number >>= 7
    result.append(number)
    return bytes(result)


def field(number, value):
    """An integer, or bytes, text or a message with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def tensor(name, values, shape=None, kind=FLOAT):
    """TensorProto; a vector of `values` if `shape` does not say another."""
    dims = b"".join(field(1, length) for length in (shape if shape is not None else [len(values)]))
    return dims + field(2, kind) + field(8, name) + field(9, struct.pack(f"<{len(values)}{FORMATS[kind]}", *values))


def attribute(name, value):
    """AttributeProto: a graph, a number, a text or integers."""
    if isinstance(value, Graph):
        return field(1, name) + field(6, value.message()) + field(20, 5)
    if isinstance(value, int):
        return field(1, name) + field(3, value) + field(20, 2)
    if isinstance(value, float):
        return field(1, name) + varint(2 << 3 | 5) + struct.pack("<f", value) + field(20, 1)
    if isinstance(value, str):
        return field(1, name) + field(4, value) + field(20, 3)
    return field(1, name) + b"".join(field(8, number) for number in value) + field(20, 7)


class Graph:
    """GraphProto; `node` and `constant` return the names of what they add."""

    def __init__(self, name="growth"):
        self.name, self.parts, self.count = name, [], 0

    def unique(self, stem):
        self.count += 1
        return f"{self.name}_{stem.lower()}{self.count}"

    def input(self, shape, kind=FLOAT, name=None):
        name = name or self.unique("in")
        self.parts.append(field(11, self.value(name, shape, kind)))
        return name

    def output(self, name, shape, kind=FLOAT):
        self.parts.append(field(12, self.value(name, shape, kind)))

    @staticmethod
    def value(name, shape, kind):
        dims = b"".join(field(1, field(1, length)) for length in shape)
        return field(1, name) + field(2, field(1, field(1, kind) + field(2, dims)))

    def constant(self, values, shape=None, kind=FLOAT):
        name = self.unique("c")
        self.parts.append(field(5, tensor(name, values, shape, kind)))
        return name

    def node(self, operator, inputs, outputs=1, name=None, **attributes):
        """The name of the one output, or the list of several; `name` is what they are all called after."""
        name = name or self.unique(operator)
        names = [name] if outputs == 1 else [f"{name}_{index}" for index in range(outputs)]
        self.parts.append(field(1, b"".join(
            [field(1, value) for value in inputs] + [field(2, value) for value in names] +
            [field(3, name), field(4, operator)] +
            [field(5, attribute(key, value)) for key, value in attributes.items()])))
        return names[0] if outputs == 1 else names

    def message(self):
        return b"".join(self.parts) + field(2, self.name)

    def model(self, opset=17):
        return field(1, 8) + field(8, field(2, opset)) + field(7, self.message())
