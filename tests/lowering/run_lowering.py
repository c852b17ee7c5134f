#!/usr/bin/env python3
"""Every operation of the nn dialect, in every type it takes, as loops and by its reference kernel.

Both forms of a module that holds one operation of each kind go through C and get the same random inputs. Integers
have to come out equal. Floats may differ by the order of sums. Half floats, of which not every operation has a kernel,
are compared with the kernel of f32 on the same numbers where there is none.

Which kernels are references is what their records say: fails where one is called by no case.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys

import numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
C_TYPES = {"f32": "float", "f16": "uint16_t", "i8": "int8_t", "i16": "int16_t", "i32": "int32_t", "i64": "int64_t"}
NUMPY_TYPES = {"f32": "<f4", "f16": "<f2", "i8": "i1", "i16": "<i2", "i32": "<i4", "i64": "<i8"}


class Tensor:
    def __init__(self, shape, storage, quantized=None):
        self.shape, self.storage = shape, storage
        self.type = f"tensor<{'x'.join(map(str, shape))}x{quantized or storage}>"

    def random(self, generator):
        count = int(numpy.prod(self.shape))
        if self.storage.startswith("f"):
            return generator.uniform(-2, 2, count).astype(NUMPY_TYPES[self.storage])
        limit = {"i8": 128, "i16": 32768, "i32": 3000, "i64": 3000000}[self.storage]
        return generator.integers(-limit, limit, count).astype(NUMPY_TYPES[self.storage])


class References:
    """The kernels whose records ask for no feature and have no condition."""

    def __init__(self, tblgen, description):
        command = [tblgen, "--dump-json", "-I", ROOT, description]
        records = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        kernels = [records[name] for name in records["!instanceof"]["Kernel"]]
        references = [kernel for kernel in kernels if not kernel["features"] and kernel["when"] == "true"]
        self.names = {kernel["!name"] for kernel in references}
        self.roles = {}  # by operation and the type of the first operand, like "i8"
        for kernel in references:
            operands = [records[operand["def"]] for operand in kernel["operands"]]
            storage = operands[0]["type"]["def"].lower().replace("s", "i")
            self.roles[kernel["op"], storage] = {operand["role"]["def"] for operand in operands}

    def has(self, case):
        roles = self.roles.get((case.kernel_op, case.inputs[0].storage), set())
        return bool(roles) and ("Residual" in roles or "residual" not in case.attributes)


class Numbers:
    """One of the types that an operation takes: of its input, its filter, its bias and its output."""

    def __init__(self, name, storage, zero=0, per_channel=False):
        self.name, self.storage, self.zero, self.per_channel = name, storage, zero, per_channel

    @property
    def is_float(self):
        return self.storage.startswith("f")

    def image(self, shape, scale=0.02, storage=None, zero=None):
        storage = storage or self.storage
        if self.is_float:
            return Tensor(shape, storage)
        zero = self.zero if zero is None else zero
        if storage == self.storage == "i16":
            scale /= 256
        return Tensor(shape, storage, f"!quant.uniform<{storage}:f32, {scale}:{zero}>")

    def filter(self, shape, axis):
        if self.is_float:
            return Tensor(shape, self.storage)
        if not self.per_channel:
            return Tensor(shape, "i8", "!quant.uniform<i8:f32, 0.01:0>" if self.storage == "i16" else
                          "!quant.uniform<i8:f32, 0.01:3>")
        # From shifts to the right to shifts to the left.
        scales = ",".join(str(round(0.0007 * 2.9 ** i, 6)) for i in range(shape[axis]))
        return Tensor(shape, "i8", f"!quant.uniform<i8:f32:{axis}, {{{scales}}}>")

    def bias(self, count):
        return Tensor([count], {"i8": "i32", "i16": "i64"}.get(self.storage, self.storage))


F32, F16 = Numbers("f32", "f32"), Numbers("f16", "f16")
S8, S8_CHANNELS = Numbers("s8", "i8", -5), Numbers("s8 by channel", "i8", 7, per_channel=True)
S16, S16_CHANNELS = Numbers("s16", "i16"), Numbers("s16 by channel", "i16", per_channel=True)
ALL = [F32, F16, S8, S8_CHANNELS, S16, S16_CHANNELS]


class Case:
    def __init__(self, op, numbers, inputs, output, attributes, text=None):
        self.name, self.op, self.numbers = f"{op} {{{attributes}}} of {numbers.name}", op, numbers
        self.inputs, self.output, self.attributes = inputs, output, attributes
        self.text = text or (lambda names, types: f"{names[0]} {{{attributes}}} : {types[0]}")

    @property
    def kernel_op(self):
        """As records name the operation."""
        op = self.op.removeprefix("nn.")
        variants = {"log": f"log_{op}", "transpose_rhs": f"{op}_transposed"}
        return f"{op}_padded" if "count_padding" in self.attributes else variants.get(self.attributes, op)


def with_weights(op, numbers, image, filter_, residual, output, attributes):
    bias = numbers.bias(output.shape[-1])
    inputs = [image, filter_, bias] + ([Tensor(output.shape, output.storage)] if residual else [])

    def text(names, types):
        extra = ["bias {}"] + (["residual {}"] if residual else [])
        operands = " ".join(word.format(name) for word, name in zip(extra, names[2:]))
        operand_types = " ".join(word.format(type_) for word, type_ in zip(extra, types[2:]))
        return f"{names[0]}, {names[1]} {operands} {{{attributes}}} : {types[0]}, {types[1]} {operand_types}"

    return Case(op, numbers, inputs, output, attributes + (", residual" if residual else ""), text)


def array(values):
    return f"array<i64: {', '.join(map(str, values))}>"


def window(strides, padding, dilations=(1, 1)):
    return f"strides = {array(strides)}, padding = {array(padding)}, dilations = {array(dilations)}"


def convolutions(numbers):
    residuals = [False, True] if numbers.is_float else [False]
    clamp = ", min = -2.5 : f32, max = 3.0 : f32"
    precision = "" if numbers.is_float else ", scale_product = #nn.precision<single>"
    image = numbers.image([2, 7, 6, 4])
    out = lambda shape: numbers.image(shape, 0.03, zero=numbers.zero and 11)
    for residual in residuals:
        yield with_weights("nn.conv2d", numbers, image, numbers.filter([6, 3, 3, 2], 0), residual, out([2, 4, 3, 6]),
                           window([2, 2], [1, 1, 1, 1]) + ", groups = 2 : i64" + clamp + precision)
        yield with_weights("nn.depthwise_conv2d", numbers, image, numbers.filter([3, 2, 8], 2), residual,
                           out([2, 5, 6, 8]), window([1, 1], [0, 1, 0, 1], [1, 2]) + clamp)
    yield with_weights("nn.conv2d", numbers, image, numbers.filter([5, 2, 2, 4], 0), False, out([2, 6, 4, 5]),
                       window([1, 1], [1, 0, 0, 0], [2, 2]) + ", groups = 1 : i64")
    yield with_weights("nn.conv2d", numbers, image, numbers.filter([3, 1, 1, 4], 0), False, out([2, 7, 6, 3]),
                       window([1, 1], [0, 0, 0, 0]) + ", groups = 1 : i64")
    yield with_weights("nn.conv_transpose2d", numbers, image, numbers.filter([4, 3, 3, 2], 0), False,
                       out([2, 13, 12, 4]), window([2, 2], [1, 0, 1, 1]) + ", groups = 2 : i64" + clamp)
    yield with_weights("nn.conv_transpose2d", numbers, image, numbers.filter([2, 2, 3, 4], 0), False,
                       out([2, 9, 10, 2]), window([1, 1], [0, 0, 0, 0], [2, 2]) + ", groups = 1 : i64")
    for residual in residuals:
        yield with_weights("nn.fully_connected", numbers, numbers.image([3, 20]), numbers.filter([7, 20], 0), residual,
                           out([3, 7]), clamp.lstrip(", "))


def pools(numbers):
    if numbers.per_channel:
        return
    image, out = numbers.image([2, 7, 6, 3]), numbers.image([2, 4, 3, 3])
    common = f"kernel = {array([3, 3])}, " + window([2, 2], [1, 1, 1, 1])
    for op in ["nn.max_pool2d", "nn.avg_pool2d"]:
        yield Case(op, numbers, [image], out, common)
        yield Case(op, numbers, [image], out, common + ", min = -1.0 : f32, max = 0.9 : f32")
    yield Case("nn.max_pool2d", numbers, [image], numbers.image([2, 5, 2, 3]),
               f"kernel = {array([2, 3])}, " + window([1, 1], [0, 0, 0, 0], [2, 2]))
    if numbers.is_float:
        yield Case("nn.avg_pool2d", numbers, [image], numbers.image([2, 4, 4, 3]),
                   f"kernel = {array([3, 3])}, " + window([2, 2], [1, 2, 1, 1]) + ", count_padding")
    if numbers.storage == "i8":
        yield Case("nn.avg_pool2d", numbers, [image], out, common + ", ties_away_from = -128 : i64")


def matrix_products(numbers):
    if not numbers.is_float:
        return
    for transposed, batch in [(False, 3), (True, 3), (False, 1), (True, 1)]:
        lhs, out = Tensor([3, 5, 8], numbers.storage), Tensor([3, 5, 4], numbers.storage)
        rhs = Tensor([batch, 4, 8] if transposed else [batch, 8, 4], numbers.storage)
        attributes = "transpose_rhs" if transposed else ""
        yield Case("nn.matmul", numbers, [lhs, rhs], out, attributes,
                   lambda names, types, a=attributes: f"{names[0]}, {names[1]} {{{a}}} : {types[0]}, {types[1]}")


def softmaxes(numbers):
    if numbers.per_channel:
        return
    rows = [4, 9]
    if numbers.is_float:
        for attributes in ["", "beta = 0.7 : f32", "log"]:
            yield Case("nn.softmax", numbers, [numbers.image(rows)], numbers.image(rows), attributes)
    elif numbers.storage == "i16":
        yield Case("nn.softmax", numbers, [numbers.image(rows, 0.1)], numbers.image(rows, 1 / 128),
                   "beta = 0.9 : f32")
    else:
        for scale in [0.02, 0.3]:
            image = numbers.image(rows, scale)
            yield Case("nn.softmax", numbers, [image], numbers.image(rows, 1 / 256, zero=-128), "")
            yield Case("nn.softmax", numbers, [image], numbers.image(rows, 1 / 65536, "i16", -32768), "")
            yield Case("nn.softmax", numbers, [image], numbers.image(rows, 1 / 16, zero=127), "log")


def all_cases(numbers):
    return [case for family in [convolutions, pools, matrix_products, softmaxes] for case in family(numbers)]


def module(cases):
    """The text of a module whose inputs are those of each case, in turn, and whose results are theirs."""
    arguments, lines, results = [], [], []
    for case in cases:
        names = [f"%x{len(arguments) + i}" for i in range(len(case.inputs))]
        arguments += [f"{name}: {tensor.type}" for name, tensor in zip(names, case.inputs)]
        result = f"%y{len(results)}"
        text = case.text(names, [tensor.type for tensor in case.inputs])
        lines.append(f"  {result} = {case.op} {text} -> {case.output.type}")
        results.append((result, case.output.type))
    types = ", ".join(type_ for _, type_ in results)
    lines.append(f"  return {', '.join(name for name, _ in results)} : {types}")
    return f"func.func @main({', '.join(arguments)}) -> ({types}) {{\n" + "\n".join(lines) + "\n}\n"


def program(cases):
    """Reads the inputs from a file and writes the results to another one."""
    tensors = [tensor for case in cases for tensor in case.inputs]
    lines = ['#include "model.h"', "#include <stdio.h>",
             "static _Alignas(64) unsigned char arena[MODEL_ARENA_BYTES + 64];"]
    for name, list_ in [("x", tensors), ("y", [case.output for case in cases])]:
        lines += [f"static {C_TYPES[t.storage]} {name}{i}[{int(numpy.prod(t.shape))}];" for i, t in enumerate(list_)]
    lines += ["int main(void)", "{"]
    lines += [f"    if (fread(x{i}, sizeof x{i}, 1, stdin) != 1) return 1;" for i in range(len(tensors))]
    names = [f"x{i}" for i in range(len(tensors))] + [f"y{i}" for i in range(len(cases))] + ["arena"]
    lines.append(f"    model_run({', '.join(names)});")
    lines += [f"    if (fwrite(y{i}, sizeof y{i}, 1, stdout) != 1) return 1;" for i in range(len(cases))]
    return "\n".join(lines + ["    return 0;", "}", ""])


class Runner:
    def __init__(self, options):
        self.options, self.work = options, pathlib.Path(options.work)

    def command(self, *words, **more):
        return subprocess.run([str(word) for word in words], check=True, stdout=subprocess.PIPE, **more).stdout

    def run(self, name, cases, inputs, passes):
        """The results of each case, and the module after selection."""
        folder = self.work / name.replace(" ", "-")
        folder.mkdir(parents=True, exist_ok=True)
        selected = self.command(self.options.opt, *passes, input=module(cases).encode())
        for file in ["model.h", "model.c", "model_weights.c"]:
            text = self.command(self.options.translate, f"--file={file}", input=selected)
            (folder / file).write_bytes(text)
        (folder / "main.c").write_text(program(cases))
        self.command(self.options.cc, "-O1", "-ffp-contract=off", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-o",
                     folder / "main", *[folder / file for file in ["main.c", "model.c", "model_weights.c"]], "-lm")
        data = b"".join(values.tobytes() for given in inputs for values in given)
        results = numpy.frombuffer(self.command(folder / "main", input=data), numpy.uint8)
        split = []
        for case in cases:
            size = int(numpy.prod(case.output.shape)) * numpy.dtype(NUMPY_TYPES[case.output.storage]).itemsize
            split.append(results[:size].view(NUMPY_TYPES[case.output.storage]))
            results = results[size:]
        return split, selected.decode()


LOOPS = ["--lower-to-linalg", "--outline-loops"]
KERNELS = ["--select"]


def agree(case, loops, kernel):
    if not case.numbers.is_float:
        return numpy.array_equal(loops, kernel)
    step = 2.0 ** -10 if case.numbers is F16 else 1e-5
    return numpy.allclose(loops.astype("f4"), kernel, rtol=step, atol=step)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--opt", required=True, help="barecc-opt")
    parser.add_argument("--translate", required=True, help="barecc-translate")
    parser.add_argument("--tblgen", required=True, help="llvm-tblgen")
    parser.add_argument("--records", required=True, help="the records of all kernels")
    parser.add_argument("--cc", default="cc")
    parser.add_argument("--work", required=True, help="folder for generated files")
    options = parser.parse_args()
    runner, references = Runner(options), References(options.tblgen, options.records)
    failures, tested, called = [], set(), set()
    for numbers in ALL:
        cases = all_cases(numbers)
        tested |= {case.op for case in cases}
        generator = numpy.random.default_rng(1)
        inputs = [[tensor.random(generator) for tensor in case.inputs] for case in cases]
        loops, text = runner.run(f"{numbers.name} loops", cases, inputs, LOOPS)
        assert "kernel.call" not in text, "the loops call a kernel"
        kernel_cases = list(zip(cases, inputs))
        if numbers is F16:
            kernel_cases = [(half, values) if references.has(half) else (single, [x.astype("<f4") for x in values])
                            for half, single, values in zip(cases, all_cases(F32), inputs)]
        kernels, text = runner.run(f"{numbers.name} kernels", *zip(*kernel_cases), KERNELS)
        assert "linalg." not in text, "an operation has no kernel to compare with:\n" + text
        called |= set(re.findall(r'kernel.call "(\w+)"', text))
        for case, ours, theirs in zip(cases, loops, kernels):
            if not agree(case, ours, theirs):
                failures.append(f"{case.name}\n  loops  {ours[:12]}\n  kernel {theirs[:12]}")
    dialect = (ROOT / "compiler/ir/NN.td").read_text()
    lowered = re.findall(r'NN_ConvolutionOp<"(\w+)"|NN_PoolOp<"(\w+)"|NN_Op<"(\w+)", \[[^\]]*NN_LowersToLinalg',
                         dialect)
    untested = {"nn." + "".join(names) for names in lowered} - tested
    failures += [f"{op} has no case here" for op in sorted(untested)]
    failures += [f"{kernel} is called by no case here" for kernel in sorted(references.names - called)]
    print("\n".join(failures) or f"{len(tested)} operations agree with {len(references.names)} kernels")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
