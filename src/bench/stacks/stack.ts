/**
 * What a stack is to the benchmarks: something that trains a workload's network on the batch list, a whole
 * step at a time. One file a stack; `registry.ts` lists them.
 */
import type { Gpu } from '../../gpu/device.ts';
import type { Batch } from '../batches.ts';
import type { Workload } from '../workloads.ts';

/** A network that is being trained. */
export interface Training {
  /**
   * One step of SGD on batch `index` of the list, whole: resolves with its loss when that has arrived on the CPU
   * after the update was queued, so that nothing of the step is left to do.
   */
  step(index: number): Promise<number>;
  /** Frees what it holds. */
  end(): void;
}

/** A stack whose library is loaded and whose device is open. */
export interface LoadedStack {
  /** Builds the network with the initial parameters, and puts the batches where steps find them. */
  start(workload: Workload, batches: readonly Batch[]): Promise<Training>;
  /** Frees what is left once training has ended. */
  close(): void;
}

export interface StackContext {
  /** A new device for the engine; other stacks open theirs. Throws `Unsupported` where there is no adapter. */
  readonly openDevice: () => Promise<Gpu>;
  /** Folder of the files that tfjs's wasm backend loads, with a slash at the end: a path in Node, an address in a page. */
  readonly wasmFolder: string;
}

export interface Stack {
  readonly name: string;
  /** Whether it calls WebGPU, so that its calls can be counted. */
  readonly webgpu: boolean;
  /** Throws `Unsupported` where it cannot run. */
  load(context: StackContext): Promise<LoadedStack>;
}

/** A stack cannot run in this runtime; `message` is one sentence that says why. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported';
}

/** Whether this is a page; Node has Dawn's WebGPU but neither WebGL nor workers with shared memory. */
export const inPage = (): boolean => typeof document !== 'undefined';
