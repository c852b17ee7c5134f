// The integer operations of an elementwise linalg body as C on vectors of 32-bit words (kernels/*/words_*.h).
#pragma once

#include "compiler/emit/BodyBuilder.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace barecc {

class WordPrinter {
public:
    /// Whether each operation of a body has a form in vectors: arithmetic on int32 between int8 elements.
    static bool takes(mlir::linalg::LinalgOp op);

    /// `header` declares the functions of vectors.
    explicit WordPrinter(std::string header) : body([](mlir::Type) { return "words"; }), header(std::move(header)) {}

    /// The int8 elements side by side at a place in memory, widened; one number in all lanes.
    void load(mlir::BlockArgument elements, c::Expr first);
    void set(mlir::BlockArgument element, c::Expr number);

    /// Defines the operations of a body and stores what it yields as int8, saturated, from a place in memory on.
    c::Block print(mlir::Block &block, c::Expr first);

private:
    c::Expr expressionOf(mlir::Operation *op);
    c::Expr use(mlir::Value value);
    c::Expr call(const char *function, std::vector<c::Expr> arguments);

    BodyBuilder body;
    std::string header;
};

} // namespace barecc
