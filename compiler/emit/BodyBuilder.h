// From the values of a body to statements of C. A value is an expression that waits for its only use, or it has a name:
// where it is used more than once, used in a block inside, long, or would be read after the memory that it is read from
// has changed.
#pragma once

#include "compiler/emit/c/Stmt.h"

#include "mlir/IR/ValueRange.h"

#include "llvm/ADT/DenseMap.h"

#include <functional>

namespace barecc {

class BodyBuilder {
public:
    /// The C type of a constant that holds a value.
    using TypeName = std::function<std::string(mlir::Type)>;

    explicit BodyBuilder(TypeName typeName) : typeName(std::move(typeName)) { open(); }

    /// Statements go to a block inside from here on, up to its close().
    void open() { blocks.push_back({}); }
    c::Block close();

    /// What a value is from now on. One that nothing uses is dropped.
    void define(mlir::Value value, c::Atom atom);
    void define(mlir::Value value, c::Expr expr);

    /// The value, for one place in the code; what has been waiting is used up.
    c::Expr use(mlir::Value value);
    /// The value, for several places in the code: it gets a name if it has none.
    c::Atom atom(mlir::Value value);
    /// The literal or name that a value is, if it is one.
    const c::Atom *asAtom(mlir::Value value) const;

    /// A constant of this value.
    c::Atom declare(const std::string &type, c::Expr value);
    /// A name that no other constant has.
    std::string newName() { return "t" + std::to_string(constants++); }

    /// Adds a statement; before it, constants of waiting values that it would change.
    void append(c::Stmt stmt);
    /// Assigns to variables, as if all at once.
    void assign(llvm::ArrayRef<std::string> variables, mlir::ValueRange values);

private:
    struct Open {
        c::Block block;
        std::vector<mlir::Value> waiting; // in the order of their definition
    };

    c::Atom name(mlir::Value value, c::Expr expr);
    c::Expr take(mlir::Value value);

    TypeName typeName;
    std::vector<Open> blocks;
    llvm::DenseMap<mlir::Value, c::Expr> waiting;
    llvm::DenseMap<mlir::Value, c::Atom> atoms;
    unsigned constants = 0;
};

} // namespace barecc
