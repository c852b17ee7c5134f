#include "compiler/ir/State.h"

#include "compiler/ir/Boundary.h"

using namespace mlir;

namespace barecc {

ElementsAttr initialState(func::FuncOp main, unsigned argument)
{
    return main.getArgAttrOfType<ElementsAttr>(argument, boundary::initial);
}

SmallVector<unsigned> stateArguments(func::FuncOp main)
{
    SmallVector<unsigned> arguments;
    for (unsigned i = 0; i < main.getNumArguments(); ++i)
        if (main.getArgAttr(i, boundary::state))
            arguments.push_back(i);
    return arguments;
}

SmallVector<std::optional<unsigned>> stateResults(func::FuncOp main)
{
    DenseMap<Attribute, unsigned> numbers;
    for (auto [number, argument] : llvm::enumerate(stateArguments(main)))
        numbers[main.getArgAttr(argument, boundary::state)] = unsigned(number);
    SmallVector<std::optional<unsigned>> results;
    for (unsigned i = 0; i < main.getNumResults(); ++i) {
        auto known = numbers.find(main.getResultAttr(i, boundary::state));
        results.push_back(known == numbers.end() ? std::nullopt : std::optional(known->second));
    }
    return results;
}

void declareStates(func::FuncOp main, ArrayRef<NewState> states)
{
    Builder b(main.getContext());
    SmallVector<DictionaryAttr> attributes;
    main.getAllArgAttrs(attributes);
    for (const NewState &state : states)
        attributes.push_back(b.getDictionaryAttr({b.getNamedAttr(boundary::state, b.getStringAttr(state.name)),
                                                  b.getNamedAttr(boundary::initial, state.initial)}));
    main.setFunctionType(b.getFunctionType(main.front().getArgumentTypes(), main.getResultTypes()));
    main.setAllArgAttrs(attributes);
}

LogicalResult verifyState(func::FuncOp main)
{
    DenseMap<Attribute, Type> types;
    for (unsigned i = 0; i < main.getNumArguments(); ++i) {
        Attribute name = main.getArgAttr(i, boundary::state);
        if (!name && !types.empty())
            return main.emitError("argument ") << i << " stands behind state and is none";
        if (!name)
            continue;
        ElementsAttr initial = initialState(main, i);
        if (!isa<StringAttr>(name) || !initial || initial.getType() != main.getArgumentTypes()[i])
            return main.emitError("argument ") << i << ": state needs a name and an initial value of its own type";
        if (!types.try_emplace(name, main.getArgumentTypes()[i]).second)
            return main.emitError("two arguments are the state ") << name;
    }
    DenseSet<Attribute> written;
    for (unsigned i = 0; i < main.getNumResults(); ++i) {
        Attribute name = main.getResultAttr(i, boundary::state);
        if (!name && !written.empty())
            return main.emitError("result ") << i << " stands behind state and is none";
        if (!name)
            continue;
        if (types.lookup(name) != main.getResultTypes()[i])
            return main.emitError("result ") << i << ": no argument of its type is the state " << name;
        if (!written.insert(name).second)
            return main.emitError("two results are the state ") << name;
    }
    return success();
}

} // namespace barecc
