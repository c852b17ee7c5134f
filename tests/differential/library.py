#!/usr/bin/python3
"""Answers requests to run generated C, built as a shared library: a line of JSON each, see worker.py."""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "models")]
from check_model import Failed, Network  # noqa: E402
from worker import decoded, encoded  # noqa: E402


def answer(request):
    network = Network(request["library"], request["report"])
    network.reset()
    return {"outputs": [encoded(array) for array in network([decoded(tensor) for tensor in request["inputs"]])]}


for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Failed as failed:
        reply = {"error": f"{failed.verdict}: {failed}"}
    print(json.dumps(reply), flush=True)
