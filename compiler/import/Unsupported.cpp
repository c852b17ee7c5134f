#include "compiler/import/Unsupported.h"

#include "mlir/IR/Diagnostics.h"

using namespace mlir;

namespace barecc {

void UnsupportedOperators::add(std::string name, StringRef node, StringRef reason)
{
    Nodes &nodes = operators[std::move(name)];
    if (nodes.count++ == 0) {
        nodes.first = node.str();
        nodes.reason = reason.str();
    }
    ++count;
}

LogicalResult UnsupportedOperators::report(Location loc) const
{
    InFlightDiagnostic error = emitError(loc) << "has operators that barecc does not implement: ";
    StringRef separator = "";
    for (const auto &[name, nodes] : operators) {
        error << separator << name << " (" << nodes.count << (nodes.count == 1 ? " node" : " nodes, first") << " '"
              << nodes.first << "'" << (nodes.reason.empty() ? "" : ": ") << nodes.reason << ")";
        separator = ", ";
    }
    return error << "; replace them or split the model there (`barecc ops` lists what it takes)";
}

} // namespace barecc
