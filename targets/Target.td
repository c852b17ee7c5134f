//===- Target.td - what a target is ---------------------------------------------------------------------------===//
//
// A target is one record in a file of its name, targets/<name>.td. It says all that barecc knows of a processor: what
// kernels may use, what compiles the C, and what runs the program where barecc runs. tools/target-tblgen makes the C++
// table of compiler/driver/Target.cpp of them; CMake, the bench and the pages of docs/ read them as JSON
// (build/targets/targets.json). What targets have in common is said once, in targets/families/.
//
//===----------------------------------------------------------------------------------------------------------===//

#ifndef BARECC_TARGET_TD
#define BARECC_TARGET_TD

include "targets/features.td"

// A program, or a file by its absolute path, and the Debian package that brings it.
class Part<string file_, string package_> {
  string file = file_;
  string package = package_;
}

// No fused multiply-add that the source does not ask for, so that each compiler rounds the same way; no errno and no
// floating-point traps, which the generated code never looks at and which keep loops from vectorising.
defvar numericFlags = ["-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"];

// Clang makes vectors of loops at -Os too, with a scalar loop for what is left.
defvar scalarLoops = ["-fno-vectorize", "-fno-slp-vectorize"];

// A processor that LLVM has a scheduling model of: its inner loops stand in docs/inner-loops.md.
class ProcessorModel<string name_, list<string> free_ = [], int vectorBits_ = 0> {
  string name = name_;                 // llvm-mca's -mcpu
  list<string> free = free_;           // mnemonics that the model lacks and that take no time of their own
  int vectorBits = vectorBits_;        // length of its vectors, where the instruction set leaves it open
}

// Processors that have features beside those that a target promises, which its programs find out about when they run.
class FeatureLevel<string name_, list<Feature> features_> {
  string name = name_;                 // behind the names of functions that are compiled for them
  list<Feature> features = features_;  // beside the target's, each with a detection
}

class Target<string name_, string description_, list<Feature> features_ = []> {
  string name = name_;                 // of --target
  string description = description_;   // one line for `barecc targets`
  string arch = "";                    // architecture of LLVM's triple: x86_64, thumbv7em, riscv32; empty: any
  list<Feature> features = features_;  // of the instruction set, all that kernels may use
  list<FeatureLevel> levels = [];             // from the best down, each with the features of those below it; the last one
                                       // has the target's alone. Empty: programs do not ask
  bit isBigEndian = false;             // the byte order of numbers in memory
  int arenaAlign = 16;                 // bytes that the arena is aligned to: the widest vector a kernel loads
  int codePercent = 100;               // what code of plain kernels takes at --optimize size, Thumb-2's being 100: their
                                       // records have it of that. To be set where it is far from it

  // The compiler of the C and of programs around it.
  string compiler;                     // program
  string compilerPackage;              // Debian packages that bring it and its C library, with spaces between
  list<Part> compilerParts = [];       // what it needs and comes in other packages
  list<string> archFlags = [];         // for the instruction set
  list<string> gccSpeedFlags = [];     // those of speedFlags that only GCC has
  list<string> speedFlags = !listconcat(["-O3"], numericFlags, gccSpeedFlags); // for --optimize speed
  list<string> sizeFlags = !listconcat(["-Os"], numericFlags);                 // for --optimize size
  list<string> libraryFlags = [];      // for the C library, in compiling and linking
  list<string> linkFlags = [];         // for linking a program that runs here

  // What runs a program here.
  string environment = "Hosted";       // what a program has around it: Hosted, an operating system; Semihosting, a
                                       // board whose debugger gives it files and arguments; WASI, a WebAssembly host
  list<string> emulator = [];          // program and its arguments, to which the program's own come; empty: the
                                       // processor that barecc runs on
  string emulatorPackage = "";         // Debian package that brings it
  list<string> processors = [];        // what QEMU's -cpu is told, where one program has to run right on all of them;
                                       // the first is what programs run on unless told. Empty: the emulator's choice
  string runsOn;                       // what `barecc targets` says of all this
  bit isTimed = false;                 // time is worth telling here; elsewhere instructions are counted

  // Build systems of devices (--project) whose processors it stands for.
  list<string> projects = [];
  list<string> cmsisCores = [];        // processors that its code runs on, by their names in CMSIS-Pack (Dcore)

  // What bench/inner_loops makes docs/inner-loops.md of.
  list<ProcessorModel> models = [];
  list<string> mcaFlags = [];          // of llvm-mca, beside -mcpu
  list<string> objdumpFlags = [];      // of llvm-objdump
  string loopsNote = "";               // a sentence below the table
}

#endif
