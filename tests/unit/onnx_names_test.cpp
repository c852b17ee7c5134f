// Tensors whose names are taken: by the language, by the library, by what barecc itself writes.
#include "tests/unit/onnx_model.h"

#include "compiler/driver/Files.h"
#include "compiler/driver/Names.h"
#include "compiler/driver/Process.h"
#include "compiler/driver/Toolchain.h"

#include <gtest/gtest.h>

#include <cstring>

using namespace barecc;
using namespace barecc::test;

namespace {

// clang-format off
const std::vector<std::string> hostileNames = {
    "code_w0", "code_w1", "code_run",  "code_fully_connected_f32_1_weights", // names of this program
    "arena",   "state",   "workspace", "fully_connected_f32",                // of every program
    "while",   "int8_t",  "h_t",       "memcpy", "expf",                     // of C and its library
    "linux",   "typeof",  "nios2",     "far",                                // of GNU mode and Windows
    "y0",      "jn",      "signgam",   "gamma",                              // of POSIX
    "concept", "and_eq",  "nullptr",                                         // of C++
    "x",       "X",       "x:0",       "x_2",                                // that become the same
    "/*",      "a*/b",    "//",        "2nd",    "\xe6\xa8\xa1",             // that are none
};
// clang-format on

/// y = (the sum of all inputs) * 2I, by a kernel that has weights, then 1 / y by a loop.
onnx::ModelProto sumOfHostileNames()
{
    onnx::ModelProto model = emptyModel(17);
    onnx::GraphProto &graph = *model.mutable_graph();
    for (const std::string &name : hostileNames)
        addInput(graph, name, onnx::TensorProto::FLOAT, {1, 2});
    addNode(graph, "Sum", hostileNames, {"sum"});
    *graph.add_initializer() = tensorProto("w", floats({2, 2}, {2, 0, 0, 2}));
    addNode(graph, "MatMul", {"sum", "w"}, {"register"});
    addNode(graph, "Reciprocal", {"register"}, {"x_1"});
    addOutput(graph, "register");
    addOutput(graph, "x_1");
    return model;
}

void expectAccepted(const std::vector<std::string> &command, llvm::StringRef directory)
{
    llvm::Error error = runAll({command}, "compiling", directory, 60);
    EXPECT_FALSE(error) << llvm::join(command, " ") << llvm::toString(std::move(error));
}

void check(Optimize optimize, IoForm io)
{
    llvm::Expected<TemporaryDirectory> directory = TemporaryDirectory::create();
    ASSERT_TRUE(bool(directory));
    const std::string path = directory->file("model.onnx");
    ASSERT_FALSE(writeFile(path, sumOfHostileNames().SerializeAsString()));
    CompileOptions options;
    options.name = "code";
    options.target = llvm::cantFail(findTarget("generic"));
    options.optimize = optimize;
    options.io = io;
    llvm::Expected<CompiledModel> model = compile(path, options);
    ASSERT_TRUE(bool(model)) << llvm::toString(model.takeError());

    for (const GeneratedFile &file : model->files)
        ASSERT_FALSE(writeFile(directory->file(file.path), [&](llvm::raw_ostream &os) { file.print(os); }));
    const std::string header = directory->file("code.h"), source = directory->file("code.c");
    for (const char *standard : {"-std=c99", "-std=gnu99", "-std=gnu11", "-std=gnu2x"})
        expectAccepted({"/usr/bin/gcc", standard, "-Wall", "-Wextra", "-Wshadow", "-Werror", "-fsyntax-only", source},
                       directory->path());
    for (const char *standard : {"-std=c++11", "-std=gnu++20"})
        expectAccepted({"/usr/bin/g++", standard, "-Wall", "-Wextra", "-Werror", "-x", "c++", "-fsyntax-only", header},
                       directory->path());

    llvm::Expected<Program> program = Program::build(*model, options.target, optimize);
    ASSERT_TRUE(bool(program)) << llvm::toString(program.takeError());
    std::vector<Tensor> inputs;
    for (size_t i = 0; i < hostileNames.size(); ++i) {
        const float values[] = {float(i), 1};
        Tensor tensor{ElementType::F32, {1, 2}, {}};
        tensor.bytes.resize(sizeof values);
        std::memcpy(tensor.bytes.data(), values, sizeof values);
        inputs.push_back(tensor);
    }
    llvm::Expected<RunResult> result = program->run({&inputs, false, 1, 0});
    ASSERT_TRUE(bool(result)) << llvm::toString(result.takeError());
    const double count = double(hostileNames.size());
    EXPECT_EQ(result->outputs[0].asDouble(0), count * (count - 1));
    EXPECT_EQ(result->outputs[0].asDouble(1), 2 * count);
    EXPECT_EQ(result->outputs[1].asDouble(1), float(1 / (2 * count)));
}

TEST(OnnxNames, AreMadeFitForCAndMeetNoOther)
{
    check(Optimize::Speed, IoForm::Separate);
    check(Optimize::Size, IoForm::Separate);
    check(Optimize::Speed, IoForm::Arena);
}

TEST(Names, AreTakenOnce)
{
    Names names("kws");
    EXPECT_EQ(names.argument("input", ""), "input");
    EXPECT_EQ(names.argument("Input", ""), "input_2");
    EXPECT_EQ(names.argument("", "input"), "input_3");
    EXPECT_EQ(names.argument("h_t", ""), "h_t_value");
    EXPECT_EQ(names.argument("expf", ""), "m_expf");
    EXPECT_EQ(names.argument("signgam", ""), "m_signgam");
    EXPECT_EQ(names.argument("co_await", ""), "m_co_await");
    EXPECT_EQ(names.argument("_Bool", ""), "m_bool");
    EXPECT_EQ(names.argument("y0", ""), "m_y0");
    const std::string many(10000, 'a');
    EXPECT_EQ(names.argument(many + "1", ""), std::string(63, 'a'));
    EXPECT_EQ(names.argument(many + "2", ""), std::string(63, 'a') + "_2");
    EXPECT_EQ(names.argument("kws_w", ""), "kws_w");
    EXPECT_EQ(names.external("w"), "kws_w_2");
    EXPECT_EQ(names.external("run"), "kws_run_2");
    EXPECT_EQ(names.unique("arena"), "arena_2");
}

} // namespace
