// Element-wise operators of ONNX, by the numbers of the standard's text.
#include "tests/unit/onnx_model.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace barecc::test;
using onnx::TensorProto;

static std::vector<double> each(std::vector<double> values, double (*function)(double))
{
    for (double &value : values)
        value = function(value);
    return values;
}

// ---- Two operands ------------------------------------------------------------------------------------------

TEST(OnnxElementwise, AddBroadcastsBothOperands)
{
    expectResult(run("Add", {floats({2, 1}, {1, 2}), floats({3}, {10, 20, 30})}),
                 floats({2, 3}, {11, 21, 31, 12, 22, 32}));
}

TEST(OnnxElementwise, ShapesThatDoNotBroadcastAreRefused)
{
    expectError(run("Add", {floats({2}, {1, 2}), floats({3}, {1, 2, 3})}), "do not broadcast");
}

TEST(OnnxElementwise, OperandsOfTwoTypesAreRefused)
{
    expectError(run("Mul", {floats({1}, {1}), int32s({1}, {1})}), "one element type");
}

TEST(OnnxElementwise, AddOfOpset6AlignsAtAnAxis)
{
    const Array x = floats({1, 2, 2}, {1, 2, 3, 4}), channel = floats({2}, {10, 20});
    expectResult(run("Add", {x, channel}, {integer("broadcast", 1), integer("axis", 1)}, 6),
                 floats({1, 2, 2}, {11, 12, 23, 24}));
}

TEST(OnnxElementwise, DivisionOfIntegersTruncates)
{
    expectResult(run("Div", {int32s({4}, {7, -7, 7, -7}), int32s({4}, {2, 2, -2, -2})}), int32s({4}, {3, -3, -3, 3}));
    expectResult(run("Div", {arrayOf(TensorProto::UINT8, {2}, {200, 255}), arrayOf(TensorProto::UINT8, {1}, {3})}),
                 arrayOf(TensorProto::UINT8, {2}, {66, 85}));
}

TEST(OnnxElementwise, ModHasTheSignOfTheDivisorAndFmodOfTheDividend)
{
    const Array x = int32s({6}, {-4, 7, 5, 4, -7, 8}), y = int32s({6}, {2, -3, 8, -2, 3, 5});
    expectResult(run("Mod", {x, y}), int32s({6}, {0, -2, 5, 0, 2, 3}));
    expectResult(run("Mod", {x, y}, {integer("fmod", 1)}), int32s({6}, {0, 1, 5, 0, -1, 3}));
    expectResult(run("Mod", {floats({3}, {-4.3, 7.2, 5.0}), floats({3}, {2.1, -3.4, 8.0})}, {integer("fmod", 1)}),
                 floats({3}, {std::fmod(-4.3f, 2.1f), std::fmod(7.2f, -3.4f), 5}));
    expectError(run("Mod", {floats({1}, {1}), floats({1}, {1})}), "fmod=1");
}

TEST(OnnxElementwise, PowTakesMixedTypes)
{
    expectResult(run("Pow", {floats({3}, {1, 2, 3}), int64s({3}, {4, 5, 6})}), floats({3}, {1, 32, 729}));
    expectResult(run("Pow", {int64s({3}, {1, 2, 3}), floats({3}, {4, 5, 6})}), int64s({3}, {1, 32, 729}));
    expectResult(run("Pow", {int32s({2}, {2, -3}), int32s({}, {3})}), int32s({2}, {8, -27}));
    expectResult(run("Pow", {floats({2}, {4, -1.5}), floats({}, {2})}), floats({2}, {16, 2.25}));
    expectResult(run("Pow", {floats({1}, {3}), floats({1, 1, 1}, {2})}), floats({1, 1, 1}, {9}));
}

TEST(OnnxElementwise, VariadicOperatorsTakeOneOrMore)
{
    const Array a = floats({3}, {3, 0, 2}), b = floats({3}, {1, 3, 4}), c = floats({3}, {2, 6, 6});
    expectResult(run("Sum", {a, b, c}), floats({3}, {6, 9, 12}));
    expectResult(run("Mean", {a, b, c}), floats({3}, {2, 3, 4}));
    expectResult(run("Max", {a, b, c}), floats({3}, {3, 6, 6}));
    expectResult(run("Min", {a, b, c}), floats({3}, {1, 0, 2}));
    expectResult(run("Max", {a}), a);
    expectResult(run("Max", {floats({1}, {NAN}), floats({1}, {1})}), floats({1}, {NAN}));
    expectResult(run("Min", {arrayOf(TensorProto::UINT16, {1}, {65535}), arrayOf(TensorProto::UINT16, {1}, {7})}),
                 arrayOf(TensorProto::UINT16, {1}, {7}));
}

TEST(OnnxElementwise, ComparisonsKnowSignsAndNaN)
{
    const Array a = arrayOf(TensorProto::UINT8, {3}, {200, 5, 5}), b = arrayOf(TensorProto::UINT8, {3}, {100, 5, 6});
    expectResult(run("Greater", {a, b}), bools({3}, {1, 0, 0}));
    expectResult(run("GreaterOrEqual", {a, b}), bools({3}, {1, 1, 0}));
    expectResult(run("Less", {a, b}), bools({3}, {0, 0, 1}));
    expectResult(run("LessOrEqual", {a, b}), bools({3}, {0, 1, 1}));
    expectResult(run("Equal", {floats({2}, {NAN, 1}), floats({2}, {NAN, 1})}), bools({2}, {0, 1}));
    expectResult(run("Equal", {bools({2}, {1, 0}), bools({2}, {1, 1})}), bools({2}, {1, 0}));
}

TEST(OnnxElementwise, LogicAndBits)
{
    const Array x = bools({4}, {0, 0, 1, 1}), y = bools({4}, {0, 1, 0, 1});
    expectResult(run("And", {x, y}), bools({4}, {0, 0, 0, 1}));
    expectResult(run("Or", {x, y}), bools({4}, {0, 1, 1, 1}));
    expectResult(run("Xor", {x, y}), bools({4}, {0, 1, 1, 0}));
    expectResult(run("Not", {x}), bools({4}, {1, 1, 0, 0}));
    const Array a = int32s({2}, {12, -1}), b = int32s({2}, {10, 5});
    expectResult(run("BitwiseAnd", {a, b}, {}, 18), int32s({2}, {8, 5}));
    expectResult(run("BitwiseOr", {a, b}, {}, 18), int32s({2}, {14, -1}));
    expectResult(run("BitwiseXor", {a, b}, {}, 18), int32s({2}, {6, -6}));
    expectResult(run("BitwiseNot", {a}, {}, 18), int32s({2}, {-13, 0}));
    const Array bytes = arrayOf(TensorProto::UINT8, {3}, {16, 200, 255}),
                amounts = arrayOf(TensorProto::UINT8, {3}, {1, 1, 8});
    expectResult(run("BitShift", {bytes, amounts}, {text("direction", "RIGHT")}),
                 arrayOf(TensorProto::UINT8, {3}, {8, 100, 0}));
    expectResult(run("BitShift", {bytes, amounts}, {text("direction", "LEFT")}),
                 arrayOf(TensorProto::UINT8, {3}, {32, 144, 0}));
    expectError(run("BitShift", {bytes, amounts}), "LEFT or RIGHT");
}

TEST(OnnxElementwise, WhereBroadcastsAllThree)
{
    expectResult(run("Where", {bools({2, 1}, {1, 0}), floats({2}, {1, 2}), floats({}, {9})}),
                 floats({2, 2}, {1, 2, 9, 9}));
}

// ---- Casts -------------------------------------------------------------------------------------------------

TEST(OnnxElementwise, CastsBetweenAllKinds)
{
    auto cast = [](const Array &from, int to) { return run("Cast", {from}, {integer("to", to)}); };
    expectResult(cast(floats({4}, {1.9, -1.9, 0, 300.5}), TensorProto::INT8),
                 arrayOf(TensorProto::INT8, {4}, {1, -1, 0, 127}));
    expectResult(cast(floats({3}, {1.9, 255, -1}), TensorProto::UINT8), arrayOf(TensorProto::UINT8, {3}, {1, 255, 0}));
    expectResult(cast(floats({1}, {4e9}), TensorProto::UINT32), arrayOf(TensorProto::UINT32, {1}, {4e9}));
    expectResult(cast(floats({3}, {0.5, 0, NAN}), TensorProto::BOOL), bools({3}, {1, 0, 1}));
    expectResult(cast(bools({2}, {1, 0}), TensorProto::FLOAT), floats({2}, {1, 0}));
    expectResult(cast(arrayOf(TensorProto::UINT8, {1}, {200}), TensorProto::FLOAT), floats({1}, {200}));
    expectResult(cast(arrayOf(TensorProto::UINT8, {1}, {200}), TensorProto::INT32), int32s({1}, {200}));
    expectResult(cast(arrayOf(TensorProto::UINT8, {1}, {200}), TensorProto::INT8),
                 arrayOf(TensorProto::INT8, {1}, {-56}));
    expectResult(cast(floats({2}, {1.0009765625, 70000}), TensorProto::FLOAT16),
                 arrayOf(TensorProto::FLOAT16, {2}, {1.0009765625, INFINITY}));
    expectResult(cast(floats({1}, {1.01}), TensorProto::BFLOAT16), arrayOf(TensorProto::BFLOAT16, {1}, {1.0078125}));
    expectResult(cast(arrayOf(TensorProto::FLOAT16, {1}, {0.5}), TensorProto::DOUBLE),
                 arrayOf(TensorProto::DOUBLE, {1}, {0.5}));
    expectResult(cast(int64s({1}, {-3}), TensorProto::BOOL), bools({1}, {1}));
    expectError(cast(floats({1}, {1}), TensorProto::STRING), "not supported");
    expectResult(run("CastLike", {floats({1}, {2.5}), arrayOf(TensorProto::UINT16, {1}, {0})}),
                 arrayOf(TensorProto::UINT16, {1}, {2}));
}

// ---- One operand -------------------------------------------------------------------------------------------

TEST(OnnxElementwise, CastOfOpset1NamesTheType)
{
    expectResult(run("Cast", {floats({2}, {1.5, -2})}, {text("to", "INT32")}, 1), int32s({2}, {1, -2}));
    expectError(run("Cast", {floats({1}, {1})}, {text("to", "LONG")}, 1), "'LONG' is no element type");
    expectError(run("Cast", {floats({1}, {1})}, {text("to", "STRING")}, 1), "not supported");
}

TEST(OnnxElementwise, BitCastKeepsTheBits)
{
    auto cast = [](const Array &x, int to) { return run("BitCast", {x}, {integer("to", to)}, 26); };
    expectResult(cast(floats({2}, {1, -2}), TensorProto::INT32),
                 int32s({2}, {0x3f800000, double(int32_t(0xc0000000))}));
    expectResult(cast(int32s({1}, {0x40490fdb}), TensorProto::FLOAT), floats({1}, {3.14159274}));
    expectResult(cast(arrayOf(TensorProto::FLOAT16, {1}, {1}), TensorProto::BFLOAT16),
                 arrayOf(TensorProto::BFLOAT16, {1}, {0.0078125}));
    expectResult(cast(arrayOf(TensorProto::INT8, {1}, {-1}), TensorProto::UINT8),
                 arrayOf(TensorProto::UINT8, {1}, {255}));
    expectResult(cast(bools({2}, {0, 1}), TensorProto::UINT8), arrayOf(TensorProto::UINT8, {2}, {0, 1}));
    expectError(cast(floats({1}, {1}), TensorProto::INT64), "differ in width");
    expectError(cast(floats({1}, {1}), TensorProto::STRING), "not supported");
}

TEST(OnnxElementwise, MathFunctions)
{
    const std::vector<double> x{-0.9, -0.25, 0, 0.5, 0.75}, positive{0.25, 1, 2, 9};
    struct Row {
        const char *op;
        double (*function)(double);
    };
    for (Row row : std::initializer_list<Row>{{"Abs", std::fabs},
                                              {"Ceil", std::ceil},
                                              {"Floor", std::floor},
                                              {"Exp", std::exp},
                                              {"Erf", std::erf},
                                              {"Sin", std::sin},
                                              {"Cos", std::cos},
                                              {"Tan", std::tan},
                                              {"Asin", std::asin},
                                              {"Acos", std::acos},
                                              {"Atan", std::atan},
                                              {"Sinh", std::sinh},
                                              {"Cosh", std::cosh},
                                              {"Asinh", std::asinh},
                                              {"Atanh", std::atanh},
                                              {"Tanh", std::tanh}}) {
        SCOPED_TRACE(row.op);
        std::vector<double> expected;
        for (double value : x)
            expected.push_back(row.function(float(value)));
        expectResult(run(row.op, {floats({5}, x)}), floats({5}, expected), 1e-6);
    }
    expectResult(run("Sqrt", {floats({4}, positive)}), floats({4}, each(positive, std::sqrt)));
    expectResult(run("Log", {floats({4}, positive)}), floats({4}, each(positive, std::log)));
    expectResult(run("Acosh", {floats({2}, {1, 10})}), floats({2}, {0, std::acosh(10.0)}));
    expectResult(run("Neg", {floats({2}, {-4, 2})}), floats({2}, {4, -2}));
    expectResult(run("Neg", {int32s({2}, {-4, 2})}), int32s({2}, {4, -2}));
    expectResult(run("Abs", {arrayOf(TensorProto::UINT8, {1}, {200})}), arrayOf(TensorProto::UINT8, {1}, {200}));
    expectResult(run("Reciprocal", {floats({2}, {-4, 2})}), floats({2}, {-0.25, 0.5}));
}

TEST(OnnxElementwise, ErfOfIntegersTruncates)
{
    expectResult(run("Erf", {int32s({3}, {-9, 1, 9})}), int32s({3}, {-1, 0, 1}));
    expectResult(run("Erf", {arrayOf(TensorProto::UINT8, {2}, {0, 200})}), arrayOf(TensorProto::UINT8, {2}, {0, 1}));
}

TEST(OnnxElementwise, RoundIsHalfToEven)
{
    expectResult(run("Round", {floats({8}, {0.9, 2.5, 2.3, 1.5, -4.5, -2.5, 0.5, -1.5})}),
                 floats({8}, {1, 2, 2, 2, -4, -2, 0, -2}));
}

TEST(OnnxElementwise, SignIsNothingElseThanThree)
{
    expectResult(run("Sign", {floats({4}, {-7, 0, 3, NAN})}), floats({4}, {-1, 0, 1, NAN}));
    expectResult(run("Sign", {arrayOf(TensorProto::UINT8, {2}, {255, 0})}), arrayOf(TensorProto::UINT8, {2}, {1, 0}));
}

TEST(OnnxElementwise, TestsOfInfinityAndNaN)
{
    const Array x = floats({4}, {-INFINITY, INFINITY, NAN, 1});
    expectResult(run("IsNaN", {x}), bools({4}, {0, 0, 1, 0}));
    expectResult(run("IsInf", {x}), bools({4}, {1, 1, 0, 0}));
    expectResult(run("IsInf", {x}, {integer("detect_negative", 0)}), bools({4}, {0, 1, 0, 0}));
    expectResult(run("IsInf", {x}, {integer("detect_positive", 0)}), bools({4}, {1, 0, 0, 0}));
    expectResult(run("IsInf", {x}, {integer("detect_positive", 0), integer("detect_negative", 0)}),
                 bools({4}, {0, 0, 0, 0}));
}

TEST(OnnxElementwise, Activations)
{
    const Array x = floats({5}, {-4, -1, 0, 0.5, 4});
    auto expected = [&](double (*function)(double)) { return floats({5}, each(x.values, function)); };
    expectResult(run("Relu", {x}), floats({5}, {0, 0, 0, 0.5, 4}));
    expectResult(run("LeakyRelu", {x}), floats({5}, {-0.04, -0.01, 0, 0.5, 4}));
    expectResult(run("LeakyRelu", {x}, {real("alpha", 0.5f)}), floats({5}, {-2, -0.5, 0, 0.5, 4}));
    expectResult(run("PRelu", {x, floats({5}, {1, 2, 3, 4, 5})}), floats({5}, {-4, -2, 0, 0.5, 4}));
    expectResult(run("ThresholdedRelu", {x}), floats({5}, {0, 0, 0, 0, 4}));
    expectResult(run("ThresholdedRelu", {x}, {real("alpha", 0.25f)}), floats({5}, {0, 0, 0, 0.5, 4}));
    expectResult(run("Elu", {x}, {real("alpha", 2)}), expected([](double v) { return v < 0 ? 2 * std::expm1(v) : v; }));
    expectResult(run("Selu", {x}), expected([](double v) {
                     return 1.05070102214813232421875 * (v > 0 ? v : 1.67326319217681884765625 * std::expm1(v));
                 }));
    expectResult(run("Celu", {x}, {real("alpha", 2)}),
                 expected([](double v) { return std::max(0.0, v) + std::min(0.0, 2 * (std::exp(v / 2) - 1)); }));
    expectResult(run("Sigmoid", {x}), expected([](double v) { return 1 / (1 + std::exp(-v)); }));
    expectResult(run("HardSigmoid", {x}),
                 expected([](double v) { return std::max(0.0, std::min(1.0, 0.2 * v + 0.5)); }));
    expectResult(run("HardSwish", {x}),
                 expected([](double v) { return v * std::max(0.0, std::min(1.0, v / 6 + 0.5)); }));
    expectResult(run("Softplus", {x}), expected([](double v) { return std::log1p(std::exp(v)); }));
    expectResult(run("Softplus", {floats({2}, {200, -200})}), floats({2}, {200, 0}));
    expectResult(run("Softsign", {x}), expected([](double v) { return v / (1 + std::fabs(v)); }));
    expectResult(run("Mish", {x}, {}, 18), expected([](double v) { return v * std::tanh(std::log1p(std::exp(v))); }));
    expectResult(run("Swish", {x}, {}, 24), expected([](double v) { return v / (1 + std::exp(-v)); }));
    expectResult(run("Shrink", {x}, {real("lambd", 1.5f), real("bias", 1.5f)}), floats({5}, {-2.5, 0, 0, 0, 2.5}));
    expectResult(run("Shrink", {int32s({3}, {-2, 0, 2})}), int32s({3}, {-2, 0, 2}));
    const Array exact = expected([](double v) { return 0.5 * v * (1 + std::erf(v / std::sqrt(2.0))); });
    const Array fast =
        expected([](double v) { return 0.5 * v * (1 + std::tanh(std::sqrt(2 / M_PI) * (v + 0.044715 * v * v * v))); });
    expectResult(run("Gelu", {x}, {}, 20), exact);
    expectResult(run("Gelu", {x}, {text("approximate", "tanh")}, 20), fast);
    expectResult(run("Gelu", {x}, {}, 1, 1, "com.microsoft"), exact);
    expectResult(run("FastGelu", {x, floats({}, {0})}, {}, 1, 1, "com.microsoft"), fast);
    expectResult(run("BiasGelu", {floats({2, 1}, {1, -1}), floats({1}, {-0.5})}, {}, 1, 1, "com.microsoft"),
                 floats({2, 1}, {0.3457312306, -0.1002108019}));
    expectResult(run("QuickGelu", {x}, {}, 1, 1, "com.microsoft"),
                 expected([](double v) { return v / (1 + std::exp(-1.702 * v)); }));
}

TEST(OnnxElementwise, PReluOfOpset6IsPerChannel)
{
    expectResult(run("PRelu", {floats({1, 2, 2}, {-1, 1, -1, -2}), floats({2}, {2, 3})}, {}, 6),
                 floats({1, 2, 2}, {-2, 1, -3, -6}));
    expectError(run("PRelu", {floats({1}, {1}), floats({2}, {2, 3})}), "does not broadcast");
}

TEST(OnnxElementwise, PReluOfUnsignedIntegersIsTheInput)
{
    const Array x = arrayOf(TensorProto::UINT32, {2}, {1, 4294967295.0});
    expectResult(run("PRelu", {x, arrayOf(TensorProto::UINT32, {1}, {3})}), x);
}

TEST(OnnxElementwise, ExperimentalOperatorsOfTheFirstOpsets)
{
    const Array x = floats({2}, {-1, 0.5});
    const std::vector<Attribute> parameters{real("alpha", 3), real("beta", 2)};
    expectResult(run("Affine", {x}, parameters, 1), floats({2}, {-1, 3.5}));
    expectResult(run("ScaledTanh", {x}, parameters, 1), floats({2}, {3 * std::tanh(-2.0), 3 * std::tanh(1.0)}));
    expectResult(run("ParametricSoftplus", {x}, parameters, 1),
                 floats({2}, {3 * std::log1p(std::exp(-2.0)), 3 * std::log1p(std::exp(1.0))}));
}

TEST(OnnxElementwise, SeluOfOpset1HasRoundedDefaults)
{
    expectResult(run("Selu", {floats({2}, {1, -1})}, {}, 1), floats({2}, {1.0507, 1.0507 * 1.6732 * std::expm1(-1.0)}));
}

TEST(OnnxElementwise, HalfPrecisionIsCalculatedInSingle)
{
    const Array x = arrayOf(TensorProto::FLOAT16, {2}, {-2, 3});
    expectResult(run("Sigmoid", {x}), arrayOf(TensorProto::FLOAT16, {2}, {0.1192, 0.9526}), 5e-4);
    expectResult(
        run("Add", {arrayOf(TensorProto::BFLOAT16, {1}, {1}), arrayOf(TensorProto::BFLOAT16, {1}, {0.0078125})}),
        arrayOf(TensorProto::BFLOAT16, {1}, {1.0078125}));
}

TEST(OnnxElementwise, ClipOfEveryOpset)
{
    const Array x = floats({4}, {-5, -1, 1, 5});
    expectResult(run("Clip", {x}, {real("min", -2), real("max", 2)}, 6), floats({4}, {-2, -1, 1, 2}));
    expectResult(run("Clip", {x}, {}, 6), x);
    expectResult(run("Clip", {x, floats({}, {-2}), floats({}, {2})}), floats({4}, {-2, -1, 1, 2}));
    expectResult(run("Clip", {x, std::nullopt, floats({}, {2})}), floats({4}, {-5, -1, 1, 2}));
    expectResult(run("Clip", {x, floats({1}, {0})}), floats({4}, {0, 0, 1, 5}));
    expectResult(run("Clip", {x, floats({}, {2}), floats({}, {1})}), floats({4}, {1, 1, 1, 1}));
    expectResult(
        run("Clip", {arrayOf(TensorProto::UINT8, {2}, {3, 250}), std::nullopt, arrayOf(TensorProto::UINT8, {}, {200})}),
        arrayOf(TensorProto::UINT8, {2}, {3, 200}));
}

TEST(OnnxElementwise, TypesThatAnOperatorDoesNotTakeAreRefused)
{
    expectError(run("Sigmoid", {int32s({1}, {1})}), "is of type int32, but the operator takes");
    expectError(run("And", {floats({1}, {1}), floats({1}, {1})}), "is of type float");
}
