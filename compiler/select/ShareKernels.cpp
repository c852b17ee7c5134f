// For each kernel that is called: one body for all layers, or one specialised for each.
#include "compiler/kernel/Kernel.h"
#include "compiler/select/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;

namespace barecc {
#define GEN_PASS_DEF_SHAREKERNELSPASS
#include "compiler/select/Passes.h.inc"

namespace {

struct ShareKernels : impl::ShareKernelsPassBase<ShareKernels> {
    void runOnOperation() override
    {
        llvm::MapVector<StringRef, SmallVector<kernel::CallOp>> callsOf;
        getOperation().walk([&](kernel::CallOp call) { callsOf[call.getCallee()].push_back(call); });
        for (auto &[name, calls] : callsOf) {
            if (!llvm::all_of(calls, [](kernel::CallOp call) { return call.getBytes().has_value(); }))
                continue;
            int64_t shared = calls.front().getBytes()->getShared(), helpers = 0, copies = 0;
            llvm::SmallDenseSet<kernel::ParamsAttr> layers;
            for (kernel::CallOp call : calls) {
                const kernel::BytesAttr bytes = *call.getBytes();
                helpers = std::max(helpers, bytes.getHelpers());
                if (!layers.insert(call.getParams()).second)
                    continue;
                shared += bytes.getParams();
                copies += bytes.getLayer();
            }
            if (shared < helpers + copies)
                for (kernel::CallOp call : calls)
                    call.setShared(true);
        }
    }
};

} // namespace
} // namespace barecc
