#include "compiler/driver/Budget.h"

#include "compiler/driver/Message.h"
#include "compiler/driver/Toolchain.h"
#include "compiler/plan/MemoryPlan.h"

#include "llvm/ADT/STLExtras.h"

using namespace barecc;

namespace {

using Share = std::pair<std::string, int64_t>;

/// "'a' 12 bytes, 'b' 7 bytes": the largest of them, of equal ones in the order of their names.
std::string largest(std::vector<Share> shares)
{
    llvm::sort(shares, [](const Share &a, const Share &b) {
        return std::tie(b.second, a.first) < std::tie(a.second, b.first);
    });
    std::string text;
    for (const Share &share : llvm::ArrayRef(shares).take_front(3))
        text += (text.empty() ? "'" : ", '") + share.first + "' " + std::to_string(share.second) + " bytes";
    return text;
}

/// The nodes with the most weights.
std::string heaviestLayers(const CompiledModel &model)
{
    std::vector<Share> shares;
    for (const LayerInfo &layer : model.layers)
        if (layer.weightBytes > 0)
            shares.push_back({layer.name, layer.weightBytes});
    return shares.empty() ? "" : "; most weights are at " + largest(std::move(shares));
}

} // namespace

llvm::Error barecc::checkRam(const CompiledModel &model, const MemoryPlan &plan, const CompileOptions &options,
                             llvm::StringRef path)
{
    const int64_t bytes = model.arenaBytes + model.stateBytes;
    if (!options.ram || bytes <= *options.ram)
        return llvm::Error::success();
    std::string atPeak;
    for (const plan::PeakEntry &entry : llvm::ArrayRef(plan.peak.entries).take_front(6))
        atPeak += (atPeak.empty() ? "" : ", ") + (entry.isWorkspace ? "workspace of " : std::string()) + "'" +
                  entry.name + "' " + std::to_string(entry.bytes) + " bytes";
    return failure(path + ": the arena takes " + llvm::Twine(model.arenaBytes) + " bytes" +
                   (model.stateBytes ? " and the state " + std::to_string(model.stateBytes) : std::string()) + ", " +
                   llvm::Twine(bytes - *options.ram) + " over --ram " + llvm::Twine(*options.ram) +
                   "; most is live at node '" + plan.peak.step + "': " + atPeak +
                   "; use a smaller input, a quantised model, or --io arena if inputs are counted twice");
}

llvm::Error barecc::checkFlash(const CompiledModel &model, const CodeSize *code, const CompileOptions &options,
                               llvm::StringRef path)
{
    const int64_t bytes = model.weightBytes + (code ? code->text + code->rodata : 0);
    if (!options.flash || bytes <= *options.flash)
        return llvm::Error::success();
    std::string text =
        path.str() + ": the weights" + (code ? "" : " alone") + " take " + std::to_string(model.weightBytes) + " bytes";
    if (code)
        text += ", the code " + std::to_string(code->text) + " and its constants " + std::to_string(code->rodata);
    text += ", " + std::to_string(bytes - *options.flash) + " over --flash " + std::to_string(*options.flash) +
            heaviestLayers(model);
    if (code && !code->functions.empty())
        text += "; the largest functions are " + largest(code->functions);
    return failure(text + "; quantise or shrink the model" +
                   (code && options.optimize == Optimize::Speed ? ", or use --optimize size" : ""));
}
