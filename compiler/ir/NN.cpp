#include "compiler/ir/NN.h"

#include "compiler/ir/Budget.h"

#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/OpImplementation.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

#include "compiler/ir/NNDialect.cpp.inc"

#include "compiler/ir/NNEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "compiler/ir/NNAttributes.cpp.inc"

#include "compiler/ir/NNInterfaces.cpp.inc"

#define GET_OP_CLASSES
#include "compiler/ir/NNOps.cpp.inc"

void barecc::nn::NNDialect::initialize()
{
    addAttributes<
#define GET_ATTRDEF_LIST
#include "compiler/ir/NNAttributes.cpp.inc"
        >();
    addOperations<
#define GET_OP_LIST
#include "compiler/ir/NNOps.cpp.inc"
        >();
    addInterfaces<Budget>();
}

namespace barecc {

void registerDialects(DialectRegistry &registry)
{
    registry.insert<nn::NNDialect, arith::ArithDialect, func::FuncDialect, linalg::LinalgDialect, math::MathDialect,
                    memref::MemRefDialect, quant::QuantDialect, scf::SCFDialect, tensor::TensorDialect>();
}

quant::QuantizedType quantization(Type type)
{
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor ? dyn_cast<quant::QuantizedType>(tensor.getElementType()) : quant::QuantizedType();
}

RankedTensorType storageType(RankedTensorType type)
{
    if (auto element = quantization(type))
        return type.clone(element.getStorageType());
    return type;
}

SourceNode sourceNode(Location loc)
{
    if (auto fused = dyn_cast<FusedLoc>(loc)) {
        for (Location part : fused.getLocations())
            if (SourceNode node = sourceNode(part); !node.name.empty() || !node.type.empty())
                return node;
        return {};
    }
    auto name = dyn_cast<NameLoc>(loc);
    if (!name)
        return {};
    auto type = dyn_cast<NameLoc>(name.getChildLoc());
    return {name.getName().strref(), type ? type.getName().strref() : StringRef()};
}

Location sourceLocation(MLIRContext *context, StringRef name, StringRef type)
{
    return NameLoc::get(StringAttr::get(context, name), NameLoc::get(StringAttr::get(context, type)));
}

} // namespace barecc

namespace barecc::nn {

OpFoldResult ReshapeOp::fold(FoldAdaptor adaptor)
{
    if (getInput().getType() == getType())
        return getInput();
    if (auto producer = getInput().getDefiningOp<ReshapeOp>()) {
        if (producer.getInput().getType() == getType())
            return producer.getInput();
        getInputMutable().assign(producer.getInput());
        return getResult();
    }
    return {};
}

// ---- Interfaces --------------------------------------------------------------------------------------------

int64_t DepthwiseConv2DOp::getOutputChannelAxis() { return 2; }

bool ConvTranspose2DOp::takesResidual() { return false; }

static bool isSignedByte(quant::QuantizedType type)
{
    return type.getStorageTypeIntegralWidth() == 8 && type.isSigned() && type.getExpressedType().isF32();
}

bool MaxPool2DOp::takesQuantized(quant::QuantizedType type) { return isSignedByte(type); }

/// The largest of the integers is the largest of the numbers.
bool MaxPool2DOp::movesElements() { return !getMin() && !getMax(); }

bool AvgPool2DOp::takesQuantized(quant::QuantizedType type)
{
    return isSignedByte(type) &&
           (!getCountPadding() || llvm::all_of(getPadding(), [](int64_t side) { return side == 0; }));
}

bool AvgPool2DOp::movesElements() { return false; }

bool ReshapeOp::takesQuantized(quant::QuantizedType) { return true; }

bool ReshapeOp::movesElements() { return true; }

bool SoftmaxOp::takesLayout(ArrayRef<int64_t> permutation)
{
    return !permutation.empty() && permutation.back() == int64_t(permutation.size()) - 1;
}

} // namespace barecc::nn
