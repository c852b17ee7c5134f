include "targets/families/linux.td"

def RV64GC : Riscv64<"rv64gc", "RISC-V Linux, 64 bits", [FeatureF, TuneScalar]> {
  let gccSpeedFlags = asWrittenScalar;
  let models = [ProcessorModel<"sifive-u74">];
}
