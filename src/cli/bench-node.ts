/** Runs a benchmark in this process, on the GPU (or software adapter) that Dawn finds. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { runBenchmark, type Outcome } from '../bench/registry.ts';
import { Unsupported } from '../bench/stacks/stack.ts';
import type { BenchCommand } from './bench-arguments.ts';
import { WASM_FOLDER } from './bench-vite.mjs';
import { adoptDawn } from './environment/dawn.mjs';
import { ensureDawn } from './environment/ensure.mjs';

/** Throws `Unsupported` where Dawn finds no adapter. */
export async function benchInNode(
  { benchmark, options }: BenchCommand,
  say: (line: string) => void,
): Promise<Outcome> {
  const dawn = await ensureDawn(say);
  if (typeof dawn === 'string') throw new Unsupported(dawn);
  if (!adoptDawn(dawn)) {
    throw new Unsupported(
      `Set LD_LIBRARY_PATH=${dawn.env['LD_LIBRARY_PATH'] ?? ''} and run the command again: this system has no Vulkan loader of its own.`,
    );
  }
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  // Libraries made for pages look for a navigator, which Node 20 does not have.
  const navigator = { gpu: create([]), userAgent: `Node.js/${process.versions.node}` };
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  const wasmFolder = fileURLToPath(new URL(`../../${WASM_FOLDER}`, import.meta.url));
  // The loader of tfjs's wasm backend takes itself for a CommonJS module.
  Object.assign(globalThis, { __dirname: wasmFolder, require: createRequire(import.meta.url) });
  return runBenchmark(benchmark, { options, wasmFolder, say });
}
