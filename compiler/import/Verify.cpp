#include "compiler/import/Verify.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;

namespace barecc {

std::string verifierReason(StringRef message)
{
    if (message.consume_front("'nn.") && message.contains("' op "))
        return message.split("' op ").second.str();
    return "has tensors whose types or shapes do not go together";
}

LogicalResult verifyImported(ModuleOp module)
{
    SmallVector<std::pair<Location, std::string>> problems;
    {
        ScopedDiagnosticHandler handler(module.getContext(), [&](Diagnostic &diagnostic) {
            if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
                problems.emplace_back(diagnostic.getLocation(), verifierReason(diagnostic.str()));
        });
        if (succeeded(verify(module)))
            return success();
    }
    for (const auto &[loc, reason] : problems)
        emitError(loc) << reason << "; check the types, shapes and attributes that the model gives it";
    return failure();
}

} // namespace barecc
