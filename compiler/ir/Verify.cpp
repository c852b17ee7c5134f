// Verifiers of the nn dialect. Importers check their files first and say so in the file's words; what is checked
// here is what kernels rely on for memory safety.
#include "compiler/ir/NN.h"

using namespace mlir;

namespace barecc::nn {
} // namespace barecc::nn
