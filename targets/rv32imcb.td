include "targets/families/riscv32.td"

// Address generation, basic bit manipulation and single-bit instructions (Zbs), which QEMU's board has. The flags leave
// Zbs out, since with it GCC 12 fails on the constant 2048. picolibc is the one for a processor without these.
def RV32IMCB : Riscv32<"rv32imcb", "RISC-V, 32 bits, compressed instructions, bit manipulation (Zba, Zbb, Zbs)"> {
  let archFlags = ["-march=rv32imc_zba_zbb", "-mabi=ilp32", "-mcmodel=medany"];
  let libraryArchFlags = ["-march=rv32imc"];
}
