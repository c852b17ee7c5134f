// Elements of tensors as the compiler calculates with them: every floating-point type as a double that holds exactly
// what the type can hold, every integer as a sign-extended int64 (unsigned operations mask it themselves).
#pragma once

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/ArrayRef.h"
#include "mlir/IR/Types.h"

namespace barecc {

/// The number that bits stand for in a floating-point format.
double numberOfBits(const llvm::fltSemantics &format, uint64_t bits);

/// Reads `out.size()` elements of floating-point type `type`, one after the other.
void loadFloats(mlir::Type type, const char *in, llvm::MutableArrayRef<double> out);
void storeFloats(mlir::Type type, llvm::ArrayRef<double> in, char *out);

/// The same for integers; index is 64 bits, and types shorter than a byte are one, of which the bits above are 0.
void loadIntegers(mlir::Type type, const char *in, llvm::MutableArrayRef<int64_t> out);
void storeIntegers(mlir::Type type, llvm::ArrayRef<int64_t> in, char *out);

/// The nearest value that `type` can hold, ties to even. Short types have rules of their own for what they have no
/// number for: of f4E2M1FN the largest takes all beyond it, and NaN; of f8E8M0FNU, which is the powers of two, the one
/// below is taken, and the sign is lost.
double roundTo(mlir::Type type, double value);

/// A number cut towards zero and saturated to an integer of `width` bits; of NaN 0: as in the generated C. What a file
/// says may be any number, and so may what is computed of it, which C++ does not convert.
int64_t integerOf(double value, unsigned width = 64, bool isUnsigned = false);

/// Wraps to the width of `type` and sign-extends; i1 becomes 0 or 1.
int64_t wrapTo(mlir::Type type, int64_t value);

} // namespace barecc
