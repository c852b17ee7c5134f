// Published image classifiers at 224 x 224 and 1000 classes.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

namespace bench {

struct Network {
    std::string name;
    onnx::ModelProto (*build)();
};

const std::vector<Network> &allNetworks();

} // namespace bench
