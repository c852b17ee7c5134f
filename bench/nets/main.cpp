// bench_nets DIR [NETWORK]...: writes DIR/NETWORK.onnx, for all networks if none is named.
#include "bench/nets/Networks.h"

#include <algorithm>
#include <cstdio>
#include <fstream>

static bool write(const onnx::ModelProto &model, const std::string &path)
{
    std::ofstream file(path, std::ios::binary);
    return model.SerializeToOstream(&file) && file.flush();
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        std::fprintf(stderr, "usage: bench_nets DIR [NETWORK]...\n");
        return 2;
    }
    const std::vector<std::string> wanted(argv + 2, argv + argc);
    const std::vector<bench::Network> &networks = bench::allNetworks();
    for (const std::string &name : wanted)
        if (std::none_of(networks.begin(), networks.end(), [&](const bench::Network &n) { return n.name == name; })) {
            std::fprintf(stderr, "bench_nets: no network is called '%s'\n", name.c_str());
            return 2;
        }
    for (const bench::Network &network : networks) {
        if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), network.name) == wanted.end())
            continue;
        const std::string path = std::string(argv[1]) + "/" + network.name + ".onnx";
        if (!write(network.build(), path)) {
            std::fprintf(stderr, "bench_nets: cannot write %s\n", path.c_str());
            return 1;
        }
    }
    return 0;
}
