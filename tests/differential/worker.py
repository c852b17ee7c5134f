"""Processes that run models for this one: a request is a line of JSON, and so is the answer.

A model may end the process that runs it, or never return. Then the answer is an error, and the next request starts
another process.
"""

import base64
import json
import select
import subprocess

import numpy

SECONDS = 20


def encoded(array):
    return {"type": str(array.dtype), "shape": list(array.shape), "data": base64.b64encode(array.tobytes()).decode()}


def decoded(tensor):
    return numpy.frombuffer(base64.b64decode(tensor["data"]), tensor["type"]).reshape(tensor["shape"])


class Worker:
    def __init__(self, command):
        self.command, self.process = command, None

    def ask(self, request):
        """The answer; one with an `error` where the process has not given any."""
        if not self.process:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            stderr=subprocess.DEVNULL, text=True)
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
            ready, _, _ = select.select([self.process.stdout], [], [], SECONDS)
            line = self.process.stdout.readline() if ready else ""
        except BrokenPipeError:
            line = ""
        if line:
            return json.loads(line)
        self.process.kill()
        status = self.process.wait()
        self.process = None
        return {"error": f"crash: no answer, status {status}"}

    def run(self, request, inputs):
        """Runs a model on arrays; the outputs as arrays, or a text that says why there are none."""
        answer = self.ask({**request, "inputs": [encoded(array) for array in inputs]})
        return answer.get("error") or [decoded(tensor) for tensor in answer["outputs"]]
