#!/usr/bin/python3
"""Compares models of bytes with what TensorFlow Lite's kernels for x86 gave, to the bit.

    x86_rounding.py --barecc PROGRAM --work DIR --models SET MODEL...

These kernels round ties of the last shift of convolutions and matrix products upward, where the reference kernels, and
barecc, round them away from zero. A step here and there grows over many layers, so that some of the outputs have little
to do with those recorded. Here the plain C is given that rounding, and nothing else: what it computes then has to be what
was recorded.
"""

import argparse
import json
import pathlib
import re
import sys

from check_model import Failed, Network, arrays_of, build, compile_model

# The kernels that these are in TensorFlow Lite; the depthwise convolution has the reference kernels' rounding.
KERNELS = ("conv2d_s8", "fully_connected_s8")
ROUNDING = """
static int32_t {kernel}_rescale(int32_t sum, int32_t multiplier, int shift)
{{
    const int32_t high = rescale(sum, multiplier, shift > 0 ? shift : 0);
    return shift < 0 ? (int32_t)((high + ((int64_t)1 << (-shift - 1))) >> -shift) : high;
}}

static int32_t {kernel}_requantize(int32_t sum, int32_t multiplier, int shift, int32_t zero, int32_t min, int32_t max)
{{
    return clamp_s32({kernel}_rescale(sum, multiplier, shift), min - zero, max - zero) + zero;
}}

"""


def with_x86_rounding(text):
    for kernel in KERNELS:
        found = re.search(rf"^BARECC_KERNEL void {kernel}\(.*?^}}\n", text, re.MULTILINE | re.DOTALL)
        if not found:
            continue
        changed = found.group().replace(")requantize(", f"){kernel}_requantize(")
        if changed == found.group():
            sys.exit(f"{kernel} calls no requantize")
        text = text[:found.start()] + ROUNDING.format(kernel=kernel) + changed + text[found.end():]
    return text


def differences(directory, barecc, work):
    """What is said of each output that is not the recorded one."""
    meta = json.loads((directory / "meta.json").read_text())
    report = compile_model(barecc, directory / "model.tflite", meta, work / "c", "generic")
    source = work / "c" / "model.c"
    source.write_text(with_x86_rounding(source.read_text()))
    network = Network(build(work / "c", report["compiler_flags"])[0], report)
    for case in sorted(path for path in directory.iterdir() if path.is_dir()):
        network.reset()
        outputs = network(arrays_of(case, "input", len(network.inputs)))
        for index, (got, recorded) in enumerate(zip(outputs, arrays_of(case, "output", len(outputs)))):
            if got.shape != recorded.shape or (got != recorded).any():
                yield f"{case.name}: output {index}: {(got != recorded).sum()} of {got.size} elements differ"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--barecc", required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--models", dest="set", type=pathlib.Path, required=True, help="the model set")
    parser.add_argument("names", nargs="+", metavar="MODEL")
    arguments = parser.parse_args()
    failed = False
    for name in arguments.names:
        work = (arguments.work / name).resolve()
        work.mkdir(parents=True, exist_ok=True)
        try:
            wrong = list(differences(arguments.set / name, arguments.barecc, work))
        except Failed as failure:
            wrong = [f"{failure.verdict}: {failure}"]
        print(f"{name}: {'; '.join(wrong) or 'equal to the bit'}", flush=True)
        failed |= bool(wrong)
    sys.exit(failed)


if __name__ == "__main__":
    main()
