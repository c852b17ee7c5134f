#include "compiler/driver/SupportedOps.h"

std::vector<barecc::SupportedOp> barecc::supportedOps() { return {}; }
