/** TensorFlow.js on WebGPU, with a device of its own that it opens through `navigator.gpu`. */
import { importTfjs, loadTfjs } from './tfjs.ts';
import type { Stack } from './stack.ts';

export const tfjsWebgpu: Stack = {
  name: 'tfjs webgpu',
  webgpu: true,
  async load() {
    const tf = await importTfjs();
    await import('@tensorflow/tfjs-backend-webgpu');
    return loadTfjs(tf, 'webgpu');
  },
};
