// check.mjs DIR: the network that examples/web has built in DIR, loaded by the page's own script, on the drawings of
// examples/firmware. What it says is what the firmware prints.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const out = process.argv[2];
const { loadModel } = await import(pathToFileURL(join(out, 'model.mjs')));
const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));
const module = new WebAssembly.Module(readFileSync(join(out, 'model.wasm')));
assert.deepEqual(WebAssembly.Module.imports(module), [], 'the module needs something of its host');
assert.deepEqual(WebAssembly.Module.exports(module).map(({ name }) => name).sort(),
    ['__heap_base', 'memory', 'model_run']);

const model = await loadModel(module, report);
const other = await loadModel(module, report);
other.inputs.image.fill(127);

function expect(drawing, best, probability) {
    const file = new URL(`../../examples/firmware/strokes/${drawing}.txt`, import.meta.url);
    const pixels = Array.from(readFileSync(file, 'utf8').replace(/\s/g, ''), (c) => c === '#' ? 127 : 0);
    assert.equal(pixels.length, model.inputs.image.length);
    model.inputs.image.set(pixels);
    model.run();
    const { scale, zero_point: zero } = report.outputs[0];
    const output = Array.from(model.outputs.direction, (value) => scale * (value - zero));
    assert.equal(output.indexOf(Math.max(...output)), best, `${drawing}: ${output}`);
    assert.equal(output[best].toFixed(3), probability, `${drawing}: ${output}`);
}

expect('rising', 3, '0.473');
expect('vertical', 1, '0.578');
other.run();
expect('rising', 3, '0.473');
assert.ok(other.inputs.image.every((value) => value === 127), 'two networks share memory');
console.log('ok');
