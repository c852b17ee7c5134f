// A network that barecc compiled to C and clang to WebAssembly, for pages and for node. The module imports nothing;
// report.json, which barecc writes beside the C, says what its tensors are.

const arrays = {
    bool: Uint8Array, int8: Int8Array, uint8: Uint8Array, int16: Int16Array, uint16: Uint16Array, int32: Int32Array,
    uint32: Uint32Array, int64: BigInt64Array, uint64: BigUint64Array, float32: Float32Array, float64: Float64Array,
};

/**
 * Places a network's tensors and its arena behind the module's own memory.
 *
 * @param {WebAssembly.Module} module  exports NAME_run, __heap_base and, where there is state, NAME_reset
 * @param {object} report  report.json
 * @returns {Promise<{inputs: object, outputs: object, run: function()}>} typed arrays by the tensors' names, dense, to
 *     be filled and read; run() computes the outputs from the inputs
 */
export async function loadModel(module, report) {
    const { exports } = await WebAssembly.instantiate(module, {});
    const { arena_bytes: arenaBytes, state_bytes: stateBytes, arena_align: align } = report.totals;
    let end = exports.__heap_base.value;
    const place = (bytes) => {
        const start = Math.ceil(end / align) * align;
        end = start + bytes;
        return start;
    };
    const placed = (tensor) => {
        const array = arrays[tensor.type];
        if (!array)
            throw new Error(`${tensor.name}: JavaScript has no array of ${tensor.type}`);
        const length = tensor.shape.reduce((product, extent) => product * extent, 1);
        return { name: tensor.name, array, length, start: place(length * array.BYTES_PER_ELEMENT) };
    };
    const inputs = report.inputs.map(placed);
    // An output whose size is computed has its actual shape behind it.
    const outputs = report.outputs.flatMap((tensor) => tensor.actual_shape === undefined ? [tensor]
        : [tensor, { name: tensor.actual_shape, type: 'int64', shape: [tensor.shape.length] }]).map(placed);
    const addresses = [...inputs, ...outputs].map(({ start }) => start);
    addresses.push(place(arenaBytes));
    if (stateBytes)
        addresses.push(place(stateBytes));

    const missing = end - exports.memory.buffer.byteLength;
    if (missing > 0)
        exports.memory.grow(Math.ceil(missing / 65536));
    if (stateBytes)
        exports[`${report.name}_reset`](addresses.at(-1));
    const views = (tensors) => Object.fromEntries(tensors.map(
        ({ name, array, length, start }) => [name, new array(exports.memory.buffer, start, length)]));
    return { inputs: views(inputs), outputs: views(outputs), run: () => exports[`${report.name}_run`](...addresses) };
}
