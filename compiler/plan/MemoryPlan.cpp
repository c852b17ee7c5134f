#include "compiler/plan/MemoryPlan.h"

#include "compiler/ir/Constants.h"
#include "compiler/ir/State.h"
#include "compiler/plan/AssignViews.h"

using namespace mlir;

namespace barecc {
namespace {

int64_t bytesOf(Value value)
{
    auto type = cast<RankedTensorType>(value.getType());
    return type.getNumElements() * byteWidth(type.getElementType());
}

/// What is left for planning of the copies that insert-copies puts in: to say that one is missing.
Operation *reportMissingCopy(OpOperand &use)
{
    use.getOwner()->emitError("internal error: operand ") << use.getOperandNumber() << " has not been copied";
    return nullptr;
}

/// Constants of the whole model, each once.
class ConstantList {
public:
    explicit ConstantList(std::vector<ElementsAttr> &list) : list(list) {}

    unsigned indexOf(ElementsAttr constant)
    {
        auto [known, isNew] = indices.try_emplace(constant, list.size());
        if (isNew)
            list.push_back(constant);
        return known->second;
    }

private:
    std::vector<ElementsAttr> &list;
    DenseMap<Attribute, unsigned> indices;
};

class FunctionPlanner {
public:
    FunctionPlanner(ViewAssignment views, func::FuncOp main, const PlanOptions &options, ConstantList &constants,
                    ArrayRef<StatePlan> states, const DenseMap<Operation *, int64_t> &subgraphBytes)
        : views(std::move(views)), main(main), options(options), constants(constants), states(states),
          subgraphBytes(subgraphBytes)
    {
    }

    FailureOr<FunctionPlan> run()
    {
        result.function = main;
        describe();
        llvm::Expected<plan::Plan> solved = plan::solve(problem);
        if (!solved) {
            main.emitError("the memory plan failed: ") << llvm::toString(solved.takeError()) << "; please report it";
            return failure();
        }
        result.regions[arenaRegion].bytes = solved->arenaBytes;
        result.regions[arenaRegion].alignment = std::max<int64_t>(solved->arenaAlignment, 1);
        result.lowerBound = solved->lowerBound;
        result.peak = plan::findPeak(problem, *solved);
        for (plan::StepId step : solved->order) {
            PlannedCall call{calls[step], {}, {}, solved->workspaceOffsets[step], problem.steps[step].workspaceBytes};
            for (Value input : call.op->getOperands())
                call.inputs.push_back(locate(input, *solved));
            for (Value output : call.op->getResults())
                call.outputs.push_back(locate(output, *solved));
            result.calls.push_back(std::move(call));
        }
        if (options.ioInArena) {
            for (Value argument : boundary(main.getArguments()))
                result.arguments.push_back(locate(argument, *solved));
            for (Value returned : boundary(main.front().getTerminator()->getOperands()))
                result.results.push_back(locate(returned, *solved));
        }
        return std::move(result);
    }

private:
    /// Arguments or results without those that are state.
    SmallVector<Value> boundary(ValueRange values)
    {
        return llvm::to_vector(llvm::make_filter_range(
            values, [&](Value value) { return views.views[value].buffer.kind != BufferRef::State; }));
    }

    /// Buffers of the problem: temporary ones first, then results and state, which take none of it but order the calls.
    void describe()
    {
        for (Value value : views.temporaries)
            problem.buffers.push_back({bufferName(value), bytesOf(value), options.alignment, false, false});
        if (options.ioInArena) {
            for (Value argument : boundary(main.getArguments()))
                problem.buffers[views.views[argument].buffer.index].isInput = true;
            for (Value returned : boundary(main.front().getTerminator()->getOperands()))
                problem.buffers[views.views[returned].buffer.index].isOutput = bytesOf(returned) > 0; // else unwritten
        }
        firstResult = problem.buffers.size();
        for (unsigned i = 0; i < main.getNumResults(); ++i)
            problem.buffers.push_back({"output " + std::to_string(i), 0, 1, false, false});
        firstState = problem.buffers.size();
        for (size_t i = 0; i < states.size(); ++i)
            problem.buffers.push_back({"state " + std::to_string(i), 0, 1, true, false});
        for (kernel::KernelOpInterface call : main.front().getOps<kernel::KernelOpInterface>()) {
            calls.push_back(call);
            problem.steps.push_back(describe(call));
        }
    }

    plan::Step describe(kernel::KernelOpInterface call)
    {
        plan::Step step{std::string(sourceNode(call->getLoc()).name),
                        {},
                        {},
                        call.getWorkspaceBytes() + subgraphBytes.lookup(call),
                        options.alignment,
                        {}};
        llvm::DenseMap<plan::BufferId, unsigned> readers, writers; // operands and results in it
        auto add = [&](Value value, std::vector<plan::BufferId> &list,
                       llvm::DenseMap<plan::BufferId, unsigned> &counts) {
            if (std::optional<plan::BufferId> buffer = bufferOf(value); buffer && counts[*buffer]++ == 0)
                list.push_back(*buffer);
        };
        for (Value input : call->getOperands())
            if (bytesOf(input) > 0) // what has no elements is read by nobody, nor written
                add(input, step.reads, readers);
        for (Value output : call->getResults())
            add(output, step.writes, writers);
        for (int64_t operand : call.getInPlaceOperands()) {
            Value input = call->getOperand(unsigned(operand)), output = call->getResult(0);
            // Only whole buffers lie on each other, and only if no other operand looks at the same one.
            if (bytesOf(input) == 0 || !isWholeBuffer(input) || !isWholeBuffer(output))
                continue;
            if (readers.lookup(*bufferOf(input)) == 1 && !readers.contains(*bufferOf(output)))
                step.mayAlias.push_back({*bufferOf(output), *bufferOf(input)});
        }
        return step;
    }

    bool isWholeBuffer(Value value)
    {
        auto known = views.views.find(value);
        if (known == views.views.end() || known->second.buffer.kind != BufferRef::Temporary)
            return false;
        const View &view = known->second;
        return view.offset == 0 && isContiguous(view.strides, cast<RankedTensorType>(value.getType()).getShape()) &&
               bytesOf(value) == bytesOf(views.temporaries[view.buffer.index]);
    }

    std::optional<plan::BufferId> bufferOf(Value value)
    {
        auto known = views.views.find(value);
        if (known == views.views.end())
            return std::nullopt;
        const BufferRef buffer = known->second.buffer;
        if (buffer.kind == BufferRef::Temporary)
            return buffer.index;
        if (buffer.kind == BufferRef::Result)
            return plan::BufferId(firstResult + buffer.index);
        if (buffer.kind == BufferRef::State)
            return plan::BufferId(firstState + buffer.index);
        return std::nullopt;
    }

    BufferPlace locate(Value value, const plan::Plan &solved)
    {
        auto type = cast<RankedTensorType>(value.getType());
        auto known = views.views.find(value);
        if (known == views.views.end()) {
            const View dense = contiguousView({}, type.getShape());
            return {MemorySpace::Constant, constants.indexOf(constantOf(value)), 0, 0, dense.strides};
        }
        const View &view = known->second;
        const auto [kind, index] = view.buffer;
        const int64_t offset = view.offset * byteWidth(type.getElementType());
        switch (kind) {
        case BufferRef::Temporary:
            return {MemorySpace::Region, arenaRegion, solved.offsets[index] + offset, index, view.strides};
        case BufferRef::State:
            return {MemorySpace::Region, stateRegion, states[index].offset + offset, index, view.strides};
        case BufferRef::Argument: return {MemorySpace::Argument, index, offset, 0, view.strides};
        case BufferRef::Result: return {MemorySpace::Result, index, offset, 0, view.strides};
        }
        llvm_unreachable("a buffer of no kind");
    }

    static std::string bufferName(Value value)
    {
        const SourceNode node = sourceNode(value.getLoc());
        if (!node.name.empty())
            return node.name.str();
        if (auto argument = dyn_cast<BlockArgument>(value))
            return "input " + std::to_string(argument.getArgNumber());
        return "";
    }

    ViewAssignment views;
    func::FuncOp main;
    const PlanOptions &options;
    ConstantList &constants;
    ArrayRef<StatePlan> states;
    const DenseMap<Operation *, int64_t> &subgraphBytes; // of workspace for its subgraphs, by call
    plan::AllocationProblem problem;
    std::vector<kernel::KernelOpInterface> calls;
    size_t firstResult = 0, firstState = 0;
    FunctionPlan result;
};

/// Plans a function after the subgraphs that it runs, since their arenas are workspace of its calls.
class ModelPlanner {
public:
    ModelPlanner(ModuleOp module, const PlanOptions &options)
        : symbols(module), options(options), constants(result.constants)
    {
    }

    FailureOr<MemoryPlan> run()
    {
        auto main = symbols.lookup<func::FuncOp>("main");
        if (failed(verifyState(main)) || failed(planSubgraphsOf(main)))
            return failure();
        layState(main);
        FailureOr<FunctionPlan> planned = planFunction(main, options, result.states);
        if (failed(planned))
            return failure();
        const MemoryRegion state = result.state();
        static_cast<FunctionPlan &>(result) = std::move(*planned);
        result.regions.push_back(state);
        if (state.bytes > 0) // the two blocks are aligned alike
            for (MemoryRegion &region : result.regions)
                region.alignment = std::max(region.alignment, options.alignment);
        result.bufferAlignment = options.alignment;
        return std::move(result);
    }

private:
    void layState(func::FuncOp main)
    {
        int64_t &bytes = result.regions[stateRegion].bytes;
        for (unsigned argument : stateArguments(main)) {
            ElementsAttr initial = initialState(main, argument);
            StatePlan state;
            state.offset = bytes;
            state.bytes = bytesOf(main.getArgument(argument));
            const ConstantBytes first(initial);
            if (!first.bytes().empty() && llvm::all_equal(first.bytes()))
                state.fill = uint8_t(first.bytes().front());
            else
                state.constant = constants.indexOf(initial);
            result.states.push_back(state);
            bytes += plan::paddedBytes(state.bytes, options.alignment);
        }
    }

    /// Plans what the calls of a function run, and keeps what memory each needs for that.
    LogicalResult planSubgraphsOf(func::FuncOp function)
    {
        for (kernel::KernelOpInterface call : function.front().getOps<kernel::KernelOpInterface>()) {
            for (FlatSymbolRefAttr subgraph : call.getSubgraphs()) {
                if (failed(planSubgraph(subgraph.getAttr())))
                    return failure();
                const FunctionPlan &planned = result.subgraphs[subgraph.getAttr()];
                auto loop = dyn_cast<kernel::LoopOp>(*call);
                int64_t &bytes = subgraphBytes[call];
                bytes = std::max(bytes,
                                 loop ? loopWorkspace(loop, planned, options.alignment).bytes : planned.arena().bytes);
            }
        }
        return success();
    }

    LogicalResult planSubgraph(StringAttr name)
    {
        if (result.subgraphs.contains(name))
            return success();
        auto function = symbols.lookup<func::FuncOp>(name);
        if (failed(planSubgraphsOf(function)))
            return failure();
        FailureOr<FunctionPlan> planned = planFunction(function, {options.alignment, false}, {});
        if (failed(planned))
            return failure();
        result.subgraphs[name] = std::move(*planned);
        return success();
    }

    FailureOr<FunctionPlan> planFunction(func::FuncOp function, const PlanOptions &functionOptions,
                                         ArrayRef<StatePlan> states)
    {
        FailureOr<ViewAssignment> views = assignViews(function, functionOptions.ioInArena, reportMissingCopy);
        if (failed(views))
            return failure();
        FailureOr<FunctionPlan> planned =
            FunctionPlanner(std::move(*views), function, functionOptions, constants, states, subgraphBytes).run();
        if (succeeded(planned))
            countCosts(*planned);
        return planned;
    }

    void countCosts(FunctionPlan &planned)
    {
        for (PlannedCall &call : planned.calls) {
            call.costs = costsOf(call);
            planned.costs.macs += call.costs.macs;
            planned.costs.weightBytes += call.costs.weightBytes;
            planned.costs.parameters += call.costs.parameters;
        }
    }

    Costs costsOf(const PlannedCall &call)
    {
        kernel::KernelOpInterface op = call.op;
        Costs costs{op.getMacs(), 0, 0};
        DenseSet<Value> counted;
        for (auto [value, place] : llvm::zip(op->getOperands(), call.inputs)) {
            if (place.space != MemorySpace::Constant || !counted.insert(value).second)
                continue;
            costs.weightBytes += bytesOf(value);
            costs.parameters += cast<RankedTensorType>(value.getType()).getNumElements();
        }
        int64_t subgraphMacs = 0;
        for (FlatSymbolRefAttr subgraph : op.getSubgraphs()) {
            const Costs &own = result.subgraphs[subgraph.getAttr()].costs;
            subgraphMacs = std::max(subgraphMacs, own.macs); // of branches, one is taken
            costs.weightBytes += own.weightBytes;
            costs.parameters += own.parameters;
        }
        auto loop = dyn_cast<kernel::LoopOp>(*op);
        costs.macs += subgraphMacs * (loop && loop.isCounted() ? int64_t(loop.getTrips()) : 1);
        return costs;
    }

    SymbolTable symbols;
    const PlanOptions &options;
    MemoryPlan result;
    ConstantList constants;
    DenseMap<Operation *, int64_t> subgraphBytes; // of workspace, by call
};

} // namespace

LoopWorkspace loopWorkspace(kernel::LoopOp loop, const FunctionPlan &body, int64_t alignment)
{
    LoopWorkspace layout;
    for (Value carried : loop.getInits()) {
        layout.carried.push_back(layout.bytes);
        layout.bytes += plan::paddedBytes(bytesOf(carried), alignment);
    }
    layout.body = layout.bytes;
    layout.bytes += body.arena().bytes;
    return layout;
}

FailureOr<MemoryPlan> planMemory(ModuleOp module, const PlanOptions &options)
{
    return ModelPlanner(module, options).run();
}

} // namespace barecc
