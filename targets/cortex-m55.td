include "targets/families/cortexm.td"

def CortexM55 : CortexMFloat<"cortex-m55", "Armv8.1-M with Helium",
                            [FeatureDSP, FeatureMVE, FeatureMVEFP], Mps3An547, "auto"> {
  let arch = "thumbv8.1m.main";
  let models = [ProcessorModel<"cortex-m55", ["le", "letp"]>];
  let loopsNote = "The instruction that ends a low-overhead loop counts as free: LLVM's model has none for it.";
  let cmsisCores = ["Cortex-M55", "Cortex-M85"];
}
