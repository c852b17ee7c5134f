"""Writes TFLite files: flatc turns JSON of the format's own schema into the bytes."""

import functools
import json
import pathlib
import re
import subprocess

import numpy

SCHEMA = pathlib.Path(__file__).resolve().parents[3] / "compiler/import/tflite/schema.fbs"


@functools.cache
def builtin_codes():
    """The format's operators by name, as the schema numbers them."""
    body = re.search(r"enum BuiltinOperator[^{]*{(.*?)}", SCHEMA.read_text(), re.S).group(1)
    codes, following = {}, 0
    for entry in body.split(","):
        name, _, number = (part.strip() for part in entry.partition("="))
        codes[name] = int(number) if number else following
        following = codes[name] + 1
    return codes


class Subgraph:
    """Tensors, which the format names by their index, and the operators on them."""

    def __init__(self, file):
        self.owner, self.tensors, self.operators = file, [], []

    def tensor(self, name, shape, dtype, *, data=None, scale=None, zero_point=0, dimension=0, variable=False):
        """`scale` is a number, or a list along `dimension`; `variable` tensors keep their value between runs."""
        entry = {"shape": list(shape), "type": str(dtype).upper(), "name": name, "buffer": 0}
        if data is not None:
            entry["buffer"] = len(self.owner.buffers)
            self.owner.buffers.append({"data": list(numpy.asarray(data, dtype).tobytes())})
        if scale is not None:
            scales = [float(value) for value in numpy.atleast_1d(scale)]
            entry["quantization"] = {"scale": scales, "zero_point": [int(zero_point)] * len(scales),
                                     "quantized_dimension": dimension}
        if variable:
            entry["is_variable"] = True
        self.tensors.append(entry)
        return len(self.tensors) - 1

    def operator(self, name, inputs, outputs, options=None, intermediates=()):
        """`options` is the pair of the options' table and their fields; an input of -1 is absent."""
        operator = {"opcode_index": len(self.owner.codes), "inputs": inputs, "outputs": outputs}
        if intermediates:
            operator["intermediates"] = list(intermediates)
        if options:
            operator["builtin_options_type"], operator["builtin_options"] = options
        self.operators.append(operator)
        # Readers of old take a byte that ends at 127.
        self.owner.codes.append({"deprecated_builtin_code": min(builtin_codes()[name], 127), "builtin_code": name})

    def entry(self, inputs, outputs):
        return {"tensors": self.tensors, "inputs": inputs, "outputs": outputs, "operators": self.operators}


class TFLiteFile(Subgraph):
    """The first subgraph and all else of a file. `others` are the entries of further subgraphs."""

    def __init__(self):
        super().__init__(self)
        self.buffers, self.codes, self.others, self.signatures = [{}], [], [], []

    def add_subgraph(self, subgraph, inputs, outputs):
        """Adds a further subgraph; its number."""
        self.others.append(subgraph.entry(inputs, outputs))
        return len(self.others)

    def write(self, flatc, path, inputs, outputs):
        model = {"version": 3, "operator_codes": self.codes, "subgraphs": [self.entry(inputs, outputs), *self.others],
                 "buffers": self.buffers}
        if self.signatures:
            model["signature_defs"] = self.signatures
        write_text(json.dumps(model), flatc, path)


def write_text(model, flatc, path):
    """A file of a model in JSON, which flatc turns into the bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = path.with_suffix(".json")
    text.write_text(model)
    subprocess.run([flatc, "--binary", "-o", str(path.parent), str(SCHEMA), str(text)], check=True)
    text.unlink()
    path.with_suffix(".bin").rename(path)
