/**
 * Where tests get their GPU, so that one test body runs everywhere: Dawn in Node, `navigator.gpu` in a
 * browser. Which adapter Dawn finds is decided before the process starts (`dawn-adapter.ts`).
 */

let opened: Promise<GPU> | undefined;

/** The GPU of this runtime, opened once a process. Throws where there is no WebGPU at all. */
export function testGpu(): Promise<GPU> {
  return (opened ??= open());
}

async function open(): Promise<GPU> {
  if ('process' in globalThis) {
    const { create, globals } = await import('webgpu');
    // GPUBufferUsage and its like; a page has them as globals and the engine reads them there.
    Object.assign(globalThis, globals);
    return create([]);
  }
  if (!('gpu' in navigator)) throw new Error('this browser offers no navigator.gpu');
  return navigator.gpu;
}
