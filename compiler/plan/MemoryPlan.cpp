#include "compiler/plan/MemoryPlan.h"

#include "compiler/ir/Constants.h"
#include "compiler/plan/AssignViews.h"

using namespace mlir;

namespace barecc {
namespace {

int64_t bytesOf(Value value)
{
    auto type = cast<RankedTensorType>(value.getType());
    return type.getNumElements() * byteWidth(type.getElementType());
}

class Planner {
public:
    Planner(ViewAssignment views, func::FuncOp main, const PlanOptions &options)
        : views(std::move(views)), main(main), options(options)
    {
    }

    FailureOr<MemoryPlan> run()
    {
        describe();
        llvm::Expected<plan::Plan> solved = plan::solve(problem);
        if (!solved) {
            main.emitError("the memory plan failed: ") << llvm::toString(solved.takeError());
            return failure();
        }
        result.arenaBytes = solved->arenaBytes;
        result.arenaAlignment = std::max<int64_t>(solved->arenaAlignment, 1);
        result.lowerBound = solved->lowerBound;
        result.peak = plan::findPeak(problem, *solved);
        for (plan::StepId step : solved->order) {
            PlannedCall call{calls[step], {}, {}, solved->workspaceOffsets[step]};
            for (Value input : call.op.getInputs())
                call.inputs.push_back(locate(input, *solved));
            for (Value output : call.op.getOutputs())
                call.outputs.push_back(locate(output, *solved));
            result.calls.push_back(std::move(call));
        }
        if (options.ioInArena) {
            for (BlockArgument argument : main.getArguments())
                result.arguments.push_back(locate(argument, *solved));
            for (Value returned : main.front().getTerminator()->getOperands())
                result.results.push_back(locate(returned, *solved));
        }
        return std::move(result);
    }

private:
    /// Buffers of the problem: the arena's first, then the results, which take none of it but order the calls.
    void describe()
    {
        for (Value value : views.arenaBuffers)
            problem.buffers.push_back({bufferName(value), bytesOf(value), options.alignment, false, false});
        if (options.ioInArena) {
            for (BlockArgument argument : main.getArguments())
                problem.buffers[views.views[argument].buffer.index].isInput = true;
            for (Value returned : main.front().getTerminator()->getOperands())
                problem.buffers[views.views[returned].buffer.index].isOutput = true;
        }
        firstResult = problem.buffers.size();
        for (unsigned i = 0; i < main.getNumResults(); ++i)
            problem.buffers.push_back({"output " + std::to_string(i), 0, 1, false, false});
        for (kernel::CallOp call : main.front().getOps<kernel::CallOp>()) {
            calls.push_back(call);
            problem.steps.push_back(describe(call));
        }
    }

    plan::Step describe(kernel::CallOp call)
    {
        plan::Step step{std::string(sourceNode(call.getLoc()).name),
                        {},
                        {},
                        int64_t(call.getWorkspace().value_or(0)),
                        options.alignment,
                        {}};
        auto add = [&](std::vector<plan::BufferId> &list, Value value) {
            std::optional<plan::BufferId> buffer = bufferOf(value);
            if (buffer && !llvm::is_contained(list, *buffer))
                list.push_back(*buffer);
        };
        for (Value input : call.getInputs())
            add(step.reads, input);
        for (Value output : call.getOutputs())
            add(step.writes, output);
        for (int64_t operand : call.getOverlays()) {
            Value input = call.getInputs()[operand], output = call.getOutputs()[0];
            // Only whole buffers lie on each other, and only if no other operand looks at the same one.
            if (!isWholeBuffer(input) || !isWholeBuffer(output))
                continue;
            const plan::BufferId buffer = *bufferOf(input);
            const bool alone =
                llvm::count_if(call.getInputs(), [&](Value any) { return bufferOf(any) == buffer; }) == 1;
            if (alone && !llvm::is_contained(step.reads, *bufferOf(output)))
                step.overlays.push_back({*bufferOf(output), buffer});
        }
        return step;
    }

    bool isWholeBuffer(Value value)
    {
        auto known = views.views.find(value);
        if (known == views.views.end() || known->second.buffer.kind != BufferRef::Arena)
            return false;
        const View &view = known->second;
        return view.offset == 0 && isContiguous(view, cast<RankedTensorType>(value.getType()).getShape()) &&
               bytesOf(value) == bytesOf(views.arenaBuffers[view.buffer.index]);
    }

    std::optional<plan::BufferId> bufferOf(Value value)
    {
        auto known = views.views.find(value);
        if (known == views.views.end())
            return std::nullopt;
        const BufferRef buffer = known->second.buffer;
        if (buffer.kind == BufferRef::Arena)
            return buffer.index;
        if (buffer.kind == BufferRef::Result)
            return plan::BufferId(firstResult + buffer.index);
        return std::nullopt;
    }

    Location locate(Value value, const plan::Plan &solved)
    {
        auto known = views.views.find(value);
        const int64_t width = byteWidth(cast<RankedTensorType>(value.getType()).getElementType());
        if (known == views.views.end()) {
            const unsigned index = constantIndex(constantOf(value));
            return {contiguousView({BufferRef::Constant, index}, cast<RankedTensorType>(value.getType()).getShape()),
                    0};
        }
        Location location{known->second, known->second.offset * width};
        if (location.view.buffer.kind == BufferRef::Arena)
            location.bytes += solved.offsets[location.view.buffer.index];
        return location;
    }

    unsigned constantIndex(ElementsAttr constant)
    {
        auto [known, isNew] = constants.try_emplace(constant, result.constants.size());
        if (isNew)
            result.constants.push_back(constant);
        return known->second;
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
    plan::Problem problem;
    std::vector<kernel::CallOp> calls;
    size_t firstResult = 0;
    DenseMap<Attribute, unsigned> constants;
    MemoryPlan result;
};

} // namespace

FailureOr<MemoryPlan> planMemory(ModuleOp module, const PlanOptions &options)
{
    auto main = module.lookupSymbol<func::FuncOp>("main");
    FailureOr<ViewAssignment> views = assignViews(main, options.ioInArena);
    if (failed(views))
        return failure();
    return Planner(std::move(*views), main, options).run();
}

} // namespace barecc
