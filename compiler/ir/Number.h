// Elements of tensors as the compiler calculates with them: every floating-point type as a double that holds exactly
// what the type can hold, every integer as a sign-extended int64 (unsigned operations mask it themselves).
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "mlir/IR/Types.h"

namespace barecc {

/// Reads `out.size()` elements of floating-point type `type`, one after the other.
void loadFloats(mlir::Type type, const char *in, llvm::MutableArrayRef<double> out);
void storeFloats(mlir::Type type, llvm::ArrayRef<double> in, char *out);

/// The same for integers; i1 is a byte, index is 64 bits.
void loadIntegers(mlir::Type type, const char *in, llvm::MutableArrayRef<int64_t> out);
void storeIntegers(mlir::Type type, llvm::ArrayRef<int64_t> in, char *out);

/// The nearest value that `type` can hold, ties to even.
double roundTo(mlir::Type type, double value);

/// Wraps to the width of `type` and sign-extends; i1 becomes 0 or 1.
int64_t wrapTo(mlir::Type type, int64_t value);

} // namespace barecc
