// How importers of operators name arithmetic on one element.
#pragma once

#include "compiler/ir/ScalarBuilder.h"

namespace barecc::tflite_import {

using Scalar = barecc::ScalarBuilder;

} // namespace barecc::tflite_import
