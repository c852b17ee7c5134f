#include "compiler/ir/Subgraph.h"

#include "compiler/ir/DeadCode.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace barecc {

/// `name` with a number behind it that is greater than that of every subgraph before.
static std::string uniqueName(ModuleOp module, StringRef name)
{
    const StringRef last = SymbolTable::getSymbolName(&module.getBody()->back()).getValue();
    uint64_t number = 0;
    (void)last.substr(last.rfind('_') + 1).getAsInteger(10, number);
    return (name + "_" + Twine(number + 1)).str();
}

Subgraph::Subgraph(GraphBuilder &g, StringRef name, TypeRange arguments) : g(g), outer(g.b.saveInsertionPoint())
{
    auto module = g.b.getInsertionBlock()->getParentOp()->getParentOfType<ModuleOp>();
    body = func::FuncOp::create(g.loc, uniqueName(module, name), g.b.getFunctionType(arguments, {}));
    body.setPrivate();
    module.push_back(body);
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

/// A constant, or a quantisation cast of one, at the beginning of a function.
static Value copyOfConstant(func::FuncOp function, Value constant)
{
    OpBuilder b = OpBuilder::atBlockBegin(&function.front());
    IRMapping copies;
    SmallVector<Operation *> chain;
    for (Operation *op = constant.getDefiningOp(); op;
         op = op->getNumOperands() > 0 ? op->getOperand(0).getDefiningOp() : nullptr)
        chain.push_back(op);
    for (Operation *op : llvm::reverse(chain))
        b.clone(*op, copies);
    return copies.lookup(constant);
}

SmallVector<Value> captureOuterValues(ArrayRef<func::FuncOp> functions)
{
    const SetVector<Value> outer = outerValues(functions);
    SmallVector<Value> captured;
    llvm::copy_if(outer, std::back_inserter(captured), [](Value value) { return !constantOf(value); });
    for (func::FuncOp function : functions) {
        IRMapping inside;
        for (Value value : captured)
            inside.map(value, function.front().addArgument(value.getType(), value.getLoc()));
        for (Value value : outer)
            if (!inside.contains(value))
                inside.map(value, copyOfConstant(function, value));
        // By operands and not by uses, since one value may have uses in any number of functions.
        function.walk([&](Operation *op) {
            for (OpOperand &operand : op->getOpOperands())
                operand.set(inside.lookupOrDefault(operand.get()));
        });
        function.setFunctionType(
            FunctionType::get(function.getContext(), function.front().getArgumentTypes(), function.getResultTypes()));
        eraseDeadOperations(function.front()); // constants that this one does not read
    }
    return captured;
}

} // namespace barecc
