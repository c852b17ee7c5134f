#include "compiler/driver/SupportedOps.h"

#include "compiler/import/Import.h"

namespace barecc {

std::vector<SupportedOp> supportedOps()
{
    std::vector<SupportedOp> rows;
    for (const SupportedOperator &op : onnxOperators())
        rows.push_back({"ONNX", op.domain, op.name, std::to_string(op.since) + "-", op.types});
    for (const SupportedOperator &op : tfliteOperators())
        rows.push_back({"TFLite", op.domain, op.name, "", op.types});
    return rows;
}

} // namespace barecc
