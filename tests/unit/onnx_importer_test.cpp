// The importer itself: order, names, shapes, files, subgraphs, functions, errors.
#include "tests/unit/onnx_model.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <gtest/gtest.h>

using namespace barecc;
using namespace barecc::test;
using onnx::TensorProto;

/// y = Relu(x), of one input.
static onnx::ModelProto relu(Shape shape = {2, 3})
{
    onnx::ModelProto model = emptyModel(17);
    addInput(*model.mutable_graph(), "x", TensorProto::FLOAT, shape);
    addNode(*model.mutable_graph(), "Relu", {"x"}, {"y"}).set_name("first");
    addOutput(*model.mutable_graph(), "y");
    return model;
}

static onnx::TensorShapeProto::Dimension &dim(onnx::ModelProto &model, int i)
{
    return *model.mutable_graph()
                ->mutable_input(0)
                ->mutable_type()
                ->mutable_tensor_type()
                ->mutable_shape()
                ->mutable_dim(i);
}

static bool contains(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

// ---- Functions' boundary -----------------------------------------------------------------------------------

TEST(OnnxImporter, ArgumentsAndResultsCarryTheModelsNames)
{
    const Outcome outcome = import(relu());
    ASSERT_TRUE(outcome.imported) << outcome.errors;
    EXPECT_TRUE(contains(
        outcome.ir, "func.func @main(%arg0: tensor<2x3xf32> {nn.name = \"x\"}) -> (tensor<2x3xf32> {nn.name = \"y\"})"))
        << outcome.ir;
}

TEST(OnnxImporter, UnsignedBytesAreMarkedAtTheBoundary)
{
    onnx::ModelProto model = emptyModel(17);
    addInput(*model.mutable_graph(), "x", TensorProto::UINT8, {2});
    addNode(*model.mutable_graph(), "Identity", {"x"}, {"y"});
    addOutput(*model.mutable_graph(), "y");
    const Outcome outcome = import(model);
    EXPECT_TRUE(contains(outcome.ir, "tensor<2xui8> {nn.name = \"x\"}) -> (tensor<2xui8> {nn.name = \"y\"})"))
        << outcome.ir << outcome.errors;
}

/// The element types of the outputs of one node whose inputs have these types.
static std::vector<std::string> outputTypes(const char *op, std::vector<int> inputTypes, std::vector<Shape> shapes,
                                            int outputs = 1, std::vector<Attribute> attributes = {})
{
    onnx::ModelProto model = emptyModel(18);
    onnx::GraphProto &graph = *model.mutable_graph();
    std::vector<std::string> inputs, names;
    for (size_t i = 0; i < inputTypes.size(); ++i) {
        inputs.push_back("x" + std::to_string(i));
        addInput(graph, inputs.back(), inputTypes[i], shapes[i]);
    }
    for (int i = 0; i < outputs; ++i)
        names.push_back("y" + std::to_string(i));
    addNode(graph, op, inputs, names, attributes);
    for (const std::string &name : names)
        addOutput(graph, name);
    const Outcome outcome = import(model);
    EXPECT_EQ(outcome.errors, "");
    // func.func @main(...) -> (tensor<2xui8> {nn.name = "y0"}, ...)
    std::vector<std::string> types;
    const size_t results = outcome.ir.find("->");
    for (const std::string &name : names) {
        const std::string head = outcome.ir.substr(results, outcome.ir.find("nn.name = \"" + name + "\"") - results);
        const size_t end = head.rfind('>'), begin = head.rfind('<', end);
        const std::string type = head.substr(begin + 1, end - begin - 1);
        types.push_back(type.substr(type.rfind('x') + 1));
    }
    return types;
}

TEST(OnnxImporter, IntegersOfAnOutputHaveTheSignThatTheStandardSays)
{
    using Types = std::vector<std::string>;
    constexpr int u8 = TensorProto::UINT8, u64 = TensorProto::UINT64, i64 = TensorProto::INT64;
    const Attribute axis = integer("axis", 0);
    // That of an input of the same type.
    EXPECT_EQ(outputTypes("Clip", {u8}, {{4}}), Types{"ui8"});
    EXPECT_EQ(outputTypes("Split", {u8}, {{4}}, 2, {axis, integer("num_outputs", 2)}), (Types{"ui8", "ui8"}));
    EXPECT_EQ(outputTypes("Where", {TensorProto::BOOL, u8, u8}, {{4}, {4}, {4}}), Types{"ui8"});
    EXPECT_EQ(outputTypes("Gather", {u64, i64}, {{4}, {2}}, 1, {axis}), Types{"ui64"});
    EXPECT_EQ(outputTypes("Gather", {i64, i64}, {{4}, {2}}, 1, {axis}), Types{"i64"});
    // The operator's own, whatever the inputs are.
    EXPECT_EQ(outputTypes("ArgMax", {u64}, {{4}}, 1, {axis}), Types{"i64"});
    EXPECT_EQ(outputTypes("Unique", {u64}, {{4}}, 4), (Types{"ui64", "i64", "i64", "i64"}));
    for (const char *op : {"Shape", "Size", "NonZero"})
        EXPECT_EQ(outputTypes(op, {u64}, {{4}}), Types{"i64"}) << op;
    EXPECT_EQ(outputTypes("Cast", {u64}, {{4}}, 1, {integer("to", i64)}), Types{"i64"});
    EXPECT_EQ(outputTypes("Cast", {TensorProto::INT8}, {{4}}, 1, {integer("to", u8)}), Types{"ui8"});
    EXPECT_EQ(outputTypes("EyeLike", {u64}, {{2, 2}}, 1, {integer("dtype", i64)}), Types{"i64"});
}

TEST(OnnxImporter, InputsThatAreInitializersAreConstants)
{
    onnx::ModelProto model = relu();
    *model.mutable_graph()->add_initializer() = tensorProto("x", floats({2, 3}, {-1, 2, -3, 4, -5, 6}));
    expectResult(import(model), floats({2, 3}, {0, 2, 0, 4, 0, 6}));
}

// ---- Open dimensions ---------------------------------------------------------------------------------------

TEST(OnnxImporter, OpenDimensionsAreNamedWithTheOptionThatFixesThem)
{
    onnx::ModelProto model = relu();
    dim(model, 0).set_dim_param("batch");
    expectError(import(model), "dimension 0 is open ('batch'); fix it with --dim batch=V or --shape x=D0,D1,...");
    ImportOptions options;
    options.dims["batch"] = 4;
    EXPECT_TRUE(contains(import(model, options).ir, "tensor<4x3xf32>"));
    options.dims["other"] = 4;
    expectError(import(model, options), "--dim other: the model has no open dimension of that name; it has 'batch'");
    EXPECT_TRUE(import(model, options).wrongOptions);
    ImportOptions shapes;
    shapes.shapes["x"] = {5, 3};
    EXPECT_TRUE(contains(import(model, shapes).ir, "tensor<5x3xf32>"));
    shapes.shapes["x"] = {5, 4};
    expectError(import(model, shapes), "--shape cannot change");
    shapes.shapes["x"] = {5};
    expectError(import(model, shapes), "2 dimensions, but --shape gives 1");
    shapes.shapes = {{"z", {1}}};
    expectError(import(model, shapes), "--shape z: the model has no input of that name; its inputs are 'x'");
    EXPECT_TRUE(import(model, shapes).wrongOptions);
}

TEST(OnnxImporter, AShapeFixesTheDimensionsThatItNames)
{
    onnx::ModelProto model = relu();
    dim(model, 0).set_dim_param("batch");
    addInput(*model.mutable_graph(), "z", TensorProto::FLOAT, {1});
    model.mutable_graph()
        ->mutable_input(1)
        ->mutable_type()
        ->mutable_tensor_type()
        ->mutable_shape()
        ->mutable_dim(0)
        ->set_dim_param("batch");
    ImportOptions options;
    options.shapes["x"] = {7, 3};
    EXPECT_TRUE(contains(import(model, options).ir, "%arg1: tensor<7xf32>"));
    options.dims["batch"] = 6;
    expectError(import(model, options), "is given as 6 and, by the shape of input 'x', as 7");
}

TEST(OnnxImporter, InputsWithoutAShapeNeedOne)
{
    onnx::ModelProto model = relu();
    model.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type()->clear_shape();
    expectError(import(model), "has no shape; give one with --shape x=");
    ImportOptions options;
    options.shapes["x"] = {7};
    EXPECT_TRUE(import(model, options).imported);
}

// ---- Order and names ---------------------------------------------------------------------------------------

TEST(OnnxImporter, NodesAreSortedByTheirData)
{
    onnx::ModelProto model = emptyModel(17);
    onnx::GraphProto &graph = *model.mutable_graph();
    *graph.add_initializer() = tensorProto("x", floats({1}, {4}));
    addNode(graph, "Neg", {"b"}, {"y"});
    addNode(graph, "Sqrt", {"x"}, {"b"});
    addOutput(graph, "y");
    expectResult(import(model), floats({1}, {-2}));
}

TEST(OnnxImporter, NodesThatNothingNeedsAreNotRead)
{
    onnx::ModelProto model = relu();
    addNode(*model.mutable_graph(), "NoSuchOperator", {"x"}, {"z"});
    EXPECT_TRUE(import(model).imported);
}

TEST(OnnxImporter, CyclesAndBadNamesAreErrors)
{
    onnx::ModelProto cycle = emptyModel(17);
    addNode(*cycle.mutable_graph(), "Relu", {"b"}, {"a"});
    addNode(*cycle.mutable_graph(), "Relu", {"a"}, {"b"});
    addOutput(*cycle.mutable_graph(), "b");
    expectError(import(cycle), "cycle");

    onnx::ModelProto twice = relu();
    addNode(*twice.mutable_graph(), "Neg", {"x"}, {"y"});
    expectError(import(twice), "'y' is defined a second time");

    onnx::ModelProto undefined = relu();
    undefined.mutable_graph()->mutable_node(0)->set_input(0, "nowhere");
    expectError(import(undefined), "first(Relu): input 'nowhere' is neither produced by a node");

    onnx::ModelProto noOutput = relu();
    noOutput.mutable_graph()->mutable_output(0)->set_name("nowhere");
    expectError(import(noOutput), "output 'nowhere' is produced by no node");

    onnx::ModelProto missing = relu();
    missing.mutable_graph()->mutable_node(0)->clear_input();
    expectError(import(missing), "input 0 is missing");
}

TEST(OnnxImporter, AllUnsupportedNodesAreReportedAtOnce)
{
    onnx::ModelProto model = relu();
    onnx::GraphProto &graph = *model.mutable_graph();
    addNode(graph, "NoSuchA", {"y"}, {"a"}).set_name("one");
    addNode(graph, "NoSuchB", {"a"}, {"b"}).set_name("two");
    addNode(graph, "Neg", {"b"}, {"c"}).set_name("fine");
    addNode(graph, "NoSuchA", {"y"}, {"e"}).set_name("three");
    addOutput(graph, "e");
    addNode(graph, "NoSuchC", {"c"}, {"d"}).set_domain("com.example");
    addOutput(graph, "d");
    const Outcome outcome = import(model);
    expectError(outcome,
                "has operators that barecc does not implement: NoSuchA of opset 17 (2 nodes, first 'one'), "
                "NoSuchB of opset 17 (1 node 'two'), com.example.NoSuchC of opset 1 (1 node 'd'); replace them");
    EXPECT_FALSE(contains(outcome.errors, "fine")) << outcome.errors;
}

TEST(OnnxImporter, OperatorsNewerThanTheModelAreNotItsOwn)
{
    expectError(run("Gelu", {floats({1}, {0})}, {}, 17), "does not implement: Gelu of opset 17");
}

TEST(OnnxImporter, FilesWithoutAVersionAreOfOpset1)
{
    onnx::ModelProto model = emptyModel(17);
    model.clear_opset_import();
    onnx::GraphProto &graph = *model.mutable_graph();
    *graph.add_initializer() = tensorProto("x", floats({2, 2}, {1, 2, 3, 4}));
    addNode(graph, "Reshape", {"x"}, {"y"}, {list("shape", {4})});
    addOutput(graph, "y");
    expectResult(import(model), floats({4}, {1, 2, 3, 4}));
}

// ---- Tensors -----------------------------------------------------------------------------------------------

static Outcome identityOf(const onnx::TensorProto &tensor, const ImportOptions &options = {})
{
    onnx::ModelProto model = emptyModel(17);
    *model.mutable_graph()->add_initializer() = tensor;
    addNode(*model.mutable_graph(), "Identity", {tensor.name()}, {"y"});
    addOutput(*model.mutable_graph(), "y");
    return import(model, options);
}

TEST(OnnxImporter, RawDataOfEveryType)
{
    auto raw = [](int type, Shape shape, const std::string &bytes) {
        onnx::TensorProto tensor = tensorProto("x", {type, shape, {}});
        tensor.set_raw_data(bytes);
        return identityOf(tensor);
    };
    using namespace std::string_literals;
    expectResult(raw(TensorProto::FLOAT, {1}, "\0\0\x80\x3f"s), floats({1}, {1}));
    expectResult(raw(TensorProto::BOOL, {3}, "\0\1\xff"s), bools({3}, {0, 1, 1}));
    expectResult(raw(TensorProto::UINT8, {2}, "\xff\1"s), arrayOf(TensorProto::UINT8, {2}, {255, 1}));
    expectResult(raw(TensorProto::INT16, {1}, "\xfe\xff"s), arrayOf(TensorProto::INT16, {1}, {-2}));
    expectResult(raw(TensorProto::FLOAT16, {1}, "\0\x3c"s), arrayOf(TensorProto::FLOAT16, {1}, {1}));
    expectError(raw(TensorProto::FLOAT, {2}, "\0\0\x80\x3f"s), "holds 4 bytes but its shape and type need 8");
    expectError(raw(TensorProto::STRING, {1}, "abcd"s), "not supported");
    expectError(raw(TensorProto::FLOAT, {-1}, ""s), "negative or excessive");
    expectError(raw(TensorProto::FLOAT, {1LL << 40, 1LL << 40}, ""s), "negative or excessive");
}

TEST(OnnxImporter, FourBitIntegersArePackedInPairs)
{
    onnx::ModelProto model = emptyModel(21);
    onnx::TensorProto tensor = tensorProto("x", {22, {3}, {}}); // INT4
    tensor.set_raw_data(std::string("\xe1\x07", 2));            // 1, -2, 7
    *model.mutable_graph()->add_initializer() = tensor;
    addNode(*model.mutable_graph(), "Cast", {"x"}, {"y"}, {integer("to", TensorProto::INT32)});
    addOutput(*model.mutable_graph(), "y");
    expectResult(import(model), int32s({3}, {1, -2, 7}));
}

TEST(OnnxImporter, TypedFieldsOfTheWrongLengthAreErrors)
{
    onnx::TensorProto tensor = tensorProto("x", floats({3}, {1, 2}));
    expectError(identityOf(tensor), "holds 2 values but its shape has 3");
}

TEST(OnnxImporter, SparseInitializers)
{
    onnx::ModelProto model = emptyModel(17);
    onnx::SparseTensorProto &sparse = *model.mutable_graph()->add_sparse_initializer();
    *sparse.mutable_values() = tensorProto("x", floats({2}, {5, 6}));
    *sparse.mutable_indices() = tensorProto("", int64s({2}, {1, 5}));
    sparse.add_dims(2);
    sparse.add_dims(3);
    addNode(*model.mutable_graph(), "Identity", {"x"}, {"y"});
    addOutput(*model.mutable_graph(), "y");
    expectResult(import(model), floats({2, 3}, {0, 5, 0, 0, 0, 6}));
    *sparse.mutable_indices() = tensorProto("", int64s({2, 2}, {0, 1, 1, 2}));
    expectResult(import(model), floats({2, 3}, {0, 5, 0, 0, 0, 6}));
    *sparse.mutable_indices() = tensorProto("", int64s({2}, {1, 6}));
    expectError(import(model), "outside its shape");
}

class OnnxExternalData : public ::testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("barecc-onnx", directory));
        ASSERT_FALSE(llvm::sys::fs::create_directory(directory + "/model"));
        write("model/weights.bin", std::string("\0\0\0\0\0\0\x80\x3f\0\0\0\x40", 12));
        write("secret.bin", "1234");
        options.directory = (directory + "/model").str();
    }
    void TearDown() override { llvm::sys::fs::remove_directories(directory); }
    void write(const std::string &name, const std::string &bytes)
    {
        std::error_code code;
        llvm::raw_fd_ostream stream((directory + "/" + name).str(), code);
        stream << bytes;
    }
    Outcome load(std::vector<std::pair<std::string, std::string>> entries, int64_t count = 2)
    {
        onnx::TensorProto tensor = tensorProto("x", floats({count}, {}));
        tensor.set_data_location(TensorProto::EXTERNAL);
        for (auto &[key, value] : entries) {
            onnx::StringStringEntryProto &entry = *tensor.add_external_data();
            entry.set_key(key);
            entry.set_value(value);
        }
        return identityOf(tensor, options);
    }
    llvm::SmallString<128> directory;
    ImportOptions options;
};

TEST_F(OnnxExternalData, IsReadAtItsOffset)
{
    expectResult(load({{"location", "weights.bin"}, {"offset", "4"}, {"length", "8"}}), floats({2}, {1, 2}));
    expectResult(load({{"location", "weights.bin"}, {"offset", "4"}}), floats({2}, {1, 2}));
}

TEST_F(OnnxExternalData, WithoutALengthReachesAsFarAsItsShape)
{
    expectResult(load({{"location", "weights.bin"}}), floats({2}, {0, 1}));
    expectResult(load({{"location", "weights.bin"}, {"length", "0"}}), floats({2}, {0, 1}));
}

/// As it is written where tensors begin at whole pages, which the last one may do behind the end.
TEST_F(OnnxExternalData, OfNoElementsIsReadNowhere)
{
    expectResult(load({{"location", "weights.bin"}, {"offset", "4096"}, {"length", "0"}}, 0), floats({0}, {}));
    expectResult(load({{"location", "nothing.bin"}}, 0), floats({0}, {}));
}

TEST_F(OnnxExternalData, MissingOrShortFilesAreErrors)
{
    expectError(load({{"location", "nothing.bin"}}), "put the file beside the model");
    expectError(load({{"location", "weights.bin"}, {"offset", "8"}, {"length", "8"}}), "has 12 bytes");
    expectError(load({{"location", "weights.bin"}, {"offset", "8"}}),
                "has 12 bytes, but the tensor wants 8 from byte 8");
    expectError(load({{"location", "weights.bin"}, {"length", "-1"}}), "wants -1");
    expectError(load({{"location", "weights.bin"}, {"length", "12"}}), "holds 12 bytes");
    expectError(load({{"location", "weights.bin"}, {"offset", "-1"}}), "from byte -1");
    expectError(load({{"location", "weights.bin"}, {"offset", "x"}}), "no number");
    expectError(load({}), "not a path inside");
}

TEST_F(OnnxExternalData, PathsOutOfTheModelsDirectoryAreRefused)
{
    expectError(load({{"location", "../secret.bin"}}), "outside the model's directory");
    expectError(load({{"location", "/etc/passwd"}}), "not a path inside");
    ASSERT_FALSE(llvm::sys::fs::create_link(directory + "/secret.bin", directory + "/model/link.bin"));
    expectError(load({{"location", "link.bin"}}), "outside the model's directory");
    ASSERT_FALSE(llvm::sys::fs::create_directory(directory + "/model2"));
    write("model2/weights.bin", "12345678");
    expectError(load({{"location", "../model2/weights.bin"}}), "outside the model's directory");
}

// ---- Subgraphs and functions -------------------------------------------------------------------------------

static void addBranch(onnx::NodeProto &node, const std::string &name, const onnx::GraphProto &graph)
{
    onnx::AttributeProto &attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::GRAPH);
    *attribute.mutable_g() = graph;
}

/// A branch whose output `y` is OP of `x`, a tensor of the graph around it.
static onnx::GraphProto branch(const std::string &op)
{
    onnx::GraphProto graph;
    addNode(graph, op, {"x"}, {"y"});
    addOutput(graph, "y");
    return graph;
}

static onnx::ModelProto conditional(bool isKnown, const std::string &otherwise)
{
    onnx::ModelProto model = emptyModel(17);
    onnx::GraphProto &graph = *model.mutable_graph();
    if (isKnown)
        *graph.add_initializer() = tensorProto("c", bools({}, {1}));
    else
        addInput(graph, "c", TensorProto::BOOL, {});
    onnx::NodeProto &node = addNode(graph, "If", {"c"}, {"y"});
    addBranch(node, "then_branch", branch("Neg"));
    addBranch(node, "else_branch", branch(otherwise));
    addNode(graph, "Identity", {"start"}, {"x"}); // behind its use, which the branch hides
    *graph.add_initializer() = tensorProto("start", floats({2}, {1, -2}));
    addOutput(graph, "y");
    return model;
}

TEST(OnnxImporter, IfWithAKnownConditionIsTheBranchTaken)
{
    expectResult(import(conditional(true, "NoSuchOperator")), floats({2}, {-1, 2}));
}

TEST(OnnxImporter, IfAtRunTimeCompilesBothBranches)
{
    const Outcome outcome = import(conditional(false, "Abs"));
    EXPECT_TRUE(outcome.imported) << outcome.errors;
    EXPECT_TRUE(contains(outcome.ir, "nn.if")) << outcome.ir;
    expectError(import(conditional(false, "Size")), "differs in type or shape");
    expectError(import(conditional(false, "NoSuchOperator")), "does not implement: NoSuchOperator");
}

TEST(OnnxImporter, ABranchThatCannotRunIsNeverTaken)
{
    onnx::ModelProto model = conditional(false, "Trilu"); // of a vector: an error in every runtime
    const Outcome outcome = import(model);
    EXPECT_TRUE(outcome.imported) << outcome.errors;
    EXPECT_TRUE(contains(outcome.errors, "the else branch cannot run with these shapes")) << outcome.errors;
    EXPECT_TRUE(contains(outcome.ir, "0x7FC00000")) << outcome.ir; // NaN where it is asked for even so
    onnx::NodeProto &choice = *model.mutable_graph()->mutable_node(0);
    choice.mutable_attribute(0)->mutable_g()->mutable_node(0)->set_op_type("Trilu");
    expectError(import(model), "neither branch can run");
}

/// A function of the model: scaled(x, optional bias) = x * factor (+ bias).
static onnx::ModelProto withFunction(std::vector<std::string> callInputs)
{
    onnx::ModelProto model = emptyModel(17);
    onnx::FunctionProto &function = *model.add_functions();
    function.set_name("Scaled");
    function.set_domain("own");
    function.add_input("a");
    function.add_input("low");
    function.add_output("result");
    function.add_attribute("factor");
    function.add_opset_import()->set_version(17);
    auto node = [&](const std::string &op, std::vector<std::string> inputs,
                    const std::string &output) -> onnx::NodeProto & {
        onnx::GraphProto graph;
        return *function.add_node() = addNode(graph, op, inputs, {output});
    };
    onnx::AttributeProto &value = *node("Constant", {}, "f").add_attribute();
    value.set_name("value_float");
    value.set_ref_attr_name("factor");
    value.set_type(onnx::AttributeProto::FLOAT);
    node("Mul", {"a", "f"}, "product");
    node("Clip", {"product", "low"}, "result");

    onnx::GraphProto &graph = *model.mutable_graph();
    *graph.add_initializer() = tensorProto("x", floats({2}, {1, 2}));
    *graph.add_initializer() = tensorProto("least", floats({}, {4}));
    addNode(graph, "Scaled", callInputs, {"y"}, {real("factor", 3)}).set_domain("own");
    addOutput(graph, "y");
    return model;
}

TEST(OnnxImporter, FunctionsOfTheModelAreInlined)
{
    expectResult(import(withFunction({"x", "least"})), floats({2}, {4, 6}));
    expectResult(import(withFunction({"x"})), floats({2}, {3, 6}));
    expectError(import(withFunction({"x", "least", "x"})), "fewer than the call has");
}

TEST(OnnxImporter, FunctionsDoNotCallThemselvesOrMultiplyWithoutEnd)
{
    onnx::ModelProto self = withFunction({"x"});
    onnx::NodeProto &call = *self.mutable_functions(0)->mutable_node(1);
    call.set_op_type("Scaled");
    call.set_domain("own");
    expectError(import(self), "calls itself");

    // f0 calls f1 four times, f1 calls f2 four times, ...
    onnx::ModelProto bomb = emptyModel(17);
    for (int i = 0; i < 40; ++i) {
        onnx::FunctionProto &function = *bomb.add_functions();
        function.set_domain("own");
        function.set_name("f" + std::to_string(i));
        function.add_input("t0");
        function.add_output("t4");
        function.add_opset_import()->set_version(17);
        for (int k = 0; k < 4; ++k) {
            onnx::GraphProto graph;
            onnx::NodeProto &node = addNode(graph, i == 39 ? "Identity" : "f" + std::to_string(i + 1),
                                            {"t" + std::to_string(k)}, {"t" + std::to_string(k + 1)});
            node.set_domain(i == 39 ? "" : "own");
            *function.add_node() = node;
        }
    }
    addInput(*bomb.mutable_graph(), "x", TensorProto::FLOAT, {1});
    addNode(*bomb.mutable_graph(), "f0", {"x"}, {"y"}).set_domain("own");
    addOutput(*bomb.mutable_graph(), "y");
    expectError(import(bomb), " nodes, with functions, subgraphs and unrolled loops in place");
}

// ---- Operators ---------------------------------------------------------------------------------------------

TEST(OnnxImporter, ListsItsOperators)
{
    const std::vector<SupportedOperator> operators = onnxOperators();
    auto find = [&](const std::string &name) {
        for (const SupportedOperator &row : operators)
            if (row.name == name && row.domain.empty())
                return row;
        return SupportedOperator{};
    };
    EXPECT_EQ(find("Clip").since, 1);
    EXPECT_TRUE(contains(find("Clip").types, "uint8"));
    EXPECT_EQ(find("Gelu").since, 20);
}
