// Stage 2 changes what is computed how, never what: random graphs give the same numbers before and after the passes.
// Inputs become constants once the passes are done, and the evaluator of compiler/ir folds both graphs to numbers.
#include "compiler/ir/Constants.h"
#include "compiler/ir/GraphBuilder.h"
#include "compiler/optimize/Passes.h"

#include "mlir/IR/Verifier.h"

#include <gtest/gtest.h>
#include <random>

using namespace mlir;
using namespace barecc;

namespace {

class Optimize : public testing::Test {
protected:
    Optimize()
    {
        DialectRegistry registry;
        registerDialects(registry);
        context.appendDialectRegistry(registry);
        context.loadAllAvailableDialects();
    }

    MLIRContext context{MLIRContext::Threading::DISABLED};
};

/// Grows a function `main` by operations that importers write, each on tensors that are there already.
class RandomGraph {
public:
    RandomGraph(MLIRContext *context, unsigned seed) : random(seed), builder(context)
    {
        const Location loc = UnknownLoc::get(context);
        module = ModuleOp::create(loc);
        builder.setInsertionPointToEnd(module->getBody());
        const Type f32 = builder.getF32Type();
        SmallVector<Type> inputs{RankedTensorType::get({1, 4, 5, 6}, f32), RankedTensorType::get({1, 5, 6, 4}, f32),
                                 RankedTensorType::get({4, 6}, f32)};
        function = func::FuncOp::create(builder, loc, "main", builder.getFunctionType(inputs, {}));
        builder.setInsertionPointToStart(function.addEntryBlock());
        llvm::append_range(values, function.getArguments());
        GraphBuilder g(builder, loc);
        for (int i = 0; i < 24; ++i)
            values.push_back(grow(g));
        // The last tensors are the results, so that some of what was made has readers and some is read often.
        const SmallVector<Value> results(ArrayRef(values).take_back(3));
        func::ReturnOp::create(builder, loc, results);
        function.setFunctionType(builder.getFunctionType(inputs, ValueRange(results).getTypes()));
    }

    OwningOpRef<ModuleOp> take() { return std::move(module); }

private:
    int64_t below(int64_t n) { return int64_t(random() % uint64_t(n)); }
    Value any() { return values[size_t(below(int64_t(values.size())))]; }

    Value grow(GraphBuilder &g)
    {
        Value x = any();
        const SmallVector<int64_t> shape(GraphBuilder::shapeOf(x));
        const int64_t rank = int64_t(shape.size());
        switch (below(9)) {
        case 0:
        case 1:
        case 2: { // the two turns of an image, or any
            SmallVector<int64_t> order = llvm::to_vector(llvm::seq<int64_t>(0, rank));
            if (rank == 4)
                order = below(2) ? SmallVector<int64_t>{0, 2, 3, 1} : SmallVector<int64_t>{0, 3, 1, 2};
            else
                std::shuffle(order.begin(), order.end(), random);
            return g.transpose(x, order);
        }
        case 3: // merges or splits two axes
            return g.reshape(x, reshaped(shape));
        case 4: {
            SmallVector<int64_t> low(rank, 0), high(rank, 0);
            low[below(rank)] = 1;
            high[below(rank)] = below(2);
            return g.pad(x, low, high, builder.getF32FloatAttr(3.0f));
        }
        case 5: {
            SmallVector<int64_t> offsets(rank, 0), sizes(shape), steps(rank, 1);
            const int64_t axis = below(rank);
            offsets[axis] = shape[axis] > 1 ? 1 : 0;
            sizes[axis] -= offsets[axis];
            return g.slice(x, offsets, sizes, steps);
        }
        case 6: {
            Value y = sameShape(shape, x);
            return below(2) ? g.concat({x, y}, below(rank)) : combine(g, x, y);
        }
        case 7: {
            const int64_t axis = below(rank);
            return combine(g, x, channelConstant(g, shape, axis));
        }
        default:
            return rank < 2 ? g.reshape(x, {1, shape.empty() ? 1 : shape[0]})
                            : g.reduce(
                                  x, {below(rank)}, below(2) != 0, builder.getF32FloatAttr(0.0f),
                                  [](OpBuilder &b, Location loc, ValueRange in) -> Value {
                                      return arith::AddFOp::create(b, loc, in[0], in[1]);
                                  });
        }
    }

    SmallVector<int64_t> reshaped(ArrayRef<int64_t> shape)
    {
        SmallVector<int64_t> result(shape);
        const int64_t axis = below(int64_t(shape.size()));
        if (below(2) && axis + 1 < int64_t(shape.size())) {
            result[axis] *= result[axis + 1];
            result.erase(result.begin() + axis + 1);
        } else if (shape[axis] % 2 == 0 && shape.size() < 5) {
            result[axis] /= 2;
            result.insert(result.begin() + axis, 2);
        } else if (shape.size() < 5) {
            result.insert(result.begin() + axis, 1);
        }
        return result;
    }

    Value sameShape(ArrayRef<int64_t> shape, Value otherwise)
    {
        SmallVector<Value> candidates;
        for (Value value : values)
            if (value != otherwise && GraphBuilder::shapeOf(value) == shape)
                candidates.push_back(value);
        return candidates.empty() ? otherwise : candidates[size_t(below(int64_t(candidates.size())))];
    }

    Value channelConstant(GraphBuilder &g, ArrayRef<int64_t> shape, int64_t axis)
    {
        SmallVector<int64_t> broadcast(shape.size(), 1);
        broadcast[axis] = shape[axis];
        std::vector<float> numbers(size_t(shape[axis]), 0.0f);
        for (float &number : numbers)
            number = float(below(7)) - 3.0f;
        const ArrayRef<char> bytes(reinterpret_cast<const char *>(numbers.data()), numbers.size() * sizeof(float));
        return g.constant(makeConstant(RankedTensorType::get(broadcast, builder.getF32Type()), bytes));
    }

    Value combine(GraphBuilder &g, Value x, Value y)
    {
        return g.elementwise({x, y}, builder.getF32Type(), [](OpBuilder &b, Location loc, ValueRange in) -> Value {
            // Whole numbers that stay small are exact in any order of summation.
            Value limit = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(64.0f));
            Value sum = arith::SubFOp::create(b, loc, in[0], in[1]);
            return arith::MaximumFOp::create(b, loc, arith::MinimumFOp::create(b, loc, sum, limit),
                                             arith::NegFOp::create(b, loc, limit));
        });
    }

    std::mt19937 random;
    OpBuilder builder;
    OwningOpRef<ModuleOp> module;
    func::FuncOp function;
    SmallVector<Value> values;
};

/// The function's results, with small whole numbers as its inputs.
std::vector<std::vector<double>> run(ModuleOp module)
{
    auto function = module.lookupSymbol<func::FuncOp>("main");
    OpBuilder b(module.getContext());
    b.setInsertionPointToStart(&function.getBody().front());
    int next = 0;
    for (BlockArgument argument : function.getArguments()) {
        auto type = cast<RankedTensorType>(argument.getType());
        std::vector<float> numbers(size_t(type.getNumElements()));
        for (float &number : numbers)
            number = float(next++ * 37 % 11) - 5.0f;
        const ArrayRef<char> bytes(reinterpret_cast<const char *>(numbers.data()), numbers.size() * sizeof(float));
        argument.replaceAllUsesWith(
            arith::ConstantOp::create(b, argument.getLoc(), cast<TypedAttr>(makeConstant(type, bytes))));
    }
    PassManager passes(module.getContext());
    passes.addNestedPass<func::FuncOp>(createFoldConstantsPass());
    EXPECT_TRUE(succeeded(passes.run(module)));
    std::vector<std::vector<double>> results;
    for (Value result : function.getBody().front().getTerminator()->getOperands()) {
        std::optional<std::vector<double>> numbers = numbersOf(constantOf(result));
        EXPECT_TRUE(numbers) << "a result is not constant";
        results.push_back(numbers.value_or(std::vector<double>{}));
    }
    return results;
}

int64_t transposes(ModuleOp module)
{
    int64_t count = 0;
    module.walk([&](linalg::TransposeOp) { ++count; });
    return count;
}

TEST_F(Optimize, RandomGraphsComputeTheSame)
{
    int64_t before = 0, after = 0;
    for (unsigned seed = 0; seed < 100; ++seed) {
        SCOPED_TRACE(seed);
        OwningOpRef<ModuleOp> original = RandomGraph(&context, seed).take();
        ASSERT_TRUE(succeeded(verify(*original)));
        OwningOpRef<ModuleOp> moved = original->clone(), optimised = original->clone();
        PassManager transposesOnly(&context), all(&context);
        transposesOnly.addNestedPass<func::FuncOp>(createFoldConstantsPass());
        ASSERT_TRUE(succeeded(transposesOnly.run(*moved)));
        before += transposes(*moved);
        transposesOnly.addNestedPass<func::FuncOp>(createPropagateTransposesPass());
        buildOptimizePipeline(all);
        ASSERT_TRUE(succeeded(transposesOnly.run(*moved)));
        after += transposes(*moved);
        ASSERT_TRUE(succeeded(all.run(*optimised)));
        const std::vector<std::vector<double>> expected = run(*original);
        ASSERT_EQ(expected, run(*moved));
        ASSERT_EQ(expected, run(*optimised));
    }
    EXPECT_LT(after, before) << "moving transposes is to save some";
}

} // namespace
