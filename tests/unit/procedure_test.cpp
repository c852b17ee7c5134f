// Imperative code from the builder to what it computes: outlined, planned, printed as C, built with all warnings as
// errors by two compilers, and run.
#include "compiler/driver/Toolchain.h"
#include "compiler/emit/Emit.h"
#include "compiler/ir/Procedure.h"
#include "compiler/plan/Passes.h"
#include "compiler/select/Passes.h"

#include "mlir/IR/Verifier.h"

#include "llvm/Support/Program.h"
#include "gtest/gtest.h"

#include <cstring>

using namespace mlir;
using namespace barecc;

namespace {

template <typename T> barecc::Tensor tensor(ElementType type, std::vector<int64_t> shape, std::vector<T> values)
{
    barecc::Tensor result{type, std::move(shape), {}};
    result.bytes.resize(values.size() * sizeof(T));
    std::memcpy(result.bytes.data(), values.data(), result.bytes.size());
    return result;
}

template <typename T> std::vector<T> valuesOf(const barecc::Tensor &tensor)
{
    std::vector<T> values(tensor.bytes.size() / sizeof(T));
    std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
    return values;
}

using Build = std::function<SmallVector<Value>(GraphBuilder &, ValueRange)>;

class Procedures : public testing::Test {
protected:
    Procedures() : context(registered(), MLIRContext::Threading::DISABLED), b(&context)
    {
        context.loadAllAvailableDialects();
    }

    RankedTensorType type(ArrayRef<int64_t> shape, Type element) { return RankedTensorType::get(shape, element); }

    /// The results of a function that `build` fills, run as C from each compiler.
    std::vector<barecc::Tensor> run(const std::vector<barecc::Tensor> &inputs, ArrayRef<RankedTensorType> types,
                                    std::vector<ElementType> results, const Build &build)
    {
        const mlir::Location loc = sourceLocation(&context, "code", "Code");
        OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
        b.setInsertionPointToEnd(module->getBody());
        auto main = func::FuncOp::create(b, loc, "main", b.getFunctionType(SmallVector<Type>(types), {}));
        b.setInsertionPointToStart(main.addEntryBlock());
        GraphBuilder g(b, loc);
        SmallVector<Value> built = build(g, main.getArguments());
        func::ReturnOp::create(b, loc, built);
        main.setType(b.getFunctionType(SmallVector<Type>(types), TypeRange(ValueRange(built))));
        EXPECT_TRUE(succeeded(verify(*module)));

        CompiledModel model;
        model.name = "code";
        EmitOptions options;
        options.name = "code";
        for (auto [i, input] : llvm::enumerate(inputs)) {
            options.inputs.push_back({"in" + std::to_string(i), types[i]});
            model.inputs.push_back({"", options.inputs.back().name, input.type, input.shape, std::nullopt});
        }
        for (auto [i, value] : llvm::enumerate(built)) {
            options.outputs.push_back({"out" + std::to_string(i), GraphBuilder::typeOf(value)});
            model.outputs.push_back(
                {"", options.outputs.back().name, results[i], GraphBuilder::shapeOf(value).vec(), std::nullopt});
        }
        PassManager passes(&context);
        buildSelectPipeline(passes, {});
        passes.addNestedPass<func::FuncOp>(createInsertCopiesPass());
        if (failed(passes.run(*module)))
            return {};
        FailureOr<MemoryPlan> plan = planMemory(*module, {16, false});
        FailureOr<EmittedModel> emitted = emitModel(*plan, options);
        if (failed(emitted))
            return {};
        model.arenaBytes = plan->arena().bytes;
        model.arenaAlign = plan->arena().alignment;
        model.files = std::move(emitted->files);

        std::vector<barecc::Tensor> outputs;
        Target target = llvm::cantFail(findTarget("generic"));
        for (std::string compiler : {std::string("clang-22"), target.compiler}) {
            target.compiler = compiler;
            if (!llvm::sys::findProgramByName(compiler))
                continue;
            llvm::Expected<Program> program = Program::build(model, target, Optimize::Speed);
            if (!program) {
                ADD_FAILURE() << llvm::toString(program.takeError());
                return {};
            }
            outputs = llvm::cantFail(program->run({&inputs, false, 1, 0})).outputs;
        }
        return outputs;
    }

    MLIRContext context;
    OpBuilder b;

private:
    static DialectRegistry registered()
    {
        DialectRegistry registry;
        registerDialects(registry);
        return registry;
    }
};

TEST_F(Procedures, CarriesValuesFromRoundToRound)
{
    // Fibonacci's two numbers change at once; the sum of all is carried beside them.
    const Type i32 = b.getI32Type();
    auto outputs = run({}, {}, {ElementType::I32, ElementType::I32}, [&](GraphBuilder &g, ValueRange) {
        return procedure(g, {}, {type({10}, i32), type({}, i32)}, {}, [&](Procedure &p) {
            Buffer out = p.result(0);
            Scalars last = p.loop(0, 10, {p.number(i32, 0), p.number(i32, 1), p.number(i32, 0)},
                                  [&](Scalar i, Scalars c) -> Scalars {
                                      out(i) = c[0];
                                      return {c[1], c[0] + c[1], c[2] + c[0]};
                                  });
            p.result(1)() = last[2];
        });
    });
    ASSERT_EQ(outputs.size(), 2u);
    EXPECT_EQ(valuesOf<int32_t>(outputs[0]), (std::vector<int32_t>{0, 1, 1, 2, 3, 5, 8, 13, 21, 34}));
    EXPECT_EQ(valuesOf<int32_t>(outputs[1]), std::vector<int32_t>{88});
}

TEST_F(Procedures, SortsByInsertionInPlace)
{
    // What is read may lie on what is written; the loop's condition reads memory only inside the bounds.
    const Type f32 = b.getF32Type();
    const RankedTensorType row = type({8}, f32);
    auto input = tensor<float>(ElementType::F32, {8}, {3, -1, 7, 3, 0, 9, -5, 2});
    auto outputs = run({input}, row, {ElementType::F32}, [&](GraphBuilder &g, ValueRange in) {
        Value copy = procedure(g, in, row, 0, [&](Procedure &p) {
            p.forEach(8, [&](Scalars i) { p.result(0)(i[0]) = p.input(0)(i[0]) * 2; });
        })[0];
        return procedure(g, copy, row, 0, [&](Procedure &p) {
            Buffer in = p.input(0), out = p.result(0);
            p.loop(0, 8, [&](Scalar i) {
                Scalar x = in(i);
                Scalar hole = p.loopWhile(
                    {i}, [&](Scalars c) { return p.both(c[0] > 0, [&] { return x < Scalar(out(c[0] - 1)); }); },
                    [&](Scalars c) -> Scalars {
                        out(c[0]) = out(c[0] - 1);
                        return {c[0] - 1};
                    })[0];
                out(hole) = x;
            });
        });
    });
    ASSERT_EQ(outputs.size(), 1u);
    EXPECT_EQ(valuesOf<float>(outputs[0]), (std::vector<float>{-10, -2, 0, 4, 6, 6, 14, 18}));
}

TEST_F(Procedures, TakesTurnsThatValuesDecide)
{
    // Counts and sorts apart: what is negative from the front, all else from the back; scratch memory in between.
    const Type i8 = b.getI8Type(), i64 = b.getI64Type(), i1 = b.getI1Type();
    auto input = tensor<int8_t>(ElementType::I8, {6}, {-3, 5, 0, -128, 127, -1});
    auto outputs =
        run({input}, type({6}, i8), {ElementType::I8, ElementType::I64, ElementType::Bool},
            [&](GraphBuilder &g, ValueRange in) {
                SmallVector<Value> all = procedure(
                    g, in, {type({6}, i8), type({2}, i64), type({6}, i1), type({6}, i8)}, {}, [&](Procedure &p) {
                        Buffer scratch = p.result(3);
                        Scalars ends = p.loop(0, 6, {p.index(0), p.index(6)}, [&](Scalar i, Scalars c) {
                            Scalar x = p.input(0)(i), negative = x < 0;
                            p.result(2)(i) = !negative;
                            return p.choose(
                                negative,
                                [&]() -> Scalars {
                                    scratch(c[0]) = x;
                                    return {c[0] + 1, c[1]};
                                },
                                [&]() -> Scalars {
                                    scratch(c[1] - 1) = x;
                                    return {c[0], c[1] - 1};
                                });
                        });
                        p.result(1)(0) = ends[0].to(i64);
                        p.result(1)(1) = ends[1].to(i64);
                        p.loop(0, 6, [&](Scalar i) {
                            p.when(
                                i % 2 == 0, [&] { p.result(0)(i) = scratch(i) + scratch(i); },
                                [&] { p.result(0)(i) = scratch(i); });
                        });
                    });
                return SmallVector<Value>(all.begin(), all.begin() + 3);
            });
    ASSERT_EQ(outputs.size(), 3u);
    // -3 -128 -1 127 0 5, with every other one doubled, around the corner of 8 bits.
    EXPECT_EQ(valuesOf<int8_t>(outputs[0]), (std::vector<int8_t>{-6, -128, -2, 127, 0, 5}));
    EXPECT_EQ(valuesOf<int64_t>(outputs[1]), (std::vector<int64_t>{3, 3}));
    EXPECT_EQ(valuesOf<uint8_t>(outputs[2]), (std::vector<uint8_t>{0, 1, 1, 0, 1, 0}));
}

TEST_F(Procedures, ReadAndWriteViews)
{
    // Every other column of a half-precision image, into the right half of a concatenation.
    const Type f16 = b.getF16Type();
    const RankedTensorType image = type({2, 4}, f16), half = type({2, 2}, f16);
    auto input = tensor<uint16_t>(ElementType::F16, {2, 4}, {0x3c00, 0x4000, 0x4200, 0x4400, 0xbc00, 0, 0x3800, 0});
    auto outputs = run({input}, image, {ElementType::F16}, [&](GraphBuilder &g, ValueRange in) {
        Value columns = g.slice(in[0], {0, 0}, {2, 2}, {1, 2});
        Value sums = procedure(g, columns, half, {}, [&](Procedure &p) {
            p.forEach({2, 2},
                      [&](Scalars i) { p.result(0).at(i) = p.input(0).at(i) + p.input(0)(i[0], (i[1] + 1) % 2); });
        })[0];
        return SmallVector<Value>{g.concat({columns, sums}, 1)};
    });
    ASSERT_EQ(outputs.size(), 1u);
    EXPECT_EQ(valuesOf<uint16_t>(outputs[0]),
              (std::vector<uint16_t>{0x3c00, 0x4200, 0x4400, 0x4400, 0xbc00, 0x3800, 0xb800, 0xb800}));
}

} // namespace
