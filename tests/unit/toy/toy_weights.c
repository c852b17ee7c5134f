#include "toy.h"

const float toy_weights[4] = {10.0f, 20.0f, 30.0f, 40.0f};
