"""What is estimated: the targets with processors whose scheduling models LLVM has."""

import pathlib
import sys
from dataclasses import dataclass

import instructions
from layers import FLOAT, INT8

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(PROJECT / "targets"))
import targets as descriptions  # noqa: E402  (of the folder just added)


@dataclass
class Processor:
    name: str
    arguments: list         # of llvm-mca
    free: list              # mnemonics that the model lacks and that take no time of their own
    macs_of: object
    qemu: str               # what QEMU_CPU is to be


@dataclass
class Target:
    name: str
    objdump: list
    processors: list
    # The densest products that the instruction set has, on registers that do not wait for each other, by element type.
    peak: dict
    note: str


def lines(pattern, registers):
    return [pattern.format(register) for register in registers]


# By the beginning of the architecture's name and a feature; the first that a target has are its densest.
PEAKS = {
    INT8: [
        ("aarch64", "i8mm", lines("smmla v{0}.4s, v30.16b, v31.16b", range(16))),
        ("aarch64", "dotprod", lines("sdot v{0}.4s, v30.16b, v31.16b", range(16))),
        ("aarch64", "neon", lines("smlal v{0}.8h, v30.8b, v31.8b", range(16))),
        ("arm", "neon", lines("vmlal.s8 q{0}, d30, d31", range(8))),
        ("thumb", "mve", lines("vmladava.s8 r{0}, q0, q1", (0, 2, 4, 6, 8, 10))),
        ("thumb", "dsp", lines("smlad r{0}, r8, r9, r{0}", range(8))),
        ("thumb", "tune-scalar", lines("mla r{0}, r8, r9, r{0}", range(8))),
        ("riscv", "v", ["vsetvli t0, zero, e16, m4, ta, ma", *lines("vwmacc.vx v{0}, a0, v4", (8, 16, 24))]),
        # What is added are products of the round before.
        ("riscv", "tune-scalar",
         [line for i in range(7) for line in (f"mul t{i}, a6, a7", f"add s{i}, s{i}, t{(i + 1) % 7}")]),
    ],
    FLOAT: [
        ("aarch64", "neon", lines("fmla v{0}.4s, v30.4s, v31.4s", range(16))),
        ("arm", "neon", lines("vmla.f32 q{0}, q14, q15", range(8))),
        ("thumb", "mve.fp", lines("vfma.f32 q{0}, q6, q7", range(6))),
        ("thumb", "vfp4d16sp", lines("vfma.f32 s{0}, s16, s17", range(16))),
        ("riscv", "v", ["vsetvli t0, zero, e32, m8, ta, ma", *lines("vfmacc.vf v{0}, fa0, v0", (8, 16, 24))]),
        ("riscv", "f", lines("fmadd.s fa{0}, ft0, ft1, fa{0}", range(8))),
    ],
}
MACS = {"aarch64": instructions.ARM64, "arm": instructions.ARM_V7, "thumb": instructions.ARM_M,
        "riscv": instructions.RISCV}


def processor_of(target, model):
    bits = model["vectorBits"]
    macs_of = next(macs for arch, macs in MACS.items() if target["arch"].startswith(arch))
    return Processor(model["name"], [*target["mcaFlags"], f"-mcpu={model['name']}"], model["free"],
                     instructions.riscv_vectors(bits) if bits else macs_of,
                     f"rv64,v=true,vext_spec=v1.0,vlen={bits}" if bits else "")


def peak_of(target):
    peak = {}
    for element, rows in PEAKS.items():
        for arch, feature, body in rows:
            if target["arch"].startswith(arch) and feature in target["features"]:
                peak.setdefault(element, body)
    return peak


def load(build):
    return [Target(target["name"], target["objdumpFlags"], [processor_of(target, model) for model in target["models"]],
                   peak_of(target), target["loopsNote"])
            for target in descriptions.load(build / "targets/targets.json") if target["models"]]
