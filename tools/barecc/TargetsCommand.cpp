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

class TargetsCommand : public Command {
public:
    TargetsCommand() : Command("targets", "List what barecc can build for") {}

    llvm::Error run() override
    {
        Table table;
        table.column("target");
        table.column("description");
        table.column("C compiler");
        table.column("runs on");
        table.column("installed");
        table.column("features");
        for (const Target &target : allTargets())
            table.row({target.name, target.description, target.compiler, target.runsOn, readiness(target),
                       target.features.empty() ? "-" : llvm::join(target.features, " ")});
        table.print(llvm::outs());
        return llvm::Error::success();
    }
};

} // namespace

std::unique_ptr<Command> barecc::makeTargetsCommand() { return std::make_unique<TargetsCommand>(); }
