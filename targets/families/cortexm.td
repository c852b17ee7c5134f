// Arm's Cortex-M on the boards that Arm has images for.
#ifndef BARECC_FAMILIES_CORTEXM_TD
#define BARECC_FAMILIES_CORTEXM_TD

include "targets/families/board.td"

// A board whose processor takes its stack and its first instruction from the words at `start`. Where the program does
// not lie there, QEMU is to put the stack's end there.
class ArmBoard<string machine, string processor, MemoryRegion flash, MemoryRegion ram, int start = 0>
    : Board<machine, processor, flash, ram,
            !if(!eq(start, flash.address), []<string>,
                ["-device", "loader,data-len=4,addr=" # start # ",data=" # !add(ram.address, ram.bytes)])>;

def Mps2An385 : ArmBoard<"mps2-an385", "Cortex-M3", MemoryRegion<0, 0x400000>, MemoryRegion<0x21000000, 0x1000000>>;
def Mps2An386 : ArmBoard<"mps2-an386", "Cortex-M4", MemoryRegion<0, 0x400000>, MemoryRegion<0x21000000, 0x1000000>>;
def Mps2An500 : ArmBoard<"mps2-an500", "Cortex-M7", MemoryRegion<0, 0x400000>, MemoryRegion<0x60000000, 0x1000000>>;
def Mps2An505 : ArmBoard<"mps2-an505", "Cortex-M33", MemoryRegion<0x10000000, 0x400000>,
                         MemoryRegion<0x80000000, 0x1000000>, 0x10000000>;
// Not all models fit the 512 KiB that this board starts from, so both lie in its DRAM.
def Mps3An547 : ArmBoard<"mps3-an547", "Cortex-M55", MemoryRegion<0x60000000, 0x2000000>,
                         MemoryRegion<0x62000000, 0x4000000>>;

class CortexM<string name, string description, list<Feature> features, ArmBoard board, list<string> cpuFlags>
    : BareMetal<name, description, features, "arm-none-eabi", "qemu-system-arm", board> {
  let archFlags = cpuFlags;
  let emulatorPackage = "qemu-system-arm";
  let mcaFlags = ["-mtriple=thumbv8.1m.main-none-eabi"];
  let objdumpFlags = ["--mcpu=" # name];
  let projects = ["zephyr", "arduino", "cmsis-pack"];
}

// Without a unit for floats.
class CortexMScalar<string name, string description, ArmBoard board, list<Feature> features = []>
    : CortexM<name, description, !listconcat([TuneScalar], features), board, ["-mcpu=" # name, "-mthumb"]> {
  let gccSpeedFlags = asWrittenScalar;
}

// With one, by GCC's name for it.
class CortexMFloat<string name, string description, list<Feature> features, ArmBoard board, string fpu>
    : CortexM<name, description, !listconcat([FeatureThumb2], features, [FeatureVFP4SP]), board,
              ["-mcpu=" # name, "-mthumb", "-mfloat-abi=hard", "-mfpu=" # fpu]>;

#endif
