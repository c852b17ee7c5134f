include "targets/Target.td"

// A program that node runs. WASI is what the harness needs for its files; the generated code needs none.
def Wasm : Target<"wasm", "WebAssembly with 128-bit SIMD", [FeatureSIMD128]> {
  let arch = "wasm32";
  let compiler = "clang-22";
  let compilerPackage = "clang-22";
  let compilerParts = [Part<"wasm-ld-22", "lld-22">, Part<"/usr/lib/wasm32-wasi/libc.a", "wasi-libc">,
                       Part<"/usr/lib/llvm-22/lib/clang/22/lib/wasi/libclang_rt.builtins-wasm32.a",
                            "libclang-rt-22-dev-wasm32">];
  // The name wasm32-wasi is deprecated, but Debian's wasi-libc lies in folders of that name.
  let archFlags = ["--target=wasm32-wasi", "-Wno-deprecated", "-msimd128"];
  let codePercent = 125;
  let sizeFlags = !listconcat(["-Os"], scalarLoops, numericFlags);
  // The stack lies below all data, so that a program which overflows it stops.
  let linkFlags = ["-Wl,-z,stack-size=1048576", "-Wl,--stack-first"];
  let environment = "WASI";
  // Without the fast compiler that comes first, so that all runs which are timed are those of the optimised code.
  let emulator = ["node", "--no-warnings", "--no-liftoff"];
  let emulatorPackage = "nodejs";
  let runsOn = "node";
  let isTimed = true;
}
