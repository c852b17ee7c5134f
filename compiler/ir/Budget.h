// What a model has taken of its limits so far.
#pragma once

#include "compiler/ir/Limits.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectInterface.h"

#include <array>
#include <string>

namespace barecc {

/// What one model has taken of its limits. A context compiles one model, and has one budget. Constants count where they
/// are made, by GraphBuilder and by folding, each of them, for a context keeps them all; the importers look after each
/// node.
class Budget : public mlir::DialectInterface::Base<Budget> {
public:
    explicit Budget(mlir::Dialect *dialect) : Base(dialect) {}
    static Budget &of(mlir::MLIRContext *context);

    /// A new model, for which these limits are set.
    void begin(Limits given);
    /// Raises what is not set by the size of a file that belongs to the model.
    void addFile(uint64_t bytes) { fileBytes += int64_t(bytes); }

    int64_t most(Limit limit) const { return limitOf(limit, given, fileBytes); }
    int64_t left(Limit limit) const { return most(limit) - taken[unsigned(limit)]; }
    /// Counts `amount` more, or counts nothing and gives false where that is over the limit.
    bool take(Limit limit, int64_t amount);
    /// Counts the bytes of a constant that is there already; isOver asks afterwards.
    void add(mlir::ElementsAttr constant);
    bool isOver(Limit limit) const { return left(limit) < 0; }
    /// Whether take has failed for it.
    bool isExhausted(Limit limit) const { return exhausted[unsigned(limit)]; }
    /// "more than 100 nodes, ...; simplify the model, or raise the limit with --limit nodes=N".
    std::string excess(Limit limit) const;

private:
    Limits given;
    int64_t fileBytes = 0;
    std::array<int64_t, limitCount> taken = {};
    std::array<bool, limitCount> exhausted = {};
};

/// Reports the largest constant of a module whose constants are together more than the limit of weights.
mlir::LogicalResult checkConstants(mlir::ModuleOp module);

} // namespace barecc
