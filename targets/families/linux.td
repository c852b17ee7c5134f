// Linux programs for another processor, by Debian's cross compilers, run by QEMU's user mode.
#ifndef BARECC_FAMILIES_LINUX_TD
#define BARECC_FAMILIES_LINUX_TD

include "targets/Target.td"
include "targets/families/gcc.td"

class Linux<string name, string description, list<Feature> features, string triple, string qemu>
    : Target<name, description, features> {
  let compiler = triple # "-gcc";
  let compilerPackage = "gcc-" # triple;
  let emulator = [qemu, "-L", "/usr/" # triple];
  let emulatorPackage = "qemu-user";
  let runsOn = qemu;
}

class Arm64<string name, string description, list<Feature> features>
    : Linux<name, description, features, "aarch64-linux-gnu", "qemu-aarch64"> {
  let arch = "aarch64";
  let mcaFlags = ["-mtriple=aarch64", "-mattr=+dotprod,+fullfp16,+i8mm"];
  let objdumpFlags = ["--mattr=+all"];
  let gccSpeedFlags = asWritten;
  let projects = ["zephyr"];
}

class Armv7A<string name, string description>
    : Linux<name, description, [FeatureNEON], "arm-linux-gnueabihf", "qemu-arm"> {
  let arch = "armv7a";
  let mcaFlags = ["-mtriple=thumbv7a-linux-gnueabihf", "-mattr=+neon,+vfp4"];
  let objdumpFlags = ["--mcpu=cortex-a57"];
}

class Riscv64<string name, string description, list<Feature> features>
    : Linux<name, description, features, "riscv64-linux-gnu", "qemu-riscv64"> {
  let arch = "riscv64";
  let mcaFlags = ["-mtriple=riscv64"];
  let objdumpFlags = ["--mattr=+m,+c,+f,+d"];
  let projects = ["zephyr"];
}

#endif
