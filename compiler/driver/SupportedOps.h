// What `barecc ops` prints: each importer lists the operators of its format.
#pragma once

#include <string>
#include <vector>

namespace barecc {

/// One source operator that an importer takes.
struct SupportedOp {
    std::string format;   ///< "ONNX" or "TFLite".
    std::string domain;   ///< ONNX operator domain; empty for the standard one and for TFLite's builtins.
    std::string name;     ///< "Conv", "CONV_2D".
    std::string versions; ///< "1-22": the operator-set or operator versions understood; empty: any.
    std::string types;    ///< "float32, int8, uint8"; empty: any.
};

/// The operators of all importers, in any order.
std::vector<SupportedOp> supportedOps();

} // namespace barecc
