// What the constants of a model are.
#pragma once

#include "compiler/plan/MemoryPlan.h"

#include <string>
#include <vector>

namespace barecc {

/// Of each constant of a model, for the step that reads it first: the node, its role there, its shape, the order of its
/// elements where that is not the row-major one of the shape, and its name in the model file, if it has one:
/// "conv_1, weights: [8][3][3][3] in the order [outputs / 4][depth / 4][4][4], from 'conv_1/filter'".
std::vector<std::string> constantComments(const MemoryPlan &plan);

} // namespace barecc
