// Constants behind quant.dcast: what a model with quantised weights says in integers.
#pragma once

#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/IR/Value.h"

#include <optional>
#include <vector>

namespace barecc {

/// Scale and zero point of one element of a quantised tensor.
struct Quantization {
    double scale;
    int64_t zeroPoint;
};

/// One entry, or one for each index of the quantised axis.
std::vector<Quantization> quantizationsOf(mlir::quant::QuantizedType type);

/// The zero point that all elements have, if there is one.
std::optional<int64_t> commonZeroPoint(mlir::quant::QuantizedType type);

/// Real numbers of a floating-point constant or of a dequantised constant of integers; nothing for what is computed.
std::optional<std::vector<double>> realNumbersOf(mlir::Value value);

} // namespace barecc
