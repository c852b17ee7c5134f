include "targets/families/riscv32.td"

def RV32IMAC : Riscv32<"rv32imac", "RISC-V, 32 bits, compressed and atomic instructions"> {
  let models = [ProcessorModel<"sifive-e31">, ProcessorModel<"sifive-e76">];
}
