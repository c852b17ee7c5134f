// A fuzzer of an importer: whatever bytes it is given, it reports or gives a module that the stages behind it take.
#pragma once

#include "compiler/import/Import.h"
#include "compiler/ir/NN.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"

namespace barecc::fuzz {

using Importer = ImportedModel (*)(std::unique_ptr<llvm::MemoryBuffer>, const ImportOptions &, mlir::MLIRContext *);

inline int importAndVerify(Importer importer, const uint8_t *data, size_t size)
{
    mlir::DialectRegistry registry;
    registerDialects(registry);
    mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
    context.loadAllAvailableDialects();
    bool isReported = false;
    mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &) { isReported = true; });
    const llvm::StringRef bytes(reinterpret_cast<const char *>(data), size);
    const ImportedModel imported = importer(llvm::MemoryBuffer::getMemBufferCopy(bytes), {}, &context);
    if (imported.module ? failed(mlir::verify(*imported.module)) : !isReported)
        std::abort();
    return 0;
}

} // namespace barecc::fuzz
