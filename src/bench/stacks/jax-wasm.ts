/** jax-js on the CPU, in WebAssembly: with threads in a page, without them in Node. */
import { loadJax } from './jax.ts';
import type { Stack } from './stack.ts';

export const jaxWasm: Stack = {
  name: 'jax-js wasm',
  webgpu: false,
  load: () => loadJax('wasm'),
};
