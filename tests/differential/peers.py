"""What runs a model: each is called with a file and arrays, and gives arrays or raises Declined or Wrong."""

import pathlib
import sys

from generated import Declined, Wrong
from worker import Worker

HERE = pathlib.Path(__file__).resolve().parent


class OnnxRuntime:
    """ONNX Runtime from npm, its optimisations off."""

    def __init__(self, npm):
        self.worker = Worker(["node", str(HERE / "onnxruntime.mjs"), str(npm)])

    def __call__(self, path, inputs, hurry=False):
        answer = self.worker.run({"model": str(path)}, inputs)
        if isinstance(answer, str):
            raise Declined(answer)
        return answer


class TensorFlowLite:
    """TensorFlow Lite's library from npm, its reference kernels."""

    def __init__(self, npm):
        self.worker = Worker([sys.executable, str(HERE / "tensorflow_lite.py"), str(npm)])

    def __call__(self, path, inputs, hurry=False):
        answer = self.worker.run({"model": str(path)}, inputs)
        if isinstance(answer, str):
            raise Declined(answer)
        return answer
