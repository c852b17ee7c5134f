// 32-bit RISC-V without floats on QEMU's virt board. The compiler is the one for 64 bits, which makes both.
#ifndef BARECC_FAMILIES_RISCV32_TD
#define BARECC_FAMILIES_RISCV32_TD

include "targets/families/board.td"

def Virt : Board<"virt", "RV32", MemoryRegion<0x80000000, 0x2000000>, MemoryRegion<0x82000000, 0x4000000>,
                 ["-bios", "none"]>;

class Riscv32<string name, string description>
    : BareMetal<name, description, [TuneScalar], "riscv64-unknown-elf", "qemu-system-riscv32", Virt> {
  let arch = "riscv32";
  let mcaFlags = ["-mtriple=riscv32"];
  let objdumpFlags = ["--mattr=+m,+c"];
  let archFlags = ["-march=" # name, "-mabi=ilp32", "-mcmodel=medany"];
  let gccSpeedFlags = asWrittenScalar;
  let emulatorPackage = "qemu-system-misc";
  let projects = ["zephyr", "arduino", "esp-idf"];
}

#endif
