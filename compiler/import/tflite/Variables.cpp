#include "compiler/import/tflite/Variables.h"

#include "compiler/ir/Boundary.h"
#include "compiler/ir/State.h"

using namespace mlir;

namespace barecc::tflite_import {

int64_t Variables::find(StringRef name)
{
    auto known = llvm::find_if(variables, [&](const Variable &variable) { return variable.name == name; });
    if (known == variables.end())
        known = variables.insert(variables.end(), {name.str(), {}, {}, {}});
    return known - variables.begin();
}

Value Variables::read(int64_t number, RankedTensorType type, int64_t initial)
{
    Variable &variable = variables[number];
    if (variable.now)
        return variable.now;
    if (!variable.initial)
        variable.initial =
            DenseElementsAttr::get(type, Attribute(GraphBuilder::scalarAttr(type.getElementType(), double(initial))));
    if (isInitialising)
        return g.constant(variable.initial);
    variable.old = addState(main, variable.name, variable.initial, g.loc);
    return variable.now = variable.old;
}

RankedTensorType Variables::typeOf(int64_t number) const
{
    const Variable &variable = variables[number];
    if (variable.now)
        return GraphBuilder::typeOf(variable.now);
    return variable.initial ? cast<RankedTensorType>(variable.initial.getType()) : RankedTensorType();
}

LogicalResult Variables::initialise(int64_t number, ElementsAttr value)
{
    if (variables[number].now)
        return failure();
    variables[number].initial = value;
    return success();
}

/// What no run assigns is a constant.
void Variables::settle(Variable &unassigned, MutableArrayRef<Value> results)
{
    OpBuilder::InsertionGuard guard(g.b);
    g.b.setInsertionPointToStart(&main.front());
    BlockArgument old = unassigned.old;
    Value constant = g.constant(unassigned.initial);
    old.replaceAllUsesWith(constant);
    for (Variable &variable : variables)
        if (variable.now == old)
            variable.now = constant;
    std::replace(results.begin(), results.end(), Value(old), constant);
    unassigned.old = {};
    (void)main.eraseArgument(old.getArgNumber());
}

void Variables::finish(SmallVectorImpl<Value> &results, SmallVectorImpl<DictionaryAttr> &attributes)
{
    for (Variable &variable : variables)
        if (variable.old && variable.now == variable.old)
            settle(variable, results);
    for (const Variable &variable : variables) {
        if (!variable.old)
            continue;
        results.push_back(variable.now);
        attributes.push_back(
            g.b.getDictionaryAttr(g.b.getNamedAttr(boundary::state, g.b.getStringAttr(variable.name))));
    }
}

} // namespace barecc::tflite_import
