/** All stacks that are measured beside one another; the first is ours. A new one is a file and a line. */
import { jaxWasm } from './jax-wasm.ts';
import { jaxWebgpu } from './jax-webgpu.ts';
import { palimpsest } from './palimpsest.ts';
import type { Stack } from './stack.ts';
import { tfjsWasm } from './tfjs-wasm.ts';
import { tfjsWebgl } from './tfjs-webgl.ts';
import { tfjsWebgpu } from './tfjs-webgpu.ts';

export const STACKS: readonly Stack[] = [
  palimpsest,
  jaxWebgpu,
  jaxWasm,
  tfjsWebgpu,
  tfjsWebgl,
  tfjsWasm,
];
