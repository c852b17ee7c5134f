// What the classical models of ai.onnx.ml share: their inputs as rows of floats, transforms of scores, and class
// labels.
#pragma once

#include "compiler/import/onnx/Node.h"

namespace barecc::onnx_import {

/// The attribute post_transform.
enum class PostTransform { None, Softmax, Logistic, SoftmaxZero, Probit };
mlir::FailureOr<PostTransform> postTransformOf(const Node &node);

/// Applies it to each row of scores [N, E]. SoftmaxZero leaves zeros out, which stay zeros.
mlir::Value transformScores(GraphBuilder &g, mlir::Value scores, PostTransform transform);

/// The scores of a regression [N, E] under the transform. That of a single target stays as it is but for Probit, as in
/// ONNX Runtime, which exporters of such models check them against.
mlir::Value regressionScores(GraphBuilder &g, mlir::Value scores, PostTransform transform);

/// Both columns of a binary decision from the score of the second class, [N, 1]: [N, 2]. Softmax changes nothing; where
/// the model gives `probabilities` the first column is 1 - s, else -s. Errors: Probit, which is not defined here.
mlir::FailureOr<mlir::Value> binaryScores(const Node &node, mlir::Value score, bool probabilities,
                                          PostTransform transform);

/// Input 0, [N, F] or [F], as [N, F] of type `element`; an error for another rank or nothing in it.
mlir::FailureOr<mlir::Value> featureRows(const Node &node, mlir::Type element);

/// The class labels, output 0 of a classifier: an error where there are none, and where they are strings that something
/// reads. Strings that nothing reads are numbered. `name` is what the attribute of integers is called.
mlir::FailureOr<llvm::SmallVector<int64_t>> classLabels(const Node &node, llvm::StringRef name);

/// labels[which[i]]: [N] of int64 for [N] of integers.
mlir::Value labelsAt(GraphBuilder &g, llvm::ArrayRef<int64_t> labels, mlir::Value which);

/// Index of the largest of each row of [N, E], the first of equal ones: [N] of int32.
mlir::Value bestOfRows(GraphBuilder &g, mlir::Value scores);
/// 1 where the first column of [N, E] is above a threshold, else 0: [N] of int32.
mlir::Value aboveThreshold(GraphBuilder &g, mlir::Value scores, double threshold);

/// A list of numbers as a constant tensor of f32 or f64.
mlir::Value numbersAs(GraphBuilder &g, llvm::ArrayRef<double> numbers, llvm::ArrayRef<int64_t> shape,
                      mlir::Type element);

} // namespace barecc::onnx_import
