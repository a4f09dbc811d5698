/** TensorFlow.js on WebGL, its most used backend. */
import { importTfjs, loadTfjs } from './tfjs.ts';
import { inPage, Unsupported, type Stack } from './stack.ts';

export const tfjsWebgl: Stack = {
  name: 'tfjs webgl',
  webgpu: false,
  async load() {
    if (!inPage()) throw new Unsupported('WebGL needs a browser.');
    const tf = await importTfjs();
    await import('@tensorflow/tfjs-backend-webgl');
    return loadTfjs(tf, 'webgl');
  },
};
