#!/usr/bin/python3
"""Writes docs/inner-loops.md: what LLVM's processor models make of the kernels' inner loops.

    inner_loops.py [--build BUILD] [--output FILE] [TARGET...]

Each layer of layers.py is compiled, built and run by `barecc bench` for each target that names processors. The loop of
the program that did the most multiply-accumulates, those of loops inside it left out, is the kernel's inner loop, and
goes to llvm-mca. Needs the cross compilers and emulators of tools/setup/install-packages.sh.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

import instructions
import loops
import mca
import processors
from layers import FLOAT, INT8, LAYERS

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
ELEMENTS = {INT8: "int8", FLOAT: "f32"}
HEADER = """# Inner loops, as LLVM's processor models see them

What [bench/inner_loops](../bench/inner_loops/inner_loops.py) wrote; `/usr/bin/python3 bench/inner_loops/inner_loops.py`
writes it again. Each row is one layer, compiled for speed and run under QEMU. Its inner loop is the loop of the program
that did the most multiply-accumulates, those of loops inside it left out, and stands in the table as `llvm-mca-22`
estimates many rounds of it:

| column | what it is |
|---|---|
| instructions | of one round, as executed; in brackets the share of the layer's instructions that the loop has |
| MACs | of one round, as far as the layer needs them: what fills up a tile or a vector is left out |
| cycles | of one round |
| MACs/cycle | of the loop |
| peak | MACs a cycle of the densest product that the instruction set has for these elements, by the same model |

The peak is that of the product alone, on registers that do not wait for each other; a depthwise convolution has no use
for it where it is a dot product or a product of matrices. The model knows latencies, ports and issue width; it takes
every load from the first cache and every branch as predicted, so that a processor with slower memory needs more cycles.
A layer is missing where its kernel is plain C in which no multiply-accumulates were recognised, a processor where LLVM
has no model of it (Cortex-M0), and WebAssembly has none.

"""


def bench(build, directory, layer, element, target, processor):
    """The kernel, its instructions, its multiply-accumulates, and the functions of the program as executed."""
    model = directory / "layer.onnx"
    model.write_bytes(layer.onnx(element))
    environment = dict(os.environ, **({"QEMU_CPU": processor.qemu} if processor.qemu else {}))
    command = [build / "bin/barecc", "bench", model, "--target", target.name, "--keep", directory]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                          env=environment)
    if done.returncode:
        sys.exit(done.stderr)
    # Layer, kernel, MACs, instructions, instructions per MAC, share, "%".
    rows = [line.split() for line in done.stdout.splitlines() if line.endswith(" %")]
    row = next(row for row in rows if len(row) == 7 and int(row[2]) > 0)
    executions = loops.executions_of((directory / "blocks.txt").read_text())
    bodies = loops.functions(["llvm-objdump-22", *target.objdump], directory / "program", executions)
    return row[1], int(row[3]), int(row[2]), bodies


def estimate(processor, body, vtype):
    """Cycles of a round. `vtype` is what vectors were set to before it."""
    lines = [i.text for i in body if i.mnemonic not in processor.free]
    if vtype:
        bits, multiplier = vtype
        length = f"M{multiplier}" if multiplier >= 1 else f"MF{int(1 / multiplier)}"
        lines = [f"# LLVM-MCA-RISCV-LMUL {length}", f"# LLVM-MCA-RISCV-SEW E{bits}", *lines]
    return mca.cycles(processor.arguments, lines)


def peak(processor, target, element):
    """Multiply-accumulates a cycle of the densest instructions."""
    body = [loops.Instruction(4 * i, text) for i, text in enumerate(target.peak[element])]
    macs = sum(processor.macs_of(body))
    # The vector type is set once, not in each round.
    return macs / estimate(processor, [i for i in body if not i.mnemonic.startswith("vset")],
                           instructions.vtypes(body)[-1])


def row(build, layer, element, target, processor):
    """A line of the table, or None where the loop is not found."""
    with tempfile.TemporaryDirectory() as directory:
        kernel, executed, macs, bodies = bench(build, pathlib.Path(directory), layer, element, target, processor)
    loop, found = loops.busiest_loop(bodies, processor.macs_of)
    print(f"{target.name}, {processor.name}, {ELEMENTS[element]} {layer.name}: {kernel}, "
          f"{found / macs:.2f} of its multiply-accumulates recognised", flush=True)
    # Taps in the padding make it fewer where they are left out, rows that fill up a tile make it more.
    if loop is None or not 0.8 < found / macs < 2.5:
        return None
    needed = loop.macs * min(1, macs / found)
    cells = [f"{ELEMENTS[element]} {layer.name}", f"`{kernel}`", processor.name,
             f"{loop.instructions:.0f} ({100 * loop.executed / executed:.0f} %)", f"{needed:.0f}"]
    best = peak(processor, target, element)
    try:
        cycles = estimate(processor, loop.body, instructions.vtypes(loop.function)[loop.begin])
        cells += [f"{cycles:.1f}", f"{needed / cycles:.2f}", f"{best:.1f}", f"{100 * needed / cycles / best:.0f} %"]
    except mca.Unsupported as reason:
        cells += [f"no model of `{reason}`", "", f"{best:.1f}", ""]
    return "| " + " | ".join(cells) + " |\n"


def section(build, target):
    text = (f"## {target.name}\n\n"
            "| layer | kernel | processor | instructions | MACs | cycles | MACs/cycle | peak | of the peak |\n"
            "|---|---|---|--:|--:|--:|--:|--:|--:|\n")
    for element in target.peak:
        for layer in LAYERS:
            for processor in target.processors:
                text += row(build, layer, element, target, processor) or ""
    return text + (f"\n{target.note}\n" if target.note else "") + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=PROJECT / "build")
    parser.add_argument("--output", type=pathlib.Path, default=PROJECT / "docs/inner-loops.md")
    parser.add_argument("targets", nargs="*", help="only these")
    arguments = parser.parse_args()
    targets = processors.load(arguments.build)
    unknown = set(arguments.targets) - {target.name for target in targets}
    if unknown:
        parser.error(f"no processors are listed for {', '.join(sorted(unknown))}")
    text = HEADER
    for target in targets:
        if not arguments.targets or target.name in arguments.targets:
            text += section(arguments.build, target)
    arguments.output.write_text(text.rstrip() + "\n")


if __name__ == "__main__":
    main()
