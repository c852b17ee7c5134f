"""What is estimated: targets, and for each the processors whose scheduling models LLVM has."""

from dataclasses import dataclass

import instructions
from layers import FLOAT, INT8


@dataclass
class Processor:
    name: str
    arguments: list         # of llvm-mca
    free: tuple = ()        # mnemonics that the model lacks and that take no time of their own
    macs_of: object = None  # where it is not the target's
    qemu: str = ""          # what QEMU_CPU is to be


@dataclass
class Target:
    name: str
    macs_of: object
    objdump: list
    processors: list
    # The densest products that the instruction set has, on registers that do not wait for each other, by element type.
    peak: dict
    notes: tuple = ()


def lines(pattern, registers):
    return [pattern.format(register) for register in registers]


M_PROFILE = "-mtriple=thumbv8.1m.main-none-eabi"
CORTEX_M_SMLAD = {INT8: lines("smlad r{0}, r8, r9, r{0}", range(8)),
                  FLOAT: lines("vfma.f32 s{0}, s16, s17", range(16))}
CORTEX_A_SMLAL = {INT8: lines("smlal v{0}.8h, v30.8b, v31.8b", range(16)),
                  FLOAT: lines("fmla v{0}.4s, v30.4s, v31.4s", range(16))}
CORTEX_A_DOT = {INT8: lines("sdot v{0}.4s, v30.16b, v31.16b", range(16)), FLOAT: CORTEX_A_SMLAL[FLOAT]}
CORTEX_A_MATRIX = {INT8: lines("smmla v{0}.4s, v30.16b, v31.16b", range(16)), FLOAT: CORTEX_A_SMLAL[FLOAT]}
# What is added are products of the round before.
SCALAR_MUL = [line for i in range(7) for line in (f"mul t{i}, a6, a7", f"add s{i}, s{i}, t{(i + 1) % 7}")]


def aarch64(name):
    return Processor(name, ["-mtriple=aarch64", f"-mcpu={name}", "-mattr=+dotprod,+fullfp16,+i8mm"])


def riscv_vector_processor(name, bits):
    return Processor(name, ["-mtriple=riscv64", f"-mcpu={name}", "-mattr=+v"],
                     macs_of=instructions.riscv_vectors(bits), qemu=f"rv64,v=true,vext_spec=v1.0,vlen={bits}")


TARGETS = [
    Target("cortex-m3", instructions.ARM_M, ["--mcpu=cortex-m3"],
           [Processor("cortex-m3", [M_PROFILE, "-mcpu=cortex-m3"])],
           {INT8: lines("mla r{0}, r8, r9, r{0}", range(8))}),
    Target("cortex-m4", instructions.ARM_M, ["--mcpu=cortex-m4"],
           [Processor("cortex-m4", [M_PROFILE, "-mcpu=cortex-m4"])], CORTEX_M_SMLAD),
    Target("cortex-m7", instructions.ARM_M, ["--mcpu=cortex-m7"],
           [Processor("cortex-m7", [M_PROFILE, "-mcpu=cortex-m7"])], CORTEX_M_SMLAD),
    Target("cortex-m55", instructions.ARM_M, ["--mcpu=cortex-m55"],
           [Processor("cortex-m55", [M_PROFILE, "-mcpu=cortex-m55"], free=("le", "letp"))],
           {INT8: lines("vmladava.s8 r{0}, q0, q1", (0, 2, 4, 6, 8, 10)),
            FLOAT: lines("vfma.f32 q{0}, q6, q7", range(6))},
           ("The instruction that ends a low-overhead loop counts as free: LLVM's model has none for it.",)),
    Target("rv32imac", instructions.RISCV, ["--mattr=+m,+c"],
           [Processor("sifive-e31", ["-mtriple=riscv32", "-mcpu=sifive-e31"]),
            Processor("sifive-e76", ["-mtriple=riscv32", "-mcpu=sifive-e76"])],
           {INT8: SCALAR_MUL}),
    Target("rv64gc", instructions.RISCV, ["--mattr=+m,+c,+f,+d"],
           [Processor("sifive-u74", ["-mtriple=riscv64", "-mcpu=sifive-u74"])],
           {INT8: SCALAR_MUL,
            FLOAT: lines("fmadd.s fa{0}, ft0, ft1, fa{0}", range(8))}),
    Target("rv64gcv", None, ["--mattr=+v,+c"],
           [riscv_vector_processor("sifive-x280", 512), riscv_vector_processor("sifive-p670", 128),
            riscv_vector_processor("spacemit-x60", 256)],
           {INT8: ["vsetvli t0, zero, e16, m4, ta, ma", *lines("vwmacc.vx v{0}, a0, v4", (8, 16, 24))],
            FLOAT: ["vsetvli t0, zero, e32, m8, ta, ma", *lines("vfmacc.vf v{0}, fa0, v0", (8, 16, 24))]},
           ("Vectors have the processor's own length: 512 bits on X280, 128 on P670, 256 on X60.",)),
    Target("armv7", instructions.ARM_V7, ["--mcpu=cortex-a57"],
           [Processor(name, ["-mtriple=thumbv7a-linux-gnueabihf", f"-mcpu={name}", "-mattr=+neon,+vfp4"])
            for name in ("cortex-a9", "cortex-a57")],
           {INT8: lines("vmlal.s8 q{0}, d30, d31", range(8)), FLOAT: lines("vmla.f32 q{0}, q14, q15", range(8))}),
    Target("arm64", instructions.ARM64, ["--mattr=+all"], [aarch64("cortex-a53"), aarch64("cortex-a72")],
           CORTEX_A_SMLAL),
    Target("arm64-dot", instructions.ARM64, ["--mattr=+all"],
           [aarch64(name) for name in ("cortex-a55", "cortex-a76", "neoverse-n1")], CORTEX_A_DOT,
           ("LLVM gives Cortex-A76 the resources of Cortex-A57; Neoverse N1, of the same design, has its own model.",)),
    Target("arm64-i8mm", instructions.ARM64, ["--mattr=+all"],
           [aarch64(name) for name in ("cortex-a510", "neoverse-v2")], CORTEX_A_MATRIX),
]
