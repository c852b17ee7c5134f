// Small parts of the driver: names, kinds of model, origins, targets, the pseudo-random input.
#include "compiler/driver/Message.h"
#include "compiler/driver/ModelFile.h"
#include "compiler/driver/Names.h"
#include "compiler/driver/Origin.h"
#include "compiler/driver/PseudoRandom.h"
#include "compiler/driver/Target.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <set>

using namespace barecc;

namespace {

TEST(Names, makesIdentifiers)
{
    EXPECT_EQ(toCIdentifier("MobileNet-v1_1.0 (224)"), "mobilenet_v1_1_0_224");
    EXPECT_EQ(toCIdentifier("2layers"), "m_2layers");
    EXPECT_EQ(toCIdentifier("float"), "m_float");
    EXPECT_EQ(toCIdentifier("\xe6\xa8\xa1"), "model");
    EXPECT_EQ(nameFromPath("/a/b/ResNet.18.onnx"), "resnet_18");
    EXPECT_EQ(nameFromPath("/a/micro-speech/model.tflite"), "micro_speech");
    EXPECT_EQ(nameFromPath("/a/my-model v2.tflite"), "my_model_v2");
    EXPECT_EQ(nameFromPath("/a/math.onnx"), "m_math");
    EXPECT_FALSE(isModelName("string"));
    EXPECT_FALSE(isModelName("features")); // which glibc's headers include
    EXPECT_FALSE(isModelName("immintrin"));
    EXPECT_TRUE(isModelName("sentences"));
    EXPECT_FALSE(isCIdentifier("a-b"));
    EXPECT_FALSE(isCIdentifier(""));
    EXPECT_FALSE(isCIdentifier("while"));
    EXPECT_FALSE(isCIdentifier("linux"));
    EXPECT_TRUE(isCIdentifier("_x1"));
}

TEST(Names, makesFileNames)
{
    EXPECT_EQ(npyFileName("MobilenetV1/Predictions:0"), "MobilenetV1_Predictions_0.npy");
    EXPECT_EQ(npyFileName("../../x"), ".._.._x.npy");
}

bool isFormat(llvm::StringRef bytes, ModelFormat format)
{
    llvm::Expected<ModelFormat> found = recogniseModel(bytes);
    if (found)
        return *found == format;
    llvm::consumeError(found.takeError());
    return false;
}

bool isUnknown(llvm::StringRef bytes)
{
    return !isFormat(bytes, ModelFormat::Onnx) && !isFormat(bytes, ModelFormat::Tflite);
}

TEST(ModelFile, recognisesByContent)
{
    EXPECT_TRUE(isFormat(llvm::StringRef("\x1c\0\0\0TFL3\0\0", 10), ModelFormat::Tflite));
    // ir_version 8, an empty graph
    EXPECT_TRUE(isFormat(llvm::StringRef("\x08\x08\x3a\x00", 4), ModelFormat::Onnx));
    // the same, cut off inside a graph of 100 bytes
    EXPECT_TRUE(isFormat(llvm::StringRef("\x08\x08\x3a\x64\x0a", 5), ModelFormat::Onnx));
    // opset_import first, then the graph
    EXPECT_TRUE(isFormat(llvm::StringRef("\x42\x02\x10\x0d\x3a\x00", 6), ModelFormat::Onnx));
}

TEST(ModelFile, refusesOthers)
{
    EXPECT_TRUE(isUnknown(""));
    EXPECT_TRUE(isUnknown("hello, this is text\n"));
    EXPECT_TRUE(isUnknown("Because it starts with an opset_import's tag\n"));
    EXPECT_TRUE(isUnknown(std::string(1000, '\0')));
    EXPECT_TRUE(isUnknown(std::string(1000, '\xff')));
    llvm::Expected<ModelFormat> zip = recogniseModel("PK\x03\x04 and more");
    ASSERT_FALSE(static_cast<bool>(zip));
    EXPECT_NE(llvm::toString(zip.takeError()).find("zip archive"), std::string::npos);
}

TEST(Origin, tellsModelsAndOptionsApart)
{
    CompileOptions options;
    options.name = "m";
    options.target = llvm::cantFail(findTarget("generic"));
    const Origin origin = originOf("/a/m.onnx", "abc", options);
    EXPECT_EQ(origin.model, "m.onnx");
    EXPECT_EQ(origin.modelHash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(origin.lines(options)[1],
              "SHA-256: " + origin.modelHash + ", options " + origin.optionsHash.substr(0, 16));
    EXPECT_EQ(originOf("/b/m.onnx", "abc", options).optionsHash, origin.optionsHash);

    std::set<std::string> hashes = {origin.optionsHash};
    auto expectNew = [&] { EXPECT_TRUE(hashes.insert(originOf("/a/m.onnx", "abc", options).optionsHash).second); };
    options.optimize = Optimize::Size;
    expectNew();
    options.dims["n"] = 2;
    expectNew();
    options.constants["k"] = {ElementType::I8, {2}, {1, 2}};
    expectNew();
    options.constants["k"] = {ElementType::I8, {2}, {1, 3}}; // the command line looks the same
    expectNew();
    options.constants["k"] = {ElementType::I8, {2, 1}, {1, 3}};
    expectNew();
}

/// `printf a >a.bin; printf bc >b.bin; sha256sum a.bin b.bin | sha256sum`
TEST(Origin, hashOfFilesBesideTheModel)
{
    EXPECT_EQ(hashOfFiles({}), "");
    EXPECT_EQ(hashOfFiles({{"b.bin", "bc"}, {"a.bin", "a"}}),
              "55e368ac713ac0394999bb6a49b2ac02aff9a4244b0653daae55ad1ecd01675a");
    EXPECT_NE(hashOfFiles({{"b.bin", "c"}, {"a.bin", "ab"}}), hashOfFiles({{"b.bin", "bc"}, {"a.bin", "a"}}));
}

TEST(Target, namesAreUniqueAndFound)
{
    std::set<std::string> names;
    for (const Target &target : allTargets()) {
        EXPECT_TRUE(names.insert(target.name).second) << target.name;
        EXPECT_EQ(llvm::cantFail(findTarget(target.name)).description, target.description);
        EXPECT_FALSE(target.compilerPackage.empty());
        EXPECT_EQ(target.emulator.empty(), target.emulatorPackage.empty());
    }
    EXPECT_EQ(allTargets()[0].name, "host");
    EXPECT_TRUE(names.count("generic"));
}

TEST(Target, theHostRunsEveryFeatureItClaims)
{
    for (const std::string &feature : allTargets()[0].features)
        EXPECT_TRUE(hostHasFeature(feature)) << feature;
}

TEST(Target, anUnknownNameListsTheKnown)
{
    llvm::Expected<Target> target = findTarget("z80");
    ASSERT_FALSE(static_cast<bool>(target));
    llvm::Error error = target.takeError();
    EXPECT_TRUE(error.isA<UsageError>());
    std::string text = llvm::toString(std::move(error));
    EXPECT_NE(text.find("'z80'"), std::string::npos);
    EXPECT_NE(text.find("choose one of host, "), std::string::npos);
    for (const Target &known : allTargets())
        EXPECT_NE(text.find(known.name), std::string::npos) << known.name;
}

TEST(Message, statusSaysWhoseMistakeItWas)
{
    EXPECT_EQ(report(llvm::Error::success()), exitDone);
    EXPECT_EQ(report(failure("test of a failure")), exitFailed);
    EXPECT_EQ(report(usageFailure("test of a usage error")), exitUsage);
}

TEST(PseudoRandom, isTheSameEveryTimeAndOtherForEveryInput)
{
    TensorInfo info;
    info.shape = {4, 64};
    Tensor first = pseudoRandomInput(info, 0);
    EXPECT_EQ(first.bytes, pseudoRandomInput(info, 0).bytes);
    EXPECT_NE(first.bytes, pseudoRandomInput(info, 1).bytes);
    EXPECT_EQ(pseudoRandomInput(info, 0, 3).shape, (std::vector<int64_t>{3, 4, 64}));
    for (int64_t i = 0; i < first.size(); ++i) {
        EXPECT_GE(first.asDouble(i), -1.0);
        EXPECT_LT(first.asDouble(i), 1.0);
    }
    // SplitMix64 with seed 0 gives 0xe220a8397b1dcdaf first.
    EXPECT_EQ(first.asDouble(0), static_cast<double>(0xe220a8397b1dcdafu >> 40) / (1 << 23) - 1.0);
}

TEST(PseudoRandom, staysInARangeThatTheTypeSuggests)
{
    TensorInfo info;
    info.shape = {512};
    auto range = [&](ElementType type) {
        info.type = type;
        Tensor tensor = pseudoRandomInput(info, 5);
        double least = tensor.asDouble(0), most = least;
        for (int64_t i = 0; i < tensor.size(); ++i) {
            least = std::min(least, tensor.asDouble(i));
            most = std::max(most, tensor.asDouble(i));
        }
        return std::make_pair(least, most);
    };
    EXPECT_EQ(range(ElementType::I64), std::make_pair(0.0, 7.0));
    EXPECT_EQ(range(ElementType::Bool), std::make_pair(0.0, 1.0));
    EXPECT_LT(range(ElementType::I8).first, -100.0);
    EXPECT_GT(range(ElementType::U8).second, 230.0);
    auto half = range(ElementType::F16);
    EXPECT_GE(half.first, -1.0);
    EXPECT_LE(half.second, 1.0);
}

} // namespace
