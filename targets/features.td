//===- features.td - instruction-set features -----------------------------------------------------------------===//
//
// What kernels ask for (features in kernels/*/kernels.td) and targets have (targets/*.td). Both name these records, so
// that a feature that is not here does not build.
//
//===----------------------------------------------------------------------------------------------------------===//

#ifndef BARECC_FEATURES_TD
#define BARECC_FEATURES_TD

class Feature<string name_, string macro_, string attribute_ = ""> {
  string name = name_;           // LLVM's name, as `barecc targets` prints it
  string macro = macro_;         // preprocessor condition that holds where a C compiler may use the feature
  string attribute = attribute_; // what __attribute__((target(...))) of GCC and clang takes for it, of several features
                                 // each part between commas once; empty where only flags of the whole file turn it on
  string detection = "";         // C expression that holds where the processor that runs it has the feature; empty
                                 // where programs have no way to ask
  // Vectors of 32-bit words that round products as quantised arithmetic does, which compilers do not find: the header
  // of kernels/ whose functions integer loops are then written with, and its lanes. Empty: loops are left to the
  // compiler.
  string wordsHeader = "";
  int wordLanes = 0;
  // The header of kernels/ with functions of kernels/abi that the instructions compute in fewer, each with a macro that
  // keeps the plain one away. Empty: there are none.
  string helpersHeader = "";
}

// No instructions but a class of processors that kernels are tuned for. Its code runs anywhere.
class Tuning<string name> : Feature<name, "">;

// No vectors: kernels keep blocks of sums in scalar registers.
def TuneScalar : Tuning<"tune-scalar">;

// x86-64, which has SSE2. GCC and clang call all by one name.
class X86Feature<string name> : Feature<name, "defined(__" # !toupper(name) # "__)", name> {
  let detection = "__builtin_cpu_supports(\"" # name # "\")";
}
def FeatureSSE2       : Feature<"sse2", "defined(__SSE2__)">;
def FeatureAVX2       : X86Feature<"avx2">;
def FeatureFMA        : X86Feature<"fma">;
def FeatureF16C       : X86Feature<"f16c">;
def FeatureAVX512F    : X86Feature<"avx512f">;
def FeatureAVX512BW   : X86Feature<"avx512bw">;
def FeatureAVX512DQ   : X86Feature<"avx512dq">;
def FeatureAVX512VL   : X86Feature<"avx512vl">;
def FeatureAVX512VNNI : X86Feature<"avx512vnni">;

// Arm, A profile
// 64-bit Arm, whichever version.
def FeatureV8A : Feature<"v8a", "defined(__aarch64__)"> {
  let helpersHeader = "arm64/half_v8a.h";
}
def FeatureNEON : Feature<"neon", "defined(__ARM_NEON)"> {
  let wordsHeader = "neon/words_neon.h";
  let wordLanes = 8;
}
def FeatureDotProd  : Feature<"dotprod", "defined(__ARM_FEATURE_DOTPROD)", "arch=armv8.2-a,+dotprod">;
def FeatureFullFP16 : Feature<"fullfp16", "defined(__ARM_FEATURE_FP16_VECTOR_ARITHMETIC)", "arch=armv8.2-a,+fp16">;
def FeatureI8MM     : Feature<"i8mm", "defined(__ARM_FEATURE_MATMUL_INT8)", "arch=armv8.2-a,+i8mm">;

// Arm, M profile
// Armv7-M and what came after, but for the Baseline of Armv8-M.
def FeatureThumb2 : Feature<"thumb2", "defined(__ARM_FEATURE_SAT)"> {
  let helpersHeader = "cortexm/scalar_thumb2.h";
}
def FeatureDSP : Feature<"dsp", "defined(__ARM_FEATURE_DSP)"> {
  let helpersHeader = "cortexm/quantize_dsp.h";
}
// Single-precision floats with fused multiply-add in 32 registers: FPv4-SP and all later units.
def FeatureVFP4SP : Feature<"vfp4d16sp", "defined(__ARM_FEATURE_FMA)">;
def FeatureMVE : Feature<"mve", "defined(__ARM_FEATURE_MVE)"> {
  let wordsHeader = "cortexm/words_mve.h";
  let wordLanes = 4;
}
def FeatureMVEFP : Feature<"mve.fp", "(__ARM_FEATURE_MVE & 2)">;

// RISC-V
def FeatureF : Feature<"f", "defined(__riscv_flen)">;
def FeatureV : Feature<"v", "defined(__riscv_vector)">;

// WebAssembly
def FeatureSIMD128 : Feature<"simd128", "defined(__wasm_simd128__)", "simd128">;

#endif
