"""Differences that are not barecc's: where the other side breaks the standard, or where the standard leaves it open.

A rule names operators and says which elements of a result its reason leaves open, judged by the operands of the node and
by both results. A difference is explained where it is in such elements alone.
"""

import re

import numpy

from open_elements import (always, at_end_of_range, at_nan, beyond_range, beyond_step, clamped, equal_numbers,
    few_steps, filter_is_as_large_as_image, floats, has_large, has_nan, image_has_large, integers_overflow,
    lowest_of_logarithm, multiplied_out, near_integer, near_zero, no_whole_length, of_coordinates,
    operands_meet, overflows_on_the_way, power_overflows, results, running_sum, shifts_by_a_word,
    strides_beyond_window, subnormal_half, weights_not_finite)

ROUNDING = "the operands differ by what rounding explains"
SUMS_ENDS = "at the end of the range of floats the order of a sum decides whether it becomes infinite"
NAN_OR_NUMBER = "the larger of a number and NaN: left open, barecc's choice is in docs/values.md"
FROM_FLOATS = ("TensorFlow Lite 2.9 takes these from a table of floats, its reference kernels compute them in fixed point, as "
               "barecc does")

# (operators, a pattern of the line of the node, the elements that are open, or None where shapes differ, reason)
ONNX_RUNTIME = [
    (r"\w+", "", at_end_of_range, SUMS_ENDS),
    (r"Gemm|MatMul|Einsum|Conv(Transpose)?|ReduceSum|ReduceMean|CumSum|Mean|Sum|\w*AveragePool", "", overflows_on_the_way,
     "products and sums that become infinite on the way: their order is left open"),
    (r"Max|Min|Clip|Relu", "", at_nan, NAN_OR_NUMBER),
    (r"(Reduce|Arg)(Max|Min)|TopK|Hardmax|(Global)?MaxPool|DynamicQuantizeLinear", "", has_nan, NAN_OR_NUMBER),
    (r"Scatter(ND|Elements)", r"'(max|min)'", has_nan, NAN_OR_NUMBER),
    (r"(Max|Average|Lp)Pool", r"'dilations'.*SAME", None,
     "ONNX Runtime makes the result of a dilated window smaller than auto_pad SAME_* says"),
    (r"(Max|Average|Lp)Pool", r"'dilations'.*SAME", always,
     "ONNX Runtime pads a dilated window by less than auto_pad SAME_* says"),
    (r"Cast|CastLike", r"\(\S+ float\d", beyond_range,
     "numbers beyond an integer's range: undefined in ONNX, barecc saturates (docs/values.md)"),
    (r"Pow", r"= Pow\(\S+ int", power_overflows, "powers that do not fit their integer type: left open; barecc saturates"),
    (r"(Deq|Q)uantizeLinear", "", few_steps,
     "barecc computes what stands between such casts on integers, and is held to one step"),
    (r"(com.microsoft.)?QLinear\w+|Resize", "", few_steps,
     "ONNX leaves the rounding on the way to a quantised result open; barecc is held to one step"),
    (r"Reduce(Prod|Sum|SumSquare|L1|L2|Mean)|Einsum", r"\(\S+ int", integers_overflow,
     "ONNX Runtime reduces integers in floats; barecc wraps around"),
    (r"\w+", "", subnormal_half,
     "ONNX Runtime computes half floats that it has no kernel for in 32 bits, and does not round them between nodes"),
    (r"(com.microsoft.QLinearAverage|Average|Lp|Max)Pool", r"SAME", strides_beyond_window,
     "ONNX Runtime takes away from the front of an image where auto_pad SAME_* has nothing to pad"),
    (r"Equal|Greater\w*|Less\w*", "", operands_meet, "the operands are as near to each other as floats may differ"),
    (r"Floor|Ceil|Sign", "", near_integer, "the operand is as near to a step as floats may differ"),
    (r"Div|Log|Reciprocal", "", near_zero,
     "the operand is as near to 0 as floats may differ, and ONNX Runtime's Sigmoid ends at 0"),
    (r"LSTM", r"'clip': 0.5", always,
     "ONNX Runtime does not clip what goes into the last activation; the standard clips all inputs"),
    (r"LSTM|GRU|RNN", "", has_large, "ONNX Runtime's activations of gates clamp what they are given, and so drop NaN"),
    (r"LRN", "", has_large, "ONNX Runtime keeps a running sum, in which an infinity leaves a NaN behind"),
    (r"(Group|Instance|Layer|RMS|MeanVariance|Lp)Normalization", "", has_large,
     "squares that become infinite: the standard gives no order of operations"),
    (r"(Group|Instance)Normalization", "", multiplied_out,
     "ONNX Runtime multiplies out, x * a - mean * a, and so rounds numbers that are larger than their difference"),
    (r"MeanVarianceNormalization", "", equal_numbers,
     "ONNX Runtime subtracts the square of the mean from the mean of squares, and the root of what rounding leaves is NaN"),
    (r"ReduceLogSumExp", "", has_nan, "ONNX Runtime drops NaN beside an infinity"),
    (r"Conv(Transpose)?", "", weights_not_finite,
     "zeros of the padding, and between the elements of a transposed convolution, meet weights that are infinite or NaN: "
     "NaN, or nothing where they are left out"),
    (r"Resize|GridSample", "", image_has_large,
     "elements that are infinite or NaN meet a weight of 0: NaN, or nothing where they are left out"),
    (r"Resize", r"-, \S+ float32\[4\]\) .*(align_corners|pytorch_half_pixel)", no_whole_length,
     "where scale and extent give no whole number, ONNX's own cases take the fraction for the new length, ONNX Runtime rounds"),
    (r"GridSample", "", of_coordinates(lambda grid: ~(numpy.abs(grid) < 1e6)),
     "coordinates that no integer holds: undefined in ONNX Runtime, barecc saturates (docs/values.md)"),
    (r"GridSample", r"cubic'.*border", of_coordinates(lambda grid: numpy.abs(grid) > 1),
     "ONNX's reference implementation moves a point to the border before it looks at its neighbours, and so does barecc; "
     "PyTorch, and ONNX Runtime since 2026, move each neighbour alone"),
]
TENSORFLOW_LITE = [
    (r"\w+", "", clamped,
     "TensorFlow Lite clamps results to finite numbers, and so drops NaN; barecc clamps where an activation asks for it, and "
     "a NaN stays one (docs/values.md)"),
    (r"\w+", "", at_end_of_range, SUMS_ENDS),
    (r"(DEPTHWISE_)?CONV_2D|TRANSPOSE_CONV|FULLY_CONNECTED|BATCH_MATMUL|SUM|MEAN|CUMSUM|ADD_N|AVERAGE_POOL_2D", "",
     overflows_on_the_way, "products and sums that become infinite on the way: their order is left open"),
    (r"MAXIMUM|MINIMUM|RELU\w*", "", at_nan, NAN_OR_NUMBER),
    (r"(REDUCE|ARG)_(MAX|MIN)|TOPK_V2|MAX_POOL_2D", "", has_nan, NAN_OR_NUMBER),
    (r"CAST", r"\(\S+ float\d", beyond_range,
     "numbers beyond an integer's range: undefined in TFLite, barecc saturates (docs/values.md)"),
    (r"QUANTIZE", r"\(\S+ float32", beyond_step,
     "TensorFlow Lite converts a float to an integer before it clamps it, and large ones overflow; barecc saturates"),
    (r"DIV", "", shifts_by_a_word,
     "TensorFlow Lite shifts small quotients of bytes by more than 31 places, which C leaves undefined; they are 0"),
    (r"DIV", "", near_zero,
     "the divisor is 0, or as near to it as floats may differ, and TensorFlow Lite's CEIL gives 0 for -0"),
    (r"CONV_2D", r"\(\S+ float32.*'SAME'", filter_is_as_large_as_image,
     "TensorFlow Lite takes a convolution for a matrix product where the filter is as large as the image, though it is padded"),
    (r"FULLY_CONNECTED|CONV_2D|BATCH_MATMUL|TRANSPOSE_CONV|AVERAGE_POOL_2D|SUM|MEAN", "", few_steps,
     "TensorFlow Lite 2.9's optimised kernels round ties otherwise than its reference kernels (docs/tflite-coverage.md)"),
    (r"LOGISTIC|TANH", "", few_steps, FROM_FLOATS),
    (r"SOFTMAX", r"\(\S+ u?int8", few_steps, FROM_FLOATS),
    (r"SOFTMAX", r"\(\S+ int16", few_steps,
     "TensorFlow Lite fills its tables of int16 in doubles, TensorFlow Lite Micro, and so barecc, in floats"),
    (r"LOG_SOFTMAX", "", lowest_of_logarithm,
     "TensorFlow Lite 2.9 takes this from a table of floats, its reference kernel ends at differences of 31/64 of fixed point"),
    (r"LOCAL_RESPONSE_NORMALIZATION", "", has_large,
     "TensorFlow Lite keeps a running sum, in which an infinity leaves a NaN behind"),
    (r"LOCAL_RESPONSE_NORMALIZATION", "", running_sum,
     "TensorFlow Lite keeps a running sum, in which large squares leave roundings"),
    (r"L2_NORMALIZATION", "", has_large, "squares that become infinite: TFLite says nothing of their order"),
]


def explains(failure, rules):
    """The reasons that rules give, an empty text where they do not explain all that differs."""
    if failure.text == ROUNDING:
        return ROUNDING
    reasons, left = [], None if failure.places is None else failure.places.copy()
    for operators, line, is_open, reason in rules:
        if not (re.fullmatch(operators, failure.kind) and re.search(line, failure.node)):
            continue
        if left is None and is_open is None:
            return reason
        if left is None or is_open is None or not failure.tensors:
            continue
        with numpy.errstate(all="ignore"):
            mask = numpy.broadcast_to(is_open(failure), left.shape) & left
        if mask.any():
            reasons.append(reason)
            left &= ~mask
    return "" if left is None or left.any() else "; ".join(reasons)
