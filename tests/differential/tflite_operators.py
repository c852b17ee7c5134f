"""All operators of TFLite that random models have."""

import tflite_elementwise  # noqa: F401
import tflite_matrices  # noqa: F401
import tflite_reductions  # noqa: F401
import tflite_shapes  # noqa: F401
import tflite_windows  # noqa: F401
