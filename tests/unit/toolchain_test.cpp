// Building and running generated C, with a hand-written model in the place of a generated one.
#include "compiler/driver/Files.h"
#include "compiler/driver/Toolchain.h"

#include "llvm/Support/Program.h"
#include "gtest/gtest.h"

#include <cstring>

using namespace barecc;

namespace {

std::string textOf(const std::string &name)
{
    auto buffer = readFile(std::string(BARECC_SOURCE_DIR "/tests/unit/toy/") + name);
    EXPECT_TRUE(static_cast<bool>(buffer));
    return (*buffer)->getBuffer().str();
}

CompiledModel toyModel(const std::string &source = "toy.c")
{
    CompiledModel model;
    model.name = "toy";
    TensorInfo in, out;
    in.cName = "in";
    in.shape = {1, 4};
    out.cName = "out";
    out.shape = {1, 4};
    model.inputs = {in};
    model.outputs = {out};
    model.arenaBytes = 16;
    model.stateBytes = 4;
    model.files = {{"toy.h", textOf("toy.h")}, {"toy.c", textOf(source)}, {"toy_weights.c", textOf("toy_weights.c")}};
    return model;
}

Tensor floats(std::vector<int64_t> shape, const std::vector<float> &values)
{
    Tensor tensor{ElementType::F32, std::move(shape), {}};
    tensor.bytes.resize(values.size() * sizeof(float));
    std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
    return tensor;
}

Program buildOrFail(const CompiledModel &model, llvm::StringRef targetName)
{
    return llvm::cantFail(Program::build(model, llvm::cantFail(findTarget(targetName)), Optimize::Size));
}

TEST(Toolchain, runsStepsOnOneStateAndEachRunOnAFreshOne)
{
    CompiledModel model = toyModel();
    Program program = buildOrFail(model, "host");
    std::vector<Tensor> inputs = {floats({2, 1, 4}, {1, 2, 3, 4, 5, 6, 7, 8})};
    for (int repeat = 0; repeat < 2; ++repeat) {
        RunResult result = llvm::cantFail(program.run({&inputs, /*sequence=*/true, /*steps=*/2, /*timedRuns=*/0}));
        ASSERT_EQ(result.outputs.size(), 1u);
        EXPECT_EQ(result.outputs[0].shape, (std::vector<int64_t>{2, 1, 4}));
        EXPECT_EQ(result.outputs[0].bytes, floats({2, 1, 4}, {11, 22, 33, 44, 16, 27, 38, 49}).bytes);
    }
}

TEST(Toolchain, runsAModelWithoutInputsOrArena)
{
    CompiledModel model = toyModel();
    model.name = "constant";
    model.inputs.clear();
    model.arenaBytes = model.stateBytes = 0;
    model.files = {{"constant.h", textOf("constant.h")}, {"constant.c", textOf("constant.c")}};
    for (llvm::StringRef target : {"host", "generic"}) {
        Program program = buildOrFail(model, target);
        std::vector<Tensor> inputs;
        RunResult result = llvm::cantFail(program.run({&inputs, /*sequence=*/false, /*steps=*/1, /*timedRuns=*/1}));
        EXPECT_EQ(result.outputs[0].bytes, floats({1, 4}, {1, 2, 3, 4}).bytes);
    }
}

TEST(Toolchain, timesTheRunsAskedForAndCountsCodeWithoutWeights)
{
    CompiledModel model = toyModel();
    Program program = buildOrFail(model, "generic");
    std::vector<Tensor> inputs = {floats({1, 4}, {1, 2, 3, 4})};
    RunResult result = llvm::cantFail(program.run({&inputs, /*sequence=*/false, /*steps=*/1, /*timedRuns=*/7}));
    EXPECT_EQ(result.nanoseconds.size(), 7u);
    EXPECT_EQ(result.outputs[0].shape, (std::vector<int64_t>{1, 4}));
    EXPECT_GT(program.codeSize().text, 0);
    EXPECT_LT(program.codeSize().text + program.codeSize().rodata, 1024);
}

TEST(Toolchain, runsAnotherInstructionSetUnderItsEmulator)
{
    Target arm64 = llvm::cantFail(findTarget("arm64"));
    if (!llvm::sys::findProgramByName(arm64.compiler) || !llvm::sys::findProgramByName(arm64.emulator[0]))
        GTEST_SKIP() << "needs " << arm64.compilerPackage << " and " << arm64.emulatorPackage;
    CompiledModel model = toyModel();
    Program program = buildOrFail(model, "arm64");
    std::vector<Tensor> inputs = {floats({1, 4}, {1, 2, 3, 4})};
    RunResult result = llvm::cantFail(program.run({&inputs, /*sequence=*/false, /*steps=*/1, /*timedRuns=*/0}));
    EXPECT_EQ(result.outputs[0].bytes, floats({1, 4}, {11, 22, 33, 44}).bytes);
}

TEST(Toolchain, findsAWritePastTheEnd)
{
    CompiledModel model = toyModel("overrun.c");
    Program program = buildOrFail(model, "host");
    std::vector<Tensor> inputs = {floats({1, 4}, {1, 2, 3, 4})};
    llvm::Expected<RunResult> result = program.run({&inputs, /*sequence=*/false, /*steps=*/1, /*timedRuns=*/0});
    ASSERT_FALSE(static_cast<bool>(result));
    EXPECT_NE(llvm::toString(result.takeError()).find("past the end of a block: an output"), std::string::npos);
}

TEST(Toolchain, tellsWhatTheCompilerSaid)
{
    CompiledModel model = toyModel();
    model.files[1].contents += "int unused_result(void) { int x; return 1L << 40; }\n";
    llvm::Expected<Program> program = Program::build(model, llvm::cantFail(findTarget("host")), Optimize::Speed);
    ASSERT_FALSE(static_cast<bool>(program));
    std::string text = llvm::toString(program.takeError());
    EXPECT_NE(text.find("compiling the generated C with gcc failed"), std::string::npos) << text;
    EXPECT_NE(text.find("unused variable"), std::string::npos) << text;
}

TEST(Toolchain, namesThePackageOfAMissingCompiler)
{
    Target target = llvm::cantFail(findTarget("generic"));
    target.compiler = "no-such-compiler";
    target.compilerPackage = "its-package";
    CompiledModel model = toyModel();
    llvm::Expected<Program> program = Program::build(model, target, Optimize::Speed);
    ASSERT_FALSE(static_cast<bool>(program));
    EXPECT_NE(llvm::toString(program.takeError()).find("apt-get install its-package"), std::string::npos);
}

TEST(Toolchain, bindsInputsAndOutputsInTheArena)
{
    CompiledModel model = toyModel();
    model.io = IoForm::Arena;
    model.stateBytes = 0;
    std::string glue = harnessGlue(model);
    EXPECT_NE(glue.find("memcpy(toy_input_in(arena), in[0], input_bytes[0]);"), std::string::npos) << glue;
    EXPECT_NE(glue.find("toy_run(arena);"), std::string::npos) << glue;
    EXPECT_NE(glue.find("memcpy(out[0], toy_output_out(arena), output_bytes[0]);"), std::string::npos) << glue;
}

} // namespace
