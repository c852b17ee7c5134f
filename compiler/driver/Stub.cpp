// Stands in until the TFLite importer lands.
#include "compiler/import/Import.h"

namespace barecc {

ImportedModel importTFLite(std::unique_ptr<llvm::MemoryBuffer>, const ImportOptions &, mlir::MLIRContext *context)
{
    mlir::emitError(mlir::UnknownLoc::get(context), "TFLite models are not read yet");
    return {};
}

std::vector<SupportedOperator> tfliteOperators()
{
    return {};
}

} // namespace barecc
