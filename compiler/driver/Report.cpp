#include "compiler/driver/Report.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace barecc;

static void printShape(llvm::json::OStream &json, const std::vector<int64_t> &shape)
{
    json.attributeArray("shape", [&] {
        for (int64_t extent : shape)
            json.value(extent);
    });
}

static void printTensors(llvm::json::OStream &json, llvm::StringRef role, const std::vector<TensorInfo> &tensors)
{
    json.attributeArray(role, [&] {
        for (const TensorInfo &tensor : tensors)
            json.object([&] {
                json.attribute("name", llvm::json::fixUTF8(tensor.name));
                json.attribute("c_name", tensor.cName);
                json.attribute("type", elementName(tensor.type));
                printShape(json, tensor.shape);
                if (!tensor.shapeCName.empty()) // `shape` is a bound; the actual one is written to this argument
                    json.attribute("actual_shape", tensor.shapeCName);
                if (tensor.quantisation) {
                    json.attribute("scale", tensor.quantisation->scales.front());
                    json.attribute("zero_point", tensor.quantisation->zeroPoints.front());
                }
            });
    });
}

static void printBuffers(llvm::json::OStream &json, llvm::StringRef role, const std::vector<BufferInfo> &buffers)
{
    json.attributeArray(role, [&] {
        for (const BufferInfo &buffer : buffers)
            json.object([&] {
                printShape(json, buffer.shape);
                json.attribute("type", elementName(buffer.type));
                json.attribute("bytes", buffer.bytes);
                if (buffer.arenaOffset)
                    json.attribute("arena_offset", *buffer.arenaOffset);
            });
    });
}

std::string barecc::reportJson(const CompiledModel &model, const Origin &origin, const CompileOptions &options)
{
    std::string text;
    llvm::raw_string_ostream os(text);
    llvm::json::OStream json(os, 2);
    json.object([&] {
        json.attribute("generator", "barecc");
        json.attribute("name", model.name);
        json.attribute("model", llvm::json::fixUTF8(origin.model));
        json.attribute("model_sha256", origin.modelHash);
        if (!origin.dataHash.empty())
            json.attribute("external_data_sha256", origin.dataHash);
        json.attribute("options", llvm::json::fixUTF8(origin.options));
        json.attribute("options_sha256", origin.optionsHash);
        json.attribute("format", model.format);
        json.attribute("target", options.target.name);
        json.attributeArray("compiler_flags", [&] {
            for (const std::string &flag : options.compilerFlags())
                json.value(flag);
        });
        printTensors(json, "inputs", model.inputs);
        printTensors(json, "outputs", model.outputs);
        json.attributeObject("totals", [&] {
            json.attribute("macs", model.macs);
            json.attribute("parameters", model.parameters);
            json.attribute("weight_bytes", model.weightBytes);
            json.attribute("arena_bytes", model.arenaBytes);
            json.attribute("arena_lower_bound", model.arenaLowerBound);
            json.attribute("arena_align", model.arenaAlign);
            json.attribute("state_bytes", model.stateBytes);
        });
        json.attributeArray("layers", [&] {
            for (const LayerInfo &layer : model.layers)
                json.object([&] {
                    json.attribute("name", llvm::json::fixUTF8(layer.name));
                    json.attribute("op", llvm::json::fixUTF8(layer.op));
                    json.attribute("kernel", layer.kernel);
                    printBuffers(json, "inputs", layer.inputs);
                    printBuffers(json, "outputs", layer.outputs);
                    json.attribute("macs", layer.macs);
                    json.attribute("parameters", layer.parameters);
                    json.attribute("weight_bytes", layer.weightBytes);
                    if (layer.workspaceBytes > 0) {
                        json.attribute("workspace_bytes", layer.workspaceBytes);
                        json.attribute("workspace_offset", layer.workspaceOffset);
                    }
                });
        });
    });
    text += '\n';
    return text;
}
