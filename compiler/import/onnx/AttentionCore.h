// The steps of scaled dot-product attention, which several operators take in orders and forms of their own, and rotary
// positions. B is the batch, N the heads of the queries, M those of keys and values (N is a multiple of M, and M query
// heads in a row share one of them), S the queries, T the keys, H the size of a head. Tensors are floating-point, all
// of one type: operators widen half floats first (accumulatorOf), and f32 is what tuned kernels exist for.
#pragma once

#include "compiler/ir/GraphBuilder.h"

namespace barecc::onnx_import {

/// [B, S, N * H] as [B, N, S, H], and back.
mlir::Value splitHeads(GraphBuilder &g, mlir::Value rows, int64_t heads);
mlir::Value joinHeads(GraphBuilder &g, mlir::Value heads);

/// The shape of what attentionScores gives, which has to be in reason.
llvm::SmallVector<int64_t> scoresShape(mlir::Value q, mlir::Value k);

/// scale * q . k: [B, N, S, T] from q [B, N, S, H] and k [B, M, T, H].
mlir::Value attentionScores(GraphBuilder &g, mlir::Value q, mlir::Value k, double scale);

/// cap * tanh(scores / cap); the scores themselves where cap is 0.
mlir::Value capScores(GraphBuilder &g, mlir::Value scores, double cap);

/// scores + bias, which broadcasts to [B, N, S, T] and may be null; where attends(b, n, s, t), a body on indices that
/// gives a boolean, is false, `excluded` instead. `attends` may be null.
mlir::Value maskScores(GraphBuilder &g, mlir::Value scores, mlir::Value bias, GraphBuilder::Body attends,
                       double excluded = -std::numeric_limits<double>::infinity());

/// Whether key t lies not behind query s + offset, and, where `window` is positive, is among the last `window` of
/// those: for bodies of maskScores, whose indices are given. `offset` is of index type.
mlir::Value attendsCausally(mlir::OpBuilder &b, mlir::Location loc, mlir::ValueRange index, mlir::Value offset,
                            int64_t window = 0);

/// probabilities . v: [B, N, S, V] from [B, N, S, T] and v [B, M, T, V].
mlir::Value attentionOutput(GraphBuilder &g, mlir::Value probabilities, mlir::Value v);

/// x [B, N, S, H] with pairs among the first R elements of each head turned by angles: cosine and sine are [B or 1, S,
/// R / 2] with R <= H. Pairs are neighbours where `interleaved`, else elements i and i + R / 2.
mlir::Value rotatePairs(GraphBuilder &g, mlir::Value x, mlir::Value cosine, mlir::Value sine, bool interleaved);

} // namespace barecc::onnx_import
