// barecc ops: the operators it takes
#include "tools/barecc/Command.h"
#include "tools/barecc/Text.h"

#include "compiler/driver/SupportedOps.h"

#include <algorithm>
#include <tuple>

using namespace barecc;

namespace {

class OpsCommand : public Command {
public:
    OpsCommand() : Command("ops", "List the operators barecc takes") {}

    llvm::Error run() override
    {
        std::vector<SupportedOp> ops = supportedOps();
        std::sort(ops.begin(), ops.end(), [](const SupportedOp &a, const SupportedOp &b) {
            return std::tie(a.format, a.domain, a.name) < std::tie(b.format, b.domain, b.name);
        });
        for (auto first = ops.begin(); first != ops.end();) {
            auto last =
                std::find_if(first, ops.end(), [&](const SupportedOp &op) { return op.format != first->format; });
            llvm::outs() << (first == ops.begin() ? "" : "\n") << first->format << ", " << last - first
                         << " operators\n\n";
            Table table;
            table.column("operator");
            table.column("versions");
            table.column("types");
            for (; first != last; ++first)
                table.row({first->domain.empty() ? first->name : first->domain + "." + first->name,
                           first->versions.empty() ? "any" : first->versions,
                           first->types.empty() ? "any" : first->types});
            table.print(llvm::outs());
        }
        return llvm::Error::success();
    }
};

} // namespace

std::unique_ptr<Command> barecc::makeOpsCommand() { return std::make_unique<OpsCommand>(); }
