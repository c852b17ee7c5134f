#!/usr/bin/python3
"""Makes sure that a fault is found and made small: one side fails wherever a model has a HardSwish. And that nothing is
explained by rounding or by a rule that does not explain it.

    finds_faults.py --work DIR
"""

import argparse
import pathlib
import sys

import numpy

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "models")]
import known  # noqa: E402
import monte_carlo  # noqa: E402
import onnx_model  # noqa: E402
import onnx_operators  # noqa: E402, F401
from choices import Choices  # noqa: E402
from compare import difference  # noqa: E402
from comparison import Comparison, Failure, Member  # noqa: E402
from generated import Wrong  # noqa: E402

OPERATORS = sorted(set(onnx_model.OPERATORS) - {"conv_chain"})  # which has HardSwish behind other nodes alone
RESULTS = 500  # more than the models have, so that nothing need be known of them here


def right(path, inputs, hurry=False):
    return [numpy.zeros(1, numpy.float32)] * RESULTS


def wrong(path, inputs, hurry=False):
    if b"HardSwish" in path.read_bytes():
        raise Wrong("the planted fault")
    return right(path, inputs)


def cast(number, got, wanted):
    """How a difference in a Cast to int8 is explained."""
    operand = numpy.array([number], numpy.float32)
    arrays = numpy.array([got], numpy.int8), numpy.array([wanted], numpy.int8)
    failure = Failure("y int8[1] = Cast(x float32[1]) {}", "", "y", *arrays, numpy.array([True]), (operand,), (None, None))
    return known.explains(failure, known.ONNX_RUNTIME)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    if not difference(numpy.zeros(1, "f"), numpy.full(1, numpy.inf, "f"), monte_carlo.rule(numpy.dtype("float32"))):
        sys.exit("a number passes for an infinity")
    if cast(100, 101, 100) or not cast(1e9, 127, 0):
        sys.exit("a rule explains more or less than its reason")
    comparison = Comparison(onnx_model, right, wrong, arguments.work, operators=OPERATORS, shrinking=False)
    members = [Member(onnx_model, seed, OPERATORS) for seed in range(100)]
    faulty = [member for member in members if member.outputs and any("HardSwish" in line for line in member.model.text)]
    found = list(comparison.check(range(100)))
    if len(found) != len(faulty) or not faulty:
        sys.exit(f"{len(found)} of {len(faulty)} faults are found")
    for member in faulty[:3]:
        failure, _ = comparison.run(member.choices.made)
        _, model = comparison.keep(member, failure)
        if len(model.text) != 1 or "HardSwish" not in model.text[0]:
            sys.exit(f"seed {member.seed} is not made small:\n" + "\n".join(model.text))
    again = onnx_model.generate(Choices(recorded=faulty[0].choices.made), OPERATORS)[0]
    if again.text != faulty[0].model.text:
        sys.exit("a model is not made again from its choices")


if __name__ == "__main__":
    main()
