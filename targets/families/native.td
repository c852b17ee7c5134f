// Targets whose programs run on the processor that barecc runs on, built by its own compiler.
#ifndef BARECC_FAMILIES_NATIVE_TD
#define BARECC_FAMILIES_NATIVE_TD

include "targets/Target.td"

class Native<string name, string description, list<Feature> features = []> : Target<name, description, features> {
  let compiler = "gcc";
  let compilerPackage = "gcc";
  let runsOn = "this machine";
  let isTimed = true;
}

class X86<string name, string description, list<Feature> features> : Native<name, description, features> {
  let arch = "x86_64";
}

// The features of the psABI's micro-architecture levels that kernels may use.
defvar featuresOfV3 = [FeatureAVX2, FeatureFMA, FeatureF16C];
defvar featuresOfV4 = !listconcat(featuresOfV3, [FeatureAVX512F, FeatureAVX512BW, FeatureAVX512DQ, FeatureAVX512VL]);

#endif
