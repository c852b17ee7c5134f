include "targets/families/cortexm.td"

// GCC 12 knows the architecture but not the processor, and takes the Cortex-M55's for its timing. QEMU 7.2 has no
// Cortex-M85; what kernels use of it, a Cortex-M55 has too.
def CortexM85 : CortexM<"cortex-m85", "Armv8.1-M with Helium",
                        [FeatureThumb2, FeatureDSP, FeatureMVE, FeatureMVEFP, FeatureVFP4SP], Mps3An547,
                        ["-march=armv8.1-m.main+mve.fp+fp.dp", "-mtune=cortex-m55", "-mthumb", "-mfloat-abi=hard",
                         "-mfpu=auto"]> {
  let arch = "thumbv8.1m.main";
  let cmsisCores = ["Cortex-M55", "Cortex-M85"];
  let models = [ProcessorModel<"cortex-m85", ["le", "letp"]>];
  let loopsNote = "The instruction that ends a low-overhead loop counts as free, as on Cortex-M55.";
}
