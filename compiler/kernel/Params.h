// The params structs of kernels (kernels/params.td) as attributes: paramsAttr(b, p) for p of each.
#pragma once

#include "compiler/kernel/Kernel.h"

#include "mlir/IR/Builders.h"

#include "compiler/kernel/KernelParams.inc"
