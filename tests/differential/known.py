"""Differences that are not barecc's: where the other side breaks the standard, or where the standard leaves it open."""

import re

# (pattern of the node whose result differs, pattern of the difference, reason)
RULES = [
    (r"= (LOGISTIC|TANH)\(\S+ u?int8", "",
     "TensorFlow Lite 2.9 takes these from a table of floats, its reference kernels compute them in fixed point, as barecc does"),
    (r"", r"-?inf for -?\d\.\d+e\+3[678]|^[^:]*: -?\d\.\d+e\+3[678] for -?inf",
     "at the end of the range of floats the order of a sum decides whether it becomes infinite"),
    (r"", r"inf for -?3.4028234663852886e\+38",
     "TensorFlow Lite clamps to finite floats where no activation is asked for; barecc leaves infinities"),
    (r"= \w*Pool\(.*'dilations'.*SAME", "recorded is",
     "ONNX Runtime makes the result of a dilated window smaller than auto_pad SAME_* says"),
    (r"= QUANTIZE\(\S+ float32", r"32767 for -32768|127 for -128|255 for 0",
     "TensorFlow Lite converts a float to an integer before it clamps it, and large ones overflow; barecc saturates"),
    (r"^t\d+ ", r"nan for|for nan", "NaN in TFLite: left open, barecc's choice is in docs/values.md"),
    (r"= (com.microsoft.)?(QLinear\w+|Resize|QuantizeLinear)\(", "at most 1 apart",
     "ONNX leaves the rounding on the way to a quantised result open; barecc is held to one step"),
    (r"= (TRANSPOSE_CONV|AVERAGE_POOL_2D|SUM|MEAN)\(\S+ u?int", "at most 1 apart",
     "TensorFlow Lite 2.9's optimised kernels round ties otherwise than its reference kernels (docs/tflite-coverage.md)"),
    (r"= LSTM\(.*'clip'", "", "ONNX Runtime does not clip what goes into the last activation; the standard clips all inputs"),
    (r"= LRN\(", "nan",
     "ONNX Runtime keeps a running sum, in which an infinity leaves a NaN behind"),
    (r"= Resize\(.*, -, \S+ float32\[4\]\) .*(align_corners|pytorch_half_pixel)", "",
     "where scale and extent give no whole number, ONNX's own cases take the fraction for the new length, ONNX Runtime rounds"),
    (r"= (Cast|CastLike|CAST)\(\S+ float", "",
     "numbers beyond an integer's range: undefined in ONNX and TFLite, barecc saturates (docs/values.md)"),
    (r"= (GlobalMaxPool|MaxPool|MAX_POOL_2D|REDUCE_M\w+|MAXIMUM|MINIMUM)\(", r"nan",
     "the largest of numbers and NaN: left open, barecc's choice is in docs/values.md"),
    (r"= (Max|Min|ReduceMax|ReduceMin|ArgMax|ArgMin|ARG_M\w+|TopK|TOPK_V2|Relu\w*|Clip|RELU\w*|Hardmax)\(", r"nan",
     "the largest of numbers and NaN: left open, barecc's choice is in docs/values.md"),
    (r"= (ReduceProd|ReduceSumSquare|ReduceSum|ReduceL1)\(\S+ int", "-2147483648|-9223372036854775808",
     "ONNX Runtime reduces integers in floats; barecc wraps around"),
]


def explains(failure):
    """The reason that a rule gives, None where none does."""
    for node, text, reason in RULES:
        if re.search(node, failure.node) and re.search(text, failure.text):
            return reason
    return None
