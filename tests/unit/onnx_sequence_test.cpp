// Sequences and optionals, which the importer resolves.
#include "tests/unit/onnx_model.h"

#include <gtest/gtest.h>

using namespace barecc;
using namespace barecc::test;
using onnx::TensorProto;

/// A graph with the sequence s = [a, b, c] of vectors, and the scalars m1 = -1, 0, 1, 3.
class OnnxSequence : public ::testing::Test {
protected:
    void SetUp() override
    {
        constant("a", floats({2}, {1, 2}));
        constant("b", floats({2}, {3, 4}));
        constant("c", floats({2}, {5, 6}));
        for (int number : {-1, 0, 1, 3})
            constant(number < 0 ? "m1" : std::to_string(number), int64s({}, {double(number)}));
        addNode(graph(), "SequenceConstruct", {"a", "b", "c"}, {"s"});
    }
    onnx::GraphProto &graph() { return *model.mutable_graph(); }
    void constant(const std::string &name, const Array &array)
    {
        *graph().add_initializer() = tensorProto(name, array);
    }
    Outcome result(const std::string &op, std::vector<std::string> inputs, std::vector<Attribute> attributes = {})
    {
        addNode(graph(), op, inputs, {"y"}, attributes);
        addOutput(graph(), "y");
        return import(model);
    }

    onnx::ModelProto model = emptyModel(17);
};

TEST_F(OnnxSequence, At) { expectResult(result("SequenceAt", {"s", "m1"}), floats({2}, {5, 6})); }
TEST_F(OnnxSequence, AtOutside)
{
    expectError(result("SequenceAt", {"s", "3"}), "position 3 is outside a sequence of 3");
}
TEST_F(OnnxSequence, AtAComputedPlace)
{
    addInput(graph(), "i", TensorProto::INT64, {});
    expectError(result("SequenceAt", {"s", "i"}), "the position in the sequence is computed from input 'i'");
}

TEST_F(OnnxSequence, AtASequence)
{
    expectError(result("SequenceAt", {"s", "s"}), "should be one number, but is a sequence");
}

TEST_F(OnnxSequence, Length) { expectResult(result("SequenceLength", {"s"}), int64s({}, {3})); }

TEST_F(OnnxSequence, InsertAndErase)
{
    addNode(graph(), "SequenceErase", {"s", "0"}, {"bc"});
    addNode(graph(), "SequenceInsert", {"bc", "a", "1"}, {"bac"});
    addNode(graph(), "SequenceInsert", {"bac", "b"}, {"bacb"});
    addNode(graph(), "SequenceInsert", {"bacb", "c", "m1"}, {"baccb"});
    expectResult(result("ConcatFromSequence", {"baccb"}, {integer("axis", 0)}),
                 floats({10}, {3, 4, 1, 2, 5, 6, 5, 6, 3, 4}));
}

TEST_F(OnnxSequence, ConcatAlongANewAxis)
{
    expectResult(result("ConcatFromSequence", {"s"}, {integer("axis", -1), integer("new_axis", 1)}),
                 floats({2, 3}, {1, 3, 5, 2, 4, 6}));
}

TEST_F(OnnxSequence, ConcatOfNothing)
{
    addNode(graph(), "SequenceEmpty", {}, {"e"});
    expectError(result("ConcatFromSequence", {"e"}, {integer("axis", 0)}), "the sequence is empty");
}

TEST_F(OnnxSequence, SplitIntoSlices)
{
    constant("x", floats({3, 2}, {1, 2, 3, 4, 5, 6}));
    addNode(graph(), "SplitToSequence", {"x"}, {"p"}, {integer("axis", 0), integer("keepdims", 0)});
    expectResult(result("SequenceAt", {"p", "1"}), floats({2}, {3, 4}));
}

TEST_F(OnnxSequence, SplitIntoPartsOfOneSize)
{
    constant("x", floats({4}, {1, 2, 3, 4}));
    addNode(graph(), "SplitToSequence", {"x", "3"}, {"p"});
    expectResult(result("SequenceAt", {"p", "m1"}), floats({1}, {4}));
}

TEST_F(OnnxSequence, SplitIntoPartsOfAList)
{
    constant("x", floats({4}, {1, 2, 3, 4}));
    constant("sizes", int64s({2}, {1, 3}));
    addNode(graph(), "SplitToSequence", {"x", "sizes"}, {"p"});
    expectResult(result("SequenceAt", {"p", "1"}), floats({3}, {2, 3, 4}));
}

TEST_F(OnnxSequence, SplitIntoPartsThatDoNotFit)
{
    constant("x", floats({4}, {1, 2, 3, 4}));
    constant("short", int64s({2}, {1, 2}));
    addNode(graph(), "SplitToSequence", {"x", "short"}, {"q"});
    expectError(result("SequenceLength", {"q"}), "do not add up to an extent of 4");
}

TEST_F(OnnxSequence, Map)
{
    onnx::GraphProto body;
    body.add_input()->set_name("element");
    body.add_input()->set_name("other");
    addNode(body, "Sub", {"element", "other"}, {"difference"});
    addOutput(body, "difference");
    onnx::AttributeProto &attribute = *addNode(graph(), "SequenceMap", {"s", "a"}, {"mapped"}).add_attribute();
    attribute.set_name("body");
    *attribute.mutable_g() = body;
    expectResult(result("SequenceAt", {"mapped", "1"}), floats({2}, {2, 2}));
}

TEST_F(OnnxSequence, OptionalOfASequence)
{
    addNode(graph(), "Optional", {"s"}, {"o"});
    addNode(graph(), "OptionalGetElement", {"o"}, {"got"});
    expectResult(result("SequenceLength", {"got"}), int64s({}, {3}));
}

TEST_F(OnnxSequence, EmptyOptional)
{
    addNode(graph(), "Optional", {}, {"o"});
    expectResult(result("OptionalHasElement", {"o"}), bools({}, {0}));
    addNode(graph(), "OptionalGetElement", {"o"}, {"z"});
    addOutput(graph(), "z");
    expectError(import(model), "the optional is empty");
}

TEST_F(OnnxSequence, OtherOperatorsTakeNone)
{
    expectError(result("Relu", {"s"}), "input 0 ('s') is a sequence or an empty optional, which the operator does not");
}

TEST_F(OnnxSequence, IsNoOutputOfTheModel)
{
    expectError(result("Identity", {"s"}), "output 'y' is a sequence, which a generated function does not give");
}
