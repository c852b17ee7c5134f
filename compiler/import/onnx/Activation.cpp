#include "compiler/import/onnx/Activation.h"

using namespace mlir;

namespace barecc::onnx_import {

namespace {

/// Scalar arithmetic in one type.
struct Scalar {
    OpBuilder &b;
    Location loc;
    Type type;

    Value number(double value) const { return GraphBuilder::scalar(b, loc, type, value); }
    Value add(Value x, Value y) const { return arith::AddFOp::create(b, loc, x, y); }
    Value multiply(Value x, Value y) const { return arith::MulFOp::create(b, loc, x, y); }
    Value divide(Value x, Value y) const { return arith::DivFOp::create(b, loc, x, y); }
    Value largest(Value x, Value y) const { return arith::MaximumFOp::create(b, loc, x, y); }
    Value smallest(Value x, Value y) const { return arith::MinimumFOp::create(b, loc, x, y); }
    Value tanh(Value x) const { return math::TanhOp::create(b, loc, x); }
    Value exp(Value x) const { return math::ExpOp::create(b, loc, x); }
    Value positive(Value x, Value yes, Value no) const
    {
        Value is = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGE, x, number(0));
        return arith::SelectOp::create(b, loc, is, yes, no);
    }
};

/// A function's row: its name in lower case, how many parameters it has and their defaults, and what it computes.
struct Row {
    const char *name;
    int parameters;
    double alpha, beta;
    Value (*compute)(const Scalar &s, Value x, double alpha, double beta);
};

const Row rows[] = {
    {"affine", 2, 1, 0,
     [](const Scalar &s, Value x, double alpha, double beta) {
         return s.add(s.multiply(s.number(alpha), x), s.number(beta));
     }},
    {"clip", 2, -std::numeric_limits<float>::infinity(), std::numeric_limits<float>::infinity(),
     [](const Scalar &s, Value x, double alpha, double beta) {
         return s.smallest(s.largest(x, s.number(alpha)), s.number(beta));
     }},
    {"elu", 1, 1, 0,
     [](const Scalar &s, Value x, double alpha, double) {
         Value below = s.multiply(s.number(alpha), s.add(s.exp(x), s.number(-1)));
         return s.positive(x, x, below);
     }},
    {"hardsigmoid", 2, 0.2, 0.5,
     [](const Scalar &s, Value x, double alpha, double beta) {
         Value line = s.add(s.multiply(s.number(alpha), x), s.number(beta));
         return s.smallest(s.largest(line, s.number(0)), s.number(1));
     }},
    {"leakyrelu", 1, 0.01, 0,
     [](const Scalar &s, Value x, double alpha, double) { return s.positive(x, x, s.multiply(s.number(alpha), x)); }},
    {"relu", 0, 0, 0, [](const Scalar &s, Value x, double, double) { return s.largest(x, s.number(0)); }},
    {"scaledtanh", 2, 1, 1,
     [](const Scalar &s, Value x, double alpha, double beta) {
         return s.multiply(s.number(alpha), s.tanh(s.multiply(s.number(beta), x)));
     }},
    {"sigmoid", 0, 0, 0,
     [](const Scalar &s, Value x, double, double) {
         Value power = s.exp(arith::NegFOp::create(s.b, s.loc, x));
         return s.divide(s.number(1), s.add(s.number(1), power));
     }},
    {"softplus", 0, 0, 0,
     [](const Scalar &s, Value x, double, double) {
         // max(x, 0) + log1p(exp(-|x|)), which does not overflow.
         Value power = s.exp(arith::NegFOp::create(s.b, s.loc, math::AbsFOp::create(s.b, s.loc, x)));
         return s.add(s.largest(x, s.number(0)), math::Log1pOp::create(s.b, s.loc, power));
     }},
    {"softsign", 0, 0, 0,
     [](const Scalar &s, Value x, double, double) {
         return s.divide(x, s.add(s.number(1), math::AbsFOp::create(s.b, s.loc, x)));
     }},
    {"tanh", 0, 0, 0, [](const Scalar &s, Value x, double, double) { return s.tanh(x); }},
    {"thresholdedrelu", 1, 1, 0,
     [](const Scalar &s, Value x, double alpha, double) -> Value {
         Value above = arith::CmpFOp::create(s.b, s.loc, arith::CmpFPredicate::OGT, x, s.number(alpha));
         return arith::SelectOp::create(s.b, s.loc, above, x, s.number(0));
     }},
};

const Row *rowNamed(StringRef name)
{
    const Row *row = llvm::find_if(rows, [&](const Row &row) { return name == row.name; });
    return row == std::end(rows) ? nullptr : row;
}

} // namespace

FailureOr<Activation> activationNamed(const Node &node, StringRef name)
{
    if (const Row *row = rowNamed(name.lower()))
        return Activation{row->name, row->alpha, row->beta};
    return node.error("unknown activation function '" + name + "'; use one of the ONNX standard's");
}

bool Activation::hasAlpha() const { return rowNamed(name)->parameters >= 1; }

bool Activation::hasBeta() const { return rowNamed(name)->parameters >= 2; }

Value Activation::apply(OpBuilder &b, Location loc, Value x) const
{
    return rowNamed(name)->compute({b, loc, x.getType()}, x, alpha, beta);
}

} // namespace barecc::onnx_import
