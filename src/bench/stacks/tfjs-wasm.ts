/** TensorFlow.js on the CPU, in WebAssembly: with threads in a page, without them in Node. */
import { importTfjs, loadTfjs } from './tfjs.ts';
import { Unsupported, type Stack } from './stack.ts';

export const tfjsWasm: Stack = {
  name: 'tfjs wasm',
  webgpu: false,
  async load({ wasmFolder }) {
    const tf = await importTfjs();
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(wasmFolder);
    const loaded = await loadTfjs(tf, 'wasm');
    return {
      ...loaded,
      start: (workload, batches) => {
        if (workload.architecture.nodes.some(({ kind }) => kind === 'convolution')) {
          throw new Unsupported(
            'The wasm backend of tfjs cannot train a convolution: it has no Conv2DBackpropFilter.',
          );
        }
        return loaded.start(workload, batches);
      },
    };
  },
};
