// Programs without an operating system on a board of QEMU's system mode, by GCC and picolibc: its start-up code, and
// semihosting for the files that tests read and write.
#ifndef BARECC_FAMILIES_BOARD_TD
#define BARECC_FAMILIES_BOARD_TD

include "targets/Target.td"
include "targets/families/gcc.td"

// What a linker may fill.
class MemoryRegion<int address_, int bytes_> {
  int address = address_;
  int bytes = bytes_;
}

class Board<string machine_, string processor_, MemoryRegion flash_, MemoryRegion ram_, list<string> arguments_ = []> {
  string machine = machine_;           // QEMU's -M
  string processor = processor_;       // that QEMU's board has
  MemoryRegion flash = flash_;         // code, constants, first values of variables
  MemoryRegion ram = ram_;             // variables, heap, at the end the stack
  list<string> arguments = arguments_; // of QEMU, beside the machine
}

class BareMetal<string name, string description, list<Feature> features, string triple, string qemu, Board board_>
    : Target<name, description, features> {
  Board board = board_;
  // The instruction set whose C library is linked, where it is not the program's.
  list<string> libraryArchFlags = [];
  // Kept from the heap, for the harness to paint 64 KiB of it.
  defvar stackBytes = 0x11000;

  let compiler = triple # "-gcc";
  let compilerPackage = "gcc-" # triple # " picolibc-" # triple;
  let libraryFlags = ["--specs=picolibc.specs"];
  let linkFlags = !listconcat(libraryArchFlags,
      ["--crt0=semihost", "--oslib=semihost",
       "-Wl,--defsym=__flash=" # board_.flash.address, "-Wl,--defsym=__flash_size=" # board_.flash.bytes,
       "-Wl,--defsym=__ram=" # board_.ram.address, "-Wl,--defsym=__ram_size=" # board_.ram.bytes,
       "-Wl,--defsym=__stack_size=" # stackBytes, "-Wl,--gc-sections"]);
  let environment = "Semihosting";
  let emulator = !listconcat([qemu, "-M", board_.machine, "-nographic", "-monitor", "none", "-serial", "none"],
                             board_.arguments);
  let runsOn = board_.machine # " (" # board_.processor # ")";
}

#endif
