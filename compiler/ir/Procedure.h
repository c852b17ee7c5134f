// Imperative code over whole tensors, written down as pseudo-code: what nn.procedure holds. A running sum of a vector:
//
//     Value sums = procedure(g, {x}, {type}, {}, [&](Procedure &p) {
//         Buffer in = p.input(0), out = p.result(0);
//         p.loop(0, n, {p.number(element, 0)}, [&](Scalar i, Scalars carried) {
//             Scalar sum = carried[0] + in(i);
//             out(i) = sum;
//             return Scalars{sum};
//         });
//     })[0];
//
// Nothing checks an index on the device: the code keeps them in bounds. Indices are of 32 bits in C.
#pragma once

#include "compiler/ir/GraphBuilder.h"

namespace barecc {

class Procedure;

/// A number that the code computes: an integer, an index, a truth value (i1) or a floating-point number. Operands of
/// one operation are of one type; a C++ number beside one takes its type. Integers are signed.
struct Scalar {
    Procedure *p = nullptr;
    mlir::Value value;

    mlir::Type type() const { return value.getType(); }
    /// The number in another type, as GraphBuilder::castScalar converts.
    Scalar to(mlir::Type type) const;
    Scalar toIndex() const;
};
using Scalars = llvm::SmallVector<Scalar>;

/// A place in memory. It is read where it is converted to a Scalar, so `auto x = in(i)` reads late: write Scalar x. An
/// index is stored as a number of the element's type.
struct Element {
    Procedure *p;
    mlir::Value buffer;
    llvm::SmallVector<mlir::Value> indices;

    operator Scalar() const;
    const Element &operator=(const Scalar &value) const;
    const Element &operator=(double value) const;
    // Stores, and leaves this as it is. NOLINTNEXTLINE(bugprone-unhandled-self-assignment)
    const Element &operator=(const Element &other) const { return *this = Scalar(other); }
    Element(const Element &) = default;
    Element(Procedure *p, mlir::Value buffer, llvm::SmallVector<mlir::Value> indices)
        : p(p), buffer(buffer), indices(std::move(indices))
    {
    }
};

/// An input, which is only read, or a result.
struct Buffer {
    Procedure *p;
    mlir::Value memory;

    mlir::Type type() const { return llvm::cast<mlir::MemRefType>(memory.getType()).getElementType(); }
    Element at(llvm::ArrayRef<Scalar> indices) const;
    /// One index for each dimension, as Scalars of index type or as numbers.
    template <typename... Indices> Element operator()(const Indices &...indices) const
    {
        return at({index(indices)...});
    }

private:
    Scalar index(const Scalar &i) const { return i; }
    Scalar index(const Element &i) const { return i; }
    Scalar index(int64_t i) const;
};

/// A bound, a start or a condition may be known now.
struct IndexOrNumber {
    IndexOrNumber(int64_t number) : number(number) {}
    IndexOrNumber(int number) : number(number) {}
    IndexOrNumber(const Scalar &scalar) : scalar(scalar) {}
    Scalar in(Procedure &p) const;

    Scalar scalar;
    int64_t number = 0;
};

class Procedure {
public:
    using Body = llvm::function_ref<void()>;
    using LoopBody = llvm::function_ref<void(Scalar)>;
    using CarryingBody = llvm::function_ref<Scalars(Scalar, Scalars)>;
    using Condition = llvm::function_ref<Scalar(Scalars)>;
    using WhileBody = llvm::function_ref<Scalars(Scalars)>;
    using Branch = llvm::function_ref<Scalars()>;

    Procedure(mlir::OpBuilder &b, mlir::Location loc, mlir::Block &block, unsigned inputs)
        : b(b), loc(loc), block(block), inputs(inputs)
    {
    }

    mlir::OpBuilder &b;
    mlir::Location loc;

    Buffer input(unsigned i) { return {this, block.getArgument(i)}; }
    Buffer result(unsigned i) { return {this, block.getArgument(inputs + i)}; }

    // ---- Constants
    Scalar index(int64_t value) { return scalar(GraphBuilder::scalar(b, loc, b.getIndexType(), value)); }
    Scalar number(mlir::Type type, double value) { return scalar(GraphBuilder::scalar(b, loc, type, value)); }
    Scalar truth(bool value) { return number(b.getI1Type(), value ? 1 : 0); }

    // ---- Loops
    /// For all indices of a shape, the last one fastest.
    void forEach(llvm::ArrayRef<int64_t> shape, llvm::function_ref<void(Scalars)> body);
    /// For i from begin up to, but not including, end.
    void loop(IndexOrNumber begin, IndexOrNumber end, LoopBody body);
    /// The same with values that each round gives to the next; results are the last round's.
    Scalars loop(IndexOrNumber begin, IndexOrNumber end, const Scalars &starts, CarryingBody body);
    /// While the condition on the carried values holds.
    Scalars loopWhile(const Scalars &starts, Condition condition, WhileBody body);

    // ---- Choices
    void when(Scalar condition, Body then);
    void when(Scalar condition, Body then, Body otherwise);
    /// Values that one of two branches computes.
    Scalars choose(Scalar condition, Branch then, Branch otherwise);
    /// Whether both hold; the second, which may read memory, is asked only where the first does.
    Scalar both(Scalar first, llvm::function_ref<Scalar()> second);

    Scalar scalar(mlir::Value value) { return {this, value}; }

private:
    Scalars scalars(mlir::ValueRange values);

    mlir::Block &block;
    const unsigned inputs;
};

/// The results of imperative code over the inputs. A result that nothing uses is scratch memory. `inPlace` lists the
/// inputs that result 0 may lie exactly on: those that the code reads at a place only before it writes there.
llvm::SmallVector<mlir::Value> procedure(GraphBuilder &g, mlir::ValueRange inputs,
                                         llvm::ArrayRef<mlir::RankedTensorType> results,
                                         llvm::ArrayRef<int64_t> inPlace, llvm::function_ref<void(Procedure &)> body);

// ---- Arithmetic: integers wrap around, quotients and remainders of integers are cut towards zero
Scalar operator+(const Scalar &x, const Scalar &y);
Scalar operator-(const Scalar &x, const Scalar &y);
Scalar operator*(const Scalar &x, const Scalar &y);
Scalar operator/(const Scalar &x, const Scalar &y);
Scalar operator%(const Scalar &x, const Scalar &y);
Scalar operator+(const Scalar &x, double y);
Scalar operator-(const Scalar &x, double y);
Scalar operator*(const Scalar &x, double y);
Scalar operator/(const Scalar &x, double y);
Scalar operator%(const Scalar &x, double y);
Scalar largest(const Scalar &x, const Scalar &y);
Scalar smallest(const Scalar &x, const Scalar &y);

// ---- Comparisons, all false where a side is NaN, but for !=
Scalar operator<(const Scalar &x, const Scalar &y);
Scalar operator<=(const Scalar &x, const Scalar &y);
Scalar operator>(const Scalar &x, const Scalar &y);
Scalar operator>=(const Scalar &x, const Scalar &y);
Scalar operator==(const Scalar &x, const Scalar &y);
Scalar operator!=(const Scalar &x, const Scalar &y);
Scalar operator<(const Scalar &x, double y);
Scalar operator<=(const Scalar &x, double y);
Scalar operator>(const Scalar &x, double y);
Scalar operator>=(const Scalar &x, double y);
Scalar operator==(const Scalar &x, double y);
Scalar operator!=(const Scalar &x, double y);
/// x < y, of integers that are unsigned if so said.
Scalar less(const Scalar &x, const Scalar &y, bool isUnsigned);

// ---- Truth values: both sides are computed; see Procedure::both
Scalar operator&(const Scalar &x, const Scalar &y);
Scalar operator|(const Scalar &x, const Scalar &y);
Scalar operator!(const Scalar &x);
Scalar select(const Scalar &condition, const Scalar &yes, const Scalar &no);

} // namespace barecc
