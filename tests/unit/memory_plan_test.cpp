// What planning does to the IR, which is nothing, and what it says of places.
#include "compiler/plan/MemoryPlan.h"
#include "compiler/plan/Passes.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <gtest/gtest.h>

using namespace barecc;
using namespace mlir;

namespace {

/// A step between the argument and a concat that it cannot be part of without a copy.
constexpr const char *text = R"(
func.func @main(%x: tensor<8xf32>) -> tensor<16xf32> {
  %n = kernel.loops "neg"(%x) {
  ^bb0(%in: tensor<8xf32>):
    %e = tensor.empty() : tensor<8xf32>
    %out = linalg.negf ins(%in : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
    kernel.yield %out : tensor<8xf32>
  } {in_place = array<i64: 0>} : (tensor<8xf32>) -> tensor<8xf32>
  %c = tensor.concat dim(0) %n, %x : (tensor<8xf32>, tensor<8xf32>) -> tensor<16xf32>
  return %c : tensor<16xf32>
})";

class MemoryPlans : public testing::Test {
protected:
    MemoryPlans() : context(registered(), MLIRContext::Threading::DISABLED)
    {
        context.loadAllAvailableDialects();
        module = parseSourceString<ModuleOp>(text, &context);
    }

    void insertCopies(bool ioInArena)
    {
        PassManager passes(&context);
        passes.addNestedPass<func::FuncOp>(createInsertCopiesPass({ioInArena}));
        ASSERT_TRUE(succeeded(passes.run(*module)));
    }

    std::string printed()
    {
        std::string printed;
        llvm::raw_string_ostream(printed) << *module;
        return printed;
    }

    MLIRContext context;
    OwningOpRef<ModuleOp> module;

private:
    static DialectRegistry registered()
    {
        DialectRegistry registry;
        registerDialects(registry);
        registry.insert<kernel::KernelDialect>();
        return registry;
    }
};

TEST_F(MemoryPlans, ACopyThatIsMissingIsAnError)
{
    std::string message;
    ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
        message += diagnostic.str();
        return success();
    });
    EXPECT_TRUE(failed(planMemory(*module, {16, false})));
    EXPECT_EQ(message, "internal error: operand 1 has not been copied");
}

TEST_F(MemoryPlans, PlanningChangesNothing)
{
    insertCopies(false);
    const std::string before = printed();
    FailureOr<MemoryPlan> plan = planMemory(*module, {16, false});
    ASSERT_TRUE(succeeded(plan));
    EXPECT_EQ(printed(), before);
}

TEST_F(MemoryPlans, ResultsLieInTheCallersMemory)
{
    insertCopies(false);
    FailureOr<MemoryPlan> plan = planMemory(*module, {16, false});
    ASSERT_TRUE(succeeded(plan));
    ASSERT_EQ(plan->calls.size(), 2u); // the negation, and the copy of the argument beside it
    std::vector<int64_t> offsets;
    for (const PlannedCall &call : plan->calls) {
        EXPECT_EQ(call.inputs[0].space, MemorySpace::Argument);
        EXPECT_EQ(call.outputs[0].space, MemorySpace::Result);
        offsets.push_back(call.outputs[0].offset);
    }
    llvm::sort(offsets);
    EXPECT_EQ(offsets, (std::vector<int64_t>{0, 32}));
    EXPECT_EQ(plan->arena().bytes, 0);
}

TEST_F(MemoryPlans, InputsAndOutputsLieInTheArenaWhereAsked)
{
    insertCopies(true);
    FailureOr<MemoryPlan> plan = planMemory(*module, {16, true});
    ASSERT_TRUE(succeeded(plan));
    EXPECT_TRUE(plan->arguments[0].isIn(arenaRegion));
    EXPECT_TRUE(plan->results[0].isIn(arenaRegion));
    EXPECT_EQ(plan->arena().bytes, 32 + 64);
    EXPECT_EQ(plan->state().bytes, 0);
}

} // namespace
