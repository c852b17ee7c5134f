include "targets/families/linux.td"

// Vectors, on whose length a program is not to depend: it runs on several. What an instruction may leave as it is or
// overwrite, QEMU is to overwrite. Built by clang, since vector intrinsics are newer than the GCC of Debian 12, whose
// linker and C library it takes.
def RV64GCV : Riscv64<"rv64gcv", "RISC-V Linux, 64 bits, vectors", [FeatureV]> {
  let compiler = "clang-22";
  let compilerPackage = "clang-22";
  let compilerParts = [Part<"riscv64-linux-gnu-ld", "gcc-riscv64-linux-gnu">];
  let archFlags = ["--target=riscv64-linux-gnu", "-march=rv64gcv"];
  let codePercent = 125;
  let sizeFlags = !listconcat(["-Os"], scalarLoops, numericFlags);
  let processors = !foreach(length, ["128", "256", "512"],
                            "rv64,v=true,vext_spec=v1.0,rvv_ta_all_1s=true,rvv_ma_all_1s=true,vlen=" # length);
  let models = [ProcessorModel<"sifive-x280", [], 512>, ProcessorModel<"sifive-p670", [], 128>,
                    ProcessorModel<"spacemit-x60", [], 256>];
  let mcaFlags = ["-mtriple=riscv64", "-mattr=+v"];
  let objdumpFlags = ["--mattr=+v,+c"];
  let loopsNote = "Vectors have the processor's own length: 512 bits on X280, 128 on P670, 256 on X60.";
}
