// Runs a WebAssembly program that was built for WASI: node -e THIS PROGRAM ARGUMENT...
// It sees the files of the directory that it is run in, and its exit status is node's.
const { WASI } = require('node:wasi');
const { readFileSync } = require('node:fs');

const command = process.argv.slice(1);
const wasi = new WASI({ version: 'preview1', args: command, preopens: { '.': '.' }, returnOnExit: true });
const program = new WebAssembly.Module(readFileSync(command[0]));
process.exitCode = wasi.start(new WebAssembly.Instance(program, wasi.getImportObject()));
