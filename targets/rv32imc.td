include "targets/families/riscv32.td"

def RV32IMC : Riscv32<"rv32imc", "RISC-V, 32 bits, compressed instructions">;
