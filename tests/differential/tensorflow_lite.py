#!/usr/bin/python3
"""Answers requests to run TFLite models by TensorFlow Lite's C interface: a line of JSON each, see worker.py.

The folder of the npm package is the argument. No delegate is used.
"""

import ctypes
import json
import pathlib
import sys

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from worker import decoded, encoded  # noqa: E402

# TfLiteType
TYPES = {1: "float32", 2: "int32", 3: "uint8", 4: "int64", 6: "bool", 7: "int16", 9: "int8", 10: "float16", 11: "float64",
         13: "uint64", 16: "uint32", 17: "uint16"}

library = ctypes.CDLL(str(next(pathlib.Path(sys.argv[1]).glob(
    "node_modules/tfjs-tflite-node/cc_deps/linux_amd64/libtensorflowlite_c.so"))))
messages = []


def function(name, result, *arguments):
    found = getattr(library, name)
    found.restype, found.argtypes = result, arguments
    return found


pointer, integer = ctypes.c_void_p, ctypes.c_int
create_model = function("TfLiteModelCreateFromFile", pointer, ctypes.c_char_p)
delete_model = function("TfLiteModelDelete", None, pointer)
create_options = function("TfLiteInterpreterOptionsCreate", pointer)
create = function("TfLiteInterpreterCreate", pointer, pointer, pointer)
delete = function("TfLiteInterpreterDelete", None, pointer)
allocate = function("TfLiteInterpreterAllocateTensors", integer, pointer)
invoke = function("TfLiteInterpreterInvoke", integer, pointer)
output_count = function("TfLiteInterpreterGetOutputTensorCount", integer, pointer)
input_tensor = function("TfLiteInterpreterGetInputTensor", pointer, pointer, integer)
output_tensor = function("TfLiteInterpreterGetOutputTensor", pointer, pointer, integer)
write = function("TfLiteTensorCopyFromBuffer", integer, pointer, pointer, ctypes.c_size_t)
read = function("TfLiteTensorCopyToBuffer", integer, pointer, pointer, ctypes.c_size_t)
type_of = function("TfLiteTensorType", integer, pointer)
rank_of = function("TfLiteTensorNumDims", integer, pointer)
length_of = function("TfLiteTensorDim", integer, pointer, integer)


class Failed(Exception):
    pass


def check(status, what):
    if status != 0:
        raise Failed(f"{what} fails")


def array_of(tensor):
    shape = [length_of(tensor, axis) for axis in range(rank_of(tensor))]
    array = numpy.empty(shape, TYPES[type_of(tensor)])
    if array.size:
        check(read(tensor, array.ctypes.data, array.nbytes), "reading an output")
    return array


def answer(request):
    model = create_model(request["model"].encode())
    if not model:
        raise Failed("no model")
    interpreter = create(model, create_options())
    if not interpreter:
        delete_model(model)
        raise Failed("no interpreter: an operator or its version is not known")
    try:
        check(allocate(interpreter), "allocating tensors")
        for index, tensor in enumerate(request["inputs"]):
            array = numpy.array(decoded(tensor))
            if array.size:
                check(write(input_tensor(interpreter, index), array.ctypes.data, array.nbytes), f"writing input {index}")
        check(invoke(interpreter), "invoking")
        return {"outputs": [encoded(array_of(output_tensor(interpreter, index)))
                            for index in range(output_count(interpreter))]}
    finally:
        delete(interpreter)
        delete_model(model)


for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Failed as failed:
        reply = {"error": str(failed)}
    print(json.dumps(reply), flush=True)
