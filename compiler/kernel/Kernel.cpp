#include "compiler/kernel/Kernel.h"

#include "compiler/ir/Constants.h"
#include "compiler/ir/ControlFlow.h"
#include "compiler/kernel/TargetFeatures.h"

#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;

#include "compiler/kernel/KernelDialect.cpp.inc"
#include "compiler/kernel/KernelInterfaces.cpp.inc"

namespace barecc::kernel {

/// "input %x, weights %w": the roles are those of the callee's record.
static ParseResult parseOperands(OpAsmParser &parser, SmallVectorImpl<OpAsmParser::UnresolvedOperand> &inputs,
                                 DenseI32ArrayAttr &roles)
{
    SmallVector<int32_t> numbers;
    auto parseOperand = [&]() -> ParseResult {
        StringRef name;
        const SMLoc place = parser.getCurrentLocation();
        if (failed(parser.parseKeyword(&name)))
            return failure();
        const std::optional<Role> role = roleNamed(name);
        if (!role)
            return parser.emitError(place, "no operand of a kernel is called '") << name << "'";
        numbers.push_back(int32_t(*role));
        return parser.parseOperand(inputs.emplace_back());
    };
    if (failed(parser.parseCommaSeparatedList(parseOperand)))
        return failure();
    roles = parser.getBuilder().getDenseI32ArrayAttr(numbers);
    return success();
}

static void printOperands(OpAsmPrinter &printer, CallOp op, OperandRange inputs, DenseI32ArrayAttr roles)
{
    llvm::interleaveComma(llvm::zip(roles.asArrayRef(), inputs), printer, [&](auto input) {
        printer << roleName(Role(std::get<0>(input))) << ' ' << std::get<1>(input);
    });
}

} // namespace barecc::kernel

#define GET_ATTRDEF_CLASSES
#include "compiler/kernel/KernelAttributes.cpp.inc"

#define GET_OP_CLASSES
#include "compiler/kernel/KernelOps.cpp.inc"

namespace barecc::kernel {

LogicalResult KernelDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute)
{
    if (attribute.getName() != targetFeaturesAttribute || !isa<ModuleOp>(op))
        return op->emitError() << attribute.getName() << " is no attribute of " << op->getName();
    auto isFeature = [](Attribute element) {
        auto name = dyn_cast<StringAttr>(element);
        return name && findFeature(name);
    };
    auto names = dyn_cast<ArrayAttr>(attribute.getValue());
    if (!names || !llvm::all_of(names, isFeature))
        return op->emitError() << attribute.getName() << " has to be a list of features' names";
    return success();
}

void KernelDialect::initialize()
{
    addOperations<
#define GET_OP_LIST
#include "compiler/kernel/KernelOps.cpp.inc"
        >();
    addAttributes<
#define GET_ATTRDEF_LIST
#include "compiler/kernel/KernelAttributes.cpp.inc"
        >();
}

static RankedTensorType typeOf(Value value) { return cast<RankedTensorType>(value.getType()); }

/// What an operation is verified for that lists the inputs that result 0 may lie on.
static LogicalResult verifyInPlace(Operation *op, ArrayRef<int64_t> inputs)
{
    for (int64_t input : inputs)
        if (input < 0 || input >= int64_t(op->getNumOperands()) || op->getNumResults() == 0 ||
            op->getOperand(unsigned(input)).getType() != op->getResult(0).getType())
            return op->emitOpError("is computed in place of what is no input of the first result's type");
    return success();
}

/// That a region sees the inputs, and yields values of the results' types.
static LogicalResult verifyBody(Operation *op, Block &body)
{
    if (!llvm::equal(body.getArgumentTypes(), op->getOperandTypes()))
        return op->emitOpError("has a region whose arguments are not its inputs");
    auto yield = dyn_cast<YieldOp>(body.getTerminator());
    if (!yield || !llvm::equal(yield.getOperandTypes(), op->getResultTypes()))
        return op->emitOpError("has a region that does not yield its results");
    return success();
}

static void addBody(OperationState &state, ValueRange inputs)
{
    Block &body = state.addRegion()->emplaceBlock();
    for (Value input : inputs)
        body.addArgument(input.getType(), input.getLoc());
}

// ---- #kernel.params ----------------------------------------------------------------------------------------

ParamsAttr ParamsAttr::withField(StringRef path, int32_t value)
{
    const auto [name, rest] = path.split('.');
    SmallVector<NamedAttribute> fields(getFields());
    for (NamedAttribute &field : fields)
        if (field.getName() == name)
            field.setValue(rest.empty() ? Attribute(IntegerAttr::get(IntegerType::get(getContext(), 32), value))
                                        : cast<ParamsAttr>(field.getValue()).withField(rest, value));
    return get(getContext(), getStructName(), fields);
}

/// "softmax_f32_params {rows = 1, depth = 10, beta = 1.0 : f32}"
static void printStruct(AsmPrinter &printer, ParamsAttr params)
{
    printer << params.getStructName().getValue() << " {";
    llvm::interleaveComma(params.getFields(), printer, [&](NamedAttribute field) {
        printer << field.getName().getValue() << " = ";
        if (auto nested = dyn_cast<ParamsAttr>(field.getValue()))
            printStruct(printer, nested);
        else if (auto integer = dyn_cast<IntegerAttr>(field.getValue()))
            printer << integer.getInt();
        else
            printer << field.getValue();
    });
    printer << '}';
}

void ParamsAttr::print(AsmPrinter &printer) const
{
    printer << '<';
    printStruct(printer, *this);
    printer << '>';
}

static FailureOr<ParamsAttr> parseStruct(AsmParser &parser, StringRef name)
{
    Builder &b = parser.getBuilder();
    SmallVector<NamedAttribute> fields;
    auto parseField = [&]() -> ParseResult {
        StringRef field, nested;
        Attribute value;
        if (parser.parseKeyword(&field) || parser.parseEqual())
            return failure();
        if (succeeded(parser.parseOptionalKeyword(&nested))) {
            FailureOr<ParamsAttr> inner = parseStruct(parser, nested);
            if (failed(inner))
                return failure();
            value = *inner;
        } else if (parser.parseAttribute(value)) {
            return failure();
        }
        if (auto integer = dyn_cast<IntegerAttr>(value))
            value = b.getI32IntegerAttr(int32_t(integer.getInt()));
        fields.push_back(b.getNamedAttr(field, value));
        return success();
    };
    if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Braces, parseField))
        return failure();
    return ParamsAttr::get(b.getContext(), b.getStringAttr(name), fields);
}

Attribute ParamsAttr::parse(AsmParser &parser, Type)
{
    StringRef name;
    if (parser.parseLess() || parser.parseKeyword(&name))
        return {};
    FailureOr<ParamsAttr> params = parseStruct(parser, name);
    return failed(params) || parser.parseGreater() ? Attribute() : *params;
}

// ---- kernel.call -------------------------------------------------------------------------------------------

StringRef CallOp::getCalleeAt(unsigned level)
{
    const std::optional<ArrayAttr> lower = getLowerCallees();
    return level == 0 || !lower ? getCallee() : cast<StringAttr>((*lower)[level - 1]).getValue();
}

const KernelRecord &CallOp::getRecord() { return *findKernel(getCallee()); }

const KernelOperand &CallOp::getOperandRecord(unsigned input)
{
    return *llvm::find_if(getRecord().operands,
                          [&](const KernelOperand &operand) { return operand.role == Role(getRoles()[input]); });
}

Value CallOp::getInput(Role role)
{
    const auto *found = llvm::find(getRoles(), int32_t(role));
    return found == getRoles().end() ? Value() : getInputs()[unsigned(found - getRoles().begin())];
}

static OperandLayout layoutOf(const KernelOperand &operand)
{
    return operand.stride.empty() ? OperandLayout::Contiguous : OperandLayout::Rows;
}

OperandLayout CallOp::getOperandLayout(unsigned operand) { return layoutOf(getOperandRecord(operand)); }

OperandLayout CallOp::getResultLayout() { return layoutOf(getRecord().operands.back()); }

LogicalResult CallOp::verify()
{
    const KernelRecord *record = findKernel(getCallee());
    if (!record)
        return emitOpError("calls '") << getCallee() << "', of which there is no record";
    if (getParams().getStructName() != record->params)
        return emitOpError("has params of another struct than ") << record->params;
    // The operands are those of the record, in its order, less optional ones.
    ArrayRef<int32_t> left = getRoles();
    for (const KernelOperand &operand : ArrayRef(record->operands).drop_back())
        if (!left.empty() && left.front() == int32_t(operand.role))
            left = left.drop_front();
        else if (!operand.optional)
            return emitOpError("lacks the operand '") << roleName(operand.role) << "'";
    if (!left.empty() || getRoles().size() != getInputs().size())
        return emitOpError("has an operand that the kernel does not take");
    if (std::optional<ArrayAttr> lower = getLowerCallees())
        for (StringRef callee : lower->getAsValueRange<StringAttr>())
            if (const KernelRecord *other = findKernel(callee); !other || !other->takesCallsOf(*record))
                return emitOpError("cannot be one of '") << callee << "'";
    return success();
}

// ---- kernel.loops ------------------------------------------------------------------------------------------

void LoopsOp::build(OpBuilder &b, OperationState &state, TypeRange outputs, StringRef name, ValueRange inputs)
{
    state.addTypes(outputs);
    state.addOperands(inputs);
    state.getOrAddProperties<Properties>().name = b.getStringAttr(name);
    addBody(state, inputs);
}

linalg::LinalgOp LoopsOp::getLinalgOp()
{
    Operation *yield = getBody().front().getTerminator();
    return yield->getNumOperands() > 0 ? yield->getOperand(0).getDefiningOp<linalg::LinalgOp>() : linalg::LinalgOp();
}

LogicalResult LoopsOp::verify()
{
    if (failed(verifyBody(*this, getBody().front())))
        return failure();
    linalg::LinalgOp loops = getLinalgOp();
    if (!loops || !llvm::equal(loops->getResults(), getBody().front().getTerminator()->getOperands()))
        return emitOpError("has a region that yields something else than the results of one linalg operation");
    return verifyInPlace(*this, getInPlace());
}

// ---- kernel.procedure --------------------------------------------------------------------------------------

LogicalResult ProcedureOp::verify()
{
    if (failed(verifyBuffers(*this, getBody().front())))
        return failure();
    return verifyInPlace(*this, getInPlace());
}

// ---- kernel.rows -------------------------------------------------------------------------------------------

unsigned rowDimension(RankedTensorType type)
{
    const ArrayRef<int64_t> shape = type.getShape();
    return unsigned(llvm::find_if(shape, [](int64_t extent) { return extent > 1; }) - shape.begin());
}

int64_t rowElements(RankedTensorType type) { return type.getNumElements() / type.getDimSize(rowDimension(type)); }

void RowsOp::build(OpBuilder &b, OperationState &state, Type output, ValueRange inputs, int64_t band)
{
    state.addTypes(output);
    state.addOperands(inputs);
    state.getOrAddProperties<Properties>().band = b.getI64IntegerAttr(band);
    addBody(state, inputs);
}

CallOp RowsOp::getProducer() { return cast<CallOp>(getBody().front().front()); }

LoopsOp RowsOp::getConsumer() { return cast<LoopsOp>(getProducer()->getNextNode()); }

unsigned RowsOp::getIntermediate() { return getProducer()->getUses().begin()->getOperandNumber(); }

unsigned RowsOp::inputOf(Value operand) { return cast<BlockArgument>(operand).getArgNumber(); }

int64_t RowsOp::getBandBytes()
{
    auto type = cast<RankedTensorType>(getOutput().getType());
    return int64_t(getBand()) * rowElements(type) * byteWidth(type.getElementType());
}

std::string RowsOp::getName() { return (getProducer().getCallee() + "_" + getConsumer().getName()).str(); }

SmallVector<int64_t> RowsOp::getInPlaceOperands()
{
    SmallVector<int64_t> inputs;
    for (int64_t operand : getConsumer().getInPlace())
        if (operand != int64_t(getIntermediate()))
            inputs.push_back(inputOf(getConsumer().getInputs()[operand]));
    return inputs;
}

OperandLayout RowsOp::getOperandLayout(unsigned operand)
{
    for (OpOperand &use : getBody().getArgument(operand).getUses())
        if (use.getOwner() == getProducer())
            return getProducer().getOperandLayout(use.getOperandNumber());
    return OperandLayout::Strided;
}

int64_t RowsOp::getWorkspaceBytes()
{
    constexpr uint64_t alignment = 16; // of the rows that are set aside, as of everything in the arena
    return int64_t(llvm::alignTo(uint64_t(getProducer().getWorkspaceBytes()), alignment)) + getBandBytes();
}

LogicalResult RowsOp::verify()
{
    Block &body = getBody().front();
    if (failed(verifyBody(*this, body)))
        return failure();
    auto operations = body.without_terminator();
    auto producer = dyn_cast<CallOp>(body.front());
    auto consumer = producer ? dyn_cast<LoopsOp>(producer->getNextNode()) : LoopsOp();
    if (std::distance(operations.begin(), operations.end()) != 2 || !consumer ||
        body.getTerminator()->getOperand(0) != consumer->getResult(0))
        return emitOpError("holds something else than a kernel and the loops whose result it yields");
    if (producer->getNumResults() != 1 || !producer->hasOneUse() || *producer->getUsers().begin() != consumer ||
        !llvm::is_contained(consumer.getInPlace(), int64_t(getIntermediate())))
        return emitOpError("needs loops that read the kernel's result once and may be computed in place of it");
    RankedTensorType type = typeOf(getOutput());
    if (type.getNumElements() <= 1 || int64_t(getBand()) < 1 ||
        type.getDimSize(rowDimension(type)) % int64_t(getBand()) != 0)
        return emitOpError("has a band that does not divide its rows");
    return success();
}

// ---- Control flow ------------------------------------------------------------------------------------------

LogicalResult LoopOp::verify() { return verifyLoop(*this); }

LogicalResult LoopOp::verifySymbolUses(SymbolTableCollection &symbols) { return verifyLoopSymbols(*this, symbols); }

LogicalResult IfOp::verify() { return verifyIf(*this); }

LogicalResult IfOp::verifySymbolUses(SymbolTableCollection &symbols) { return verifyIfSymbols(*this, symbols); }

} // namespace barecc::kernel
