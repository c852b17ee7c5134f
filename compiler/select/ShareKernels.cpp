// For each kernel that is called: one body for all layers, or one specialised for each.
#include "compiler/kernel/Kernel.h"
#include "compiler/kernel/Registry.h"
#include "compiler/select/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

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
            llvm::SetVector<kernel::ParamsAttr> layers;
            KernelBytes size{};
            for (kernel::CallOp call : calls) {
                layers.insert(call.getParams());
                const ArrayRef<int64_t> bytes = *call.getBytes();
                size = {bytes[0], bytes[1], std::max(size.helpers, bytes[2]), bytes[3]};
            }
            if (size.asShared(int64_t(layers.size())) < size.asCopies(int64_t(layers.size())))
                for (kernel::CallOp call : calls)
                    call.setShared(true);
        }
    }
};

} // namespace
} // namespace barecc
