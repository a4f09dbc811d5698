/** jax-js on WebGPU, with a device of its own that it opens through `navigator.gpu`. */
import { loadJax } from './jax.ts';
import type { Stack } from './stack.ts';

export const jaxWebgpu: Stack = {
  name: 'jax-js webgpu',
  webgpu: true,
  load: () => loadJax('webgpu'),
};
