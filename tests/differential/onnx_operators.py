"""All operators of ONNX that random models have."""

import onnx_control  # noqa: F401
import onnx_elementwise  # noqa: F401
import onnx_matrices  # noqa: F401
import onnx_quantized  # noqa: F401
import onnx_reductions  # noqa: F401
import onnx_shapes  # noqa: F401
import onnx_windows  # noqa: F401
