#include "compiler/import/tflite/Variables.h"

#include "compiler/ir/Boundary.h"
#include "compiler/ir/State.h"

using namespace mlir;

namespace barecc::tflite_import {

int64_t Variables::find(StringRef name)
{
    auto [known, isNew] = numbers.try_emplace(name, int64_t(variables.size()));
    if (isNew)
        variables.push_back({name.str(), {}, {}, {}});
    return known->second;
}

static ElementsAttr filled(RankedTensorType type, int64_t number)
{
    if (type.getNumElements() == 0)
        return DenseElementsAttr::get(type, ArrayRef<Attribute>());
    return DenseElementsAttr::get(type, Attribute(GraphBuilder::scalarAttr(type.getElementType(), double(number))));
}

Value Variables::read(int64_t number, RankedTensorType type, int64_t initial)
{
    Variable &variable = variables[number];
    if (variable.now)
        return variable.now;
    if (!variable.initial)
        variable.initial = filled(type, initial);
    if (isInitialising || type.getNumElements() == 0)
        return g.constant(variable.initial);
    variable.old = main.front().addArgument(variable.initial.getType(), g.loc);
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
void Variables::settleUnassigned(MutableArrayRef<Value> results)
{
    OpBuilder::InsertionGuard guard(g.b);
    g.b.setInsertionPointToStart(&main.front());
    DenseMap<Value, Value> constants; // by old value
    for (Variable &variable : variables) {
        if (!variable.old || variable.now != variable.old)
            continue;
        Value constant = g.constant(variable.initial);
        constants[variable.old] = constant;
        variable.old.replaceAllUsesWith(constant);
        variable.old = {};
    }
    auto settle = [&](Value &value) {
        if (Value constant = constants.lookup(value))
            value = constant;
    };
    for (Variable &variable : variables)
        settle(variable.now);
    llvm::for_each(results, settle);
    main.front().eraseArguments([&](BlockArgument argument) { return constants.contains(argument); });
}

/// Arguments are in the order in which they were read first.
void Variables::declare()
{
    SmallVector<const Variable *> states;
    for (const Variable &variable : variables)
        if (variable.old)
            states.push_back(&variable);
    llvm::sort(states,
               [](const Variable *a, const Variable *b) { return a->old.getArgNumber() < b->old.getArgNumber(); });
    SmallVector<NewState> declared;
    for (const Variable *state : states)
        declared.push_back({state->name, state->initial});
    declareStates(main, declared);
}

void Variables::finish(SmallVectorImpl<Value> &results, SmallVectorImpl<DictionaryAttr> &attributes)
{
    settleUnassigned(results);
    declare();
    for (const Variable &variable : variables) {
        if (!variable.old)
            continue;
        results.push_back(variable.now);
        attributes.push_back(
            g.b.getDictionaryAttr(g.b.getNamedAttr(boundary::state, g.b.getStringAttr(variable.name))));
    }
}

} // namespace barecc::tflite_import
