#include "compiler/ir/Subgraph.h"

#include "compiler/ir/DeadCode.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace barecc {

Subgraph::Subgraph(GraphBuilder &g, StringRef name, TypeRange arguments) : g(g), outer(g.b.saveInsertionPoint())
{
    auto module = g.b.getInsertionBlock()->getParentOp()->getParentOfType<ModuleOp>();
    body = func::FuncOp::create(g.loc, name, g.b.getFunctionType(arguments, {}));
    body.setPrivate();
    SymbolTable(module).insert(body); // gives it a name of its own
    g.b.setInsertionPointToStart(body.addEntryBlock());
}

Subgraph::~Subgraph()
{
    if (isFinished)
        return;
    g.b.restoreInsertionPoint(outer);
    body.erase();
}

void Subgraph::finish(ValueRange results)
{
    func::ReturnOp::create(g.b, g.loc, results);
    body.setFunctionType(g.b.getFunctionType(body.getArgumentTypes(), results.getTypes()));
    eraseDeadOperations(body.front());
    g.b.restoreInsertionPoint(outer);
    isFinished = true;
}

static SetVector<Value> outerValues(ArrayRef<func::FuncOp> functions)
{
    SetVector<Value> found;
    for (func::FuncOp function : functions)
        function.walk([&](Operation *op) {
            for (Value operand : op->getOperands())
                if (!function.getBody().isAncestor(operand.getParentRegion()))
                    found.insert(operand);
        });
    return found;
}

/// Replaces a value inside one function only.
static void replaceInside(func::FuncOp function, Value value, Value replacement)
{
    value.replaceUsesWithIf(replacement, [&](OpOperand &use) { return function->isAncestor(use.getOwner()); });
}

SmallVector<Value> captureOuterValues(ArrayRef<func::FuncOp> functions)
{
    SmallVector<Value> captured;
    for (Value value : outerValues(functions)) {
        if (!constantOf(value)) {
            captured.push_back(value);
            for (func::FuncOp function : functions) {
                const unsigned position = function.getNumArguments();
                (void)function.insertArgument(position, value.getType(), {}, value.getLoc());
                replaceInside(function, value, function.getArgument(position));
            }
            continue;
        }
        // A constant, or a quantisation cast of one.
        for (func::FuncOp function : functions) {
            OpBuilder b = OpBuilder::atBlockBegin(&function.front());
            IRMapping copies;
            SmallVector<Operation *> chain;
            for (Operation *op = value.getDefiningOp(); op;
                 op = op->getNumOperands() > 0 ? op->getOperand(0).getDefiningOp() : nullptr)
                chain.push_back(op);
            for (Operation *op : llvm::reverse(chain))
                b.clone(*op, copies);
            replaceInside(function, value, copies.lookup(value));
        }
    }
    for (func::FuncOp function : functions) // constants that this one does not read
        eraseDeadOperations(function.front());
    return captured;
}

} // namespace barecc
