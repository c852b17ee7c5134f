// barecc targets: what it can build for
#include "tools/barecc/Command.h"
#include "tools/barecc/Text.h"

#include "compiler/driver/Target.h"

#include "llvm/ADT/StringExtras.h"

using namespace barecc;

namespace {

/// The packages that building and running for the target would need, or "yes".
std::string readiness(const Target &target)
{
    const std::string missing = target.missingPackages();
    return missing.empty() ? "yes" : "needs " + missing;
}

/// The features that kernels use; of a target with levels those of each, the lowest first.
std::string features(const Target &target)
{
    if (target.features.empty())
        return "-";
    if (target.levels.empty())
        return llvm::join(target.features, " ");
    std::vector<std::string> sets;
    for (const FeatureLevel &level : llvm::reverse(target.levels))
        sets.push_back(llvm::join(level.features, " "));
    return llvm::join(sets, ", or ");
}

class TargetsCommand : public Command {
public:
    TargetsCommand() : Command("targets", "List what barecc can build for") {}

    llvm::Error run() override
    {
        Table table;
        table.column("target");
        table.column("processor");
        table.column("C compiler");
        table.column("runs on");
        table.column("installed");
        table.column("features");
        for (const Target &target : allTargets())
            table.row(
                {target.name, target.description, target.compiler, target.runsOn, readiness(target), features(target)});
        table.print(llvm::outs());
        return llvm::Error::success();
    }
};

} // namespace

std::unique_ptr<Command> barecc::makeTargetsCommand() { return std::make_unique<TargetsCommand>(); }
