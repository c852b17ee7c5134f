// Answers requests to run ONNX models by ONNX Runtime, its graph optimisations off: a line of JSON each, see worker.py.
// The folder of the npm package is the argument.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import path from 'node:path';

const ort = createRequire(path.join(path.resolve(process.argv[2]), '/'))('onnxruntime-node');
// Each type's name here and there, and the array that node keeps it in.
const types = {
  float32: ['float32', Float32Array], float64: ['float64', Float64Array], float16: ['float16', Uint16Array],
  int8: ['int8', Int8Array], int16: ['int16', Int16Array], int32: ['int32', Int32Array], int64: ['int64', BigInt64Array],
  uint8: ['uint8', Uint8Array], uint16: ['uint16', Uint16Array], uint32: ['uint32', Uint32Array],
  uint64: ['uint64', BigUint64Array], bool: ['bool', Uint8Array],
};

function tensorOf({ type, shape, data }) {
  const bytes = Uint8Array.from(Buffer.from(data, 'base64')); // at an aligned address
  return new ort.Tensor(types[type][0], new types[type][1](bytes.buffer), shape);
}

function jsonOf({ type, dims, data }) {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return { type, shape: dims, data: bytes.toString('base64') };
}

async function answer({ model, inputs }) {
  const session = await ort.InferenceSession.create(model, {
    graphOptimizationLevel: 'disabled', intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 4,
  });
  const feeds = Object.fromEntries(session.inputNames.map((name, index) => [name, tensorOf(inputs[index])]));
  const results = await session.run(feeds);
  const outputs = session.outputNames.map((name) => jsonOf(results[name]));
  await session.release();
  return { outputs };
}

for await (const line of createInterface({ input: process.stdin })) {
  const reply = await answer(JSON.parse(line)).catch((error) => ({ error: error.message }));
  process.stdout.write(JSON.stringify(reply) + '\n');
}
