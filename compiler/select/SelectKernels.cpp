// nn operations to kernel calls: ask the registry for the cheapest kernel, pack the weights.
#include "compiler/ir/ConstantName.h"
#include "compiler/ir/Constants.h"
#include "compiler/select/KernelRequest.h"
#include "compiler/select/Passes.h"
#include "compiler/select/Values.h"

using namespace mlir;

namespace barecc {

#define GEN_PASS_DEF_SELECTKERNELSPASS
#include "compiler/select/Passes.h.inc"

namespace {

class KernelSelector {
public:
    /// Features of the best processors, and those of the lower levels, from the best down.
    using Levels = ArrayRef<std::vector<std::string>>;

    KernelSelector(OpBuilder &b, Levels levels, int64_t codePercent) : b(b), levels(levels), codePercent(codePercent) {}

    /// Operations of one kind and type share what code they can.
    void count(Operation *op) { ++layers[kindOf(op)]; }

    /// Leaves what no kernel takes, and what computes nothing.
    void select(Operation *op)
    {
        b.setInsertionPoint(op);
        std::vector<KernelRequest> requests = kernelRequests(b, op);
        for (KernelRequest &request : requests)
            request.query.layers = layers.lookup(kindOf(op));
        if (const Choice choice = cheapest(requests); choice.request)
            replace(op, *choice.request, choice.kernels);
    }

    /// Whether a kernel takes the operation that is made for an instruction set.
    bool hasTunedKernel(Operation *op)
    {
        b.setInsertionPoint(op);
        const std::vector<KernelRequest> requests = kernelRequests(b, op);
        const Choice choice = cheapest(requests);
        return choice.request && !choice.kernels.front()->features.empty();
    }

private:
    /// Kernels by level.
    using Kernels = SmallVector<const KernelRecord *>;

    struct Choice {
        const KernelRequest *request = nullptr; // null: no kernel takes the operation
        Kernels kernels;
    };

    static std::string kindOf(Operation *op)
    {
        auto type = op->getNumResults() == 0 ? nullptr : dyn_cast<RankedTensorType>(op->getResult(0).getType());
        const std::optional<OperandType> element = type ? operandType(type) : std::nullopt;
        return (op->getName().getStringRef() + " " + (element ? cType(*element) : "")).str();
    }

    Choice cheapest(ArrayRef<KernelRequest> requests) const
    {
        Choice best;
        for (const KernelRequest &request : requests) {
            if (request.query.macs == 0)
                continue;
            Kernels kernels = cheapest(request);
            if (!kernels.empty() &&
                (!best.request || kernelCost(*kernels.front(), request.query, codePercent) <
                                      kernelCost(*best.kernels.front(), best.request->query, codePercent)))
                best = {&request, std::move(kernels)};
        }
        return best;
    }

    /// The cheapest kernel of the best level that one of each lower level can stand in for, since it takes the same
    /// operands, and the cheapest of these.
    Kernels cheapest(const KernelRequest &request) const
    {
        Value weights = request.find(Role::Weights);
        const ElementsAttr constant = weights ? constantOf(weights) : ElementsAttr();
        // Tuned kernels multiply the zeros of the padding too, of which an infinite weight would make NaN.
        const bool isPlain = constant && isa<FloatType>(constant.getElementType()) && !isFinite(constant);
        SmallVector<std::vector<const KernelRecord *>> candidates;
        for (const std::vector<std::string> &features : levels)
            candidates.push_back(kernelsByCost(request.query, !weights || constant,
                                               isPlain ? std::vector<std::string>() : features, codePercent));
        for (const KernelRecord *kernel : candidates.front()) {
            Kernels kernels = {kernel};
            for (ArrayRef<const KernelRecord *> lower : ArrayRef(candidates).drop_front()) {
                const auto *found =
                    llvm::find_if(lower, [&](const KernelRecord *other) { return other->takesCallsOf(*kernel); });
                if (found != lower.end())
                    kernels.push_back(*found);
            }
            if (kernels.size() == levels.size())
                return kernels;
        }
        return {};
    }

    void replace(Operation *op, const KernelRequest &request, const Kernels &kernels)
    {
        const KernelRecord &kernel = *kernels.front(); // whose call the others take as well
        SmallVector<Value> inputs;
        SmallVector<int32_t> roles;
        SmallVector<int64_t> inPlace;
        for (const KernelOperand &operand : ArrayRef(kernel.operands).drop_back()) { // all but the output
            Value value = request.find(operand.role);
            if (operand.role == Role::Requant)
                value = vectorConstant<int32_t>(b, op->getLoc(), kernel.requant->apply(request.requant));
            else if (operand.role == Role::Weights && kernel.weights)
                value = pack(value, *kernel.weights, cast<nn::WeightedOpInterface>(op).getOutputChannelAxis());
            if (!value)
                continue;
            if (llvm::all_of(kernels, [&](const KernelRecord *each) {
                    return llvm::is_contained(each->inPlace, operand.role) && each->inPlaceWhen(request.query);
                }))
                inPlace.push_back(int64_t(inputs.size()));
            inputs.push_back(value);
            roles.push_back(int32_t(operand.role));
        }
        int64_t workspace = 0;
        for (const KernelRecord *each : kernels)
            if (each->workspace)
                workspace = std::max(workspace, each->workspace(request.query));
        SmallVector<StringRef> lower;
        for (const KernelRecord *each : ArrayRef(kernels).drop_front())
            lower.push_back(each->name);
        const KernelBytes size = kernelBytes(kernel, request.query, codePercent);
        auto call = kernel::CallOp::create(
            b, op->getLoc(), op->getResult(0).getType(), b.getStringAttr(kernel.name), inputs,
            b.getDenseI32ArrayAttr(roles), request.params, b.getI64IntegerAttr(request.rows),
            b.getI64IntegerAttr(workspace), b.getDenseI64ArrayAttr(inPlace), b.getI64IntegerAttr(request.macs),
            codePercent ? kernel::BytesAttr::get(b.getContext(), size.shared, size.params, size.helpers, size.layer)
                        : nullptr,
            /*shared=*/nullptr, lower.empty() ? nullptr : b.getStrArrayAttr(lower));
        op->replaceAllUsesWith(call);
        op->erase();
    }

    /// The weights as the kernel reads them, as a constant. Layers that share weights share the packed ones.
    Value pack(Value weights, const WeightTransform &transform, int64_t outputAxis)
    {
        Value &packed = packedWeights[{weights, &transform}];
        if (packed)
            return packed;
        ElementsAttr source = constantOf(weights);
        const ArrayRef<int64_t> shape = source.getShapedType().getShape();
        const bool outputsLast = outputAxis != 0;
        const int64_t outputs = shape[size_t(outputAxis)];
        const int64_t depth = source.getNumElements() / std::max<int64_t>(outputs, 1);
        const int64_t kernelColumns = shape.size() > 2 ? shape[outputsLast ? 1 : 2] : 1;
        const int64_t bytes = byteWidth(source.getElementType());
        const PackedWeights result =
            transform.apply({ConstantBytes(source).bytes(), bytes, outputs, depth, outputsLast, kernelColumns});
        Type element = source.getElementType();
        if (result.elementBytes != bytes)
            element = b.getIntegerType(unsigned(8 * result.elementBytes));
        auto type = RankedTensorType::get({int64_t(result.bytes.size()) / result.elementBytes}, element);
        OpBuilder::InsertionGuard guard(b);
        b.setInsertionPointAfterValue(weights);
        const StringRef name = constantName(weights);
        packed = arith::ConstantOp::create(b, name.empty() ? weights.getLoc() : constantLocation(b.getContext(), name),
                                           cast<TypedAttr>(makeConstant(type, result.bytes)));
        return packed;
    }

    OpBuilder &b;
    const Levels levels;
    const int64_t codePercent;
    llvm::StringMap<int64_t> layers;
    DenseMap<std::pair<Value, const WeightTransform *>, Value> packedWeights;
};

struct SelectKernels : impl::SelectKernelsPassBase<SelectKernels> {
    using Base::Base;

    void runOnOperation() override
    {
        SmallVector<std::vector<std::string>> levels = {{features.begin(), features.end()}};
        for (StringRef level : lowerLevels) {
            std::vector<std::string> &list = levels.emplace_back();
            for (StringRef feature : llvm::split(level, '+'))
                list.push_back(feature.str());
        }
        OpBuilder builder(&getContext());
        KernelSelector selector(builder, levels, codePercent);
        SmallVector<Operation *> operations;
        getOperation().walk([&](Operation *op) {
            if (isa_and_nonnull<nn::NNDialect>(op->getDialect()))
                operations.push_back(op);
        });
        for (Operation *op : operations)
            selector.count(op);
        // What no kernel takes stays for the generic lowering.
        for (Operation *op : operations)
            selector.select(op);
    }
};

} // namespace

bool hasTunedKernel(Operation *op, ArrayRef<std::string> features, int64_t codePercent)
{
    OpBuilder builder(op);
    return KernelSelector(builder, std::vector<std::string>(features), codePercent).hasTunedKernel(op);
}

} // namespace barecc
