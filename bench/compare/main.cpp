// bench_compare ORT_LIBRARY ROUNDS NETWORK.onnx MACS LIBRARY...
//
// Runs one network by ONNX Runtime and by libraries of barecc's generated code in turns, on one thread, and prints one
// line for each: time, ratio to ONNX Runtime, share of the machine's peak, difference of the outputs. Exit status 1
// where outputs differ by more than 1e-4.
//
// Time is processor time of the thread, so that others on the machine disturb little; the ratio is taken within each
// round, so that a change of clock disturbs little, and the line shows the ratios' median and quartiles.
#include "bench/compare/GeneratedModel.h"
#include "bench/compare/Ort.h"
#include "bench/compare/Peak.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>

using namespace bench;

namespace {

constexpr double roundNanoseconds = 60e6;
constexpr double tolerance = 1e-4;

double quantile(std::vector<double> values, double q)
{
    std::sort(values.begin(), values.end());
    return values[size_t(q * double(values.size() - 1) + 0.5)];
}

struct Engine {
    std::string name;
    std::function<void()> run;
    std::vector<float> output;
    int runsPerRound = 1;
    std::vector<double> times; // median of each round, nanoseconds
};

double timeOnce(const Engine &engine)
{
    const double start = threadNanoseconds();
    engine.run();
    return threadNanoseconds() - start;
}

void runRound(Engine &engine)
{
    engine.run(); // brings its weights and arena back into the caches
    std::vector<double> times;
    for (int i = 0; i < engine.runsPerRound; ++i)
        times.push_back(timeOnce(engine));
    engine.times.push_back(quantile(times, 0.5));
}

/// Largest difference relative to the largest magnitude of the reference.
double difference(const std::vector<float> &output, const std::vector<float> &reference)
{
    double largest = 0, scale = 0;
    for (size_t i = 0; i < output.size(); ++i) {
        const double d = std::fabs(double(output[i]) - double(reference[i]));
        largest = d <= largest ? largest : d; // a NaN stays
        scale = std::max(scale, std::fabs(double(reference[i])));
    }
    return largest / scale;
}

std::string fileName(const std::string &path) { return path.substr(path.rfind('/') + 1); }

} // namespace

int main(int argc, char **argv)
{
    if (argc < 6) {
        std::fprintf(stderr, "usage: bench_compare ORT_LIBRARY ROUNDS NETWORK.onnx MACS LIBRARY...\n");
        return 2;
    }
    const int rounds = std::max(1, std::atoi(argv[2]));
    const std::string network = argv[3];
    const double macs = std::atof(argv[4]);

    std::vector<GeneratedModel> models;
    for (int i = 5; i < argc; ++i)
        models.emplace_back(argv[i]);
    const size_t outputElements = models.front().outputElements();
    std::vector<float> input(models.front().inputElements());
    uint32_t state = 1;
    for (float &value : input) {
        state = state * 1664525u + 1013904223u; // Numerical Recipes' generator
        value = float(int32_t(state >> 8) - (1 << 23)) / float(1 << 23);
    }

    std::vector<Engine> engines(1 + models.size());
    engines[0].name = "ONNX Runtime " + OrtModel::version(argv[1]);
    engines[0].output.resize(outputElements);
    OrtModel ort(argv[1], network, input, {1, 3, 224, 224}, engines[0].output, {1, int64_t(outputElements)});
    engines[0].run = [&] { ort.run(); };
    for (size_t i = 0; i < models.size(); ++i) {
        Engine &engine = engines[i + 1];
        engine.name = "barecc, " + fileName(argv[5 + i]);
        engine.output.resize(outputElements);
        engine.run = [&engine, &model = models[i], &input] { model.run(input.data(), engine.output.data()); };
    }

    for (Engine &engine : engines) {
        engine.run();
        const double once = timeOnce(engine);
        engine.runsPerRound = std::clamp(int(roundNanoseconds / once), 3, 50);
    }
    std::vector<double> peaks;
    for (int round = 0; round < rounds; ++round) {
        for (size_t i = 0; i < engines.size(); ++i)
            runRound(engines[(i + size_t(round)) % engines.size()]);
        peaks.push_back(measurePeak());
    }

    const double peak = quantile(peaks, 0.5);
    bool same = true;
    std::printf("%s  %.0f MMAC, peak %.1f GMAC/s\n", fileName(network).c_str(), macs / 1e6, peak);
    std::printf("  %-24s %9s %9s  %-22s %6s  %s\n", "", "min ms", "median ms", "ratio (quartiles)", "peak",
                "difference");
    for (const Engine &engine : engines) {
        std::vector<double> ratios;
        for (int round = 0; round < rounds; ++round)
            ratios.push_back(engine.times[size_t(round)] / engines[0].times[size_t(round)]);
        const double median = quantile(engine.times, 0.5), apart = difference(engine.output, engines[0].output);
        char ratio[64];
        std::snprintf(ratio, sizeof ratio, "%.2f (%.2f - %.2f)", quantile(ratios, 0.5), quantile(ratios, 0.25),
                      quantile(ratios, 0.75));
        std::printf("  %-24s %9.2f %9.2f  %-22s %5.0f%%  %.1e\n", engine.name.c_str(), quantile(engine.times, 0) / 1e6,
                    median / 1e6, ratio, 100 * macs / median / peak, apart);
        same = same && apart <= tolerance;
    }
    if (!same)
        std::fprintf(stderr, "%s: outputs differ by more than %g of the largest\n", network.c_str(), tolerance);
    return same ? 0 : 1;
}
