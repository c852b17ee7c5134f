#include "compiler/kernel/Registry.h"

#include "kernels/vector/gemm_band_f32.h"
#include "kernels/vector/patch2d_f32.h"

#include "llvm/ADT/STLExtras.h"

namespace barecc {

llvm::ArrayRef<KernelRecord> kernelRecords()
{
#include "compiler/kernel/Kernels.inc"
    return records;
}

const KernelRecord *findKernel(llvm::StringRef name)
{
    const llvm::ArrayRef<KernelRecord> records = kernelRecords();
    const KernelRecord *found = llvm::find_if(records, [&](const KernelRecord &record) { return record.name == name; });
    return found == records.end() ? nullptr : found;
}

const KernelRecord *cheapestKernel(llvm::StringRef op, llvm::StringRef type, const KernelQuery &query, bool packable,
                                   llvm::ArrayRef<std::string> features, bool small)
{
    const KernelRecord *best = nullptr;
    for (const KernelRecord &record : kernelRecords()) {
        const bool supported = llvm::all_of(record.features, [&](llvm::StringRef feature) {
            return llvm::any_of(features, [&](const std::string &have) { return have == feature; });
        });
        if (record.op != op || record.type != type || !supported || !record.when(query))
            continue;
        if ((!packable && record.weights) || (record.requant && !query.foldable) || (record.unrolled && small))
            continue;
        if (!best || record.cost(query) < best->cost(query))
            best = &record;
    }
    return best;
}

} // namespace barecc
