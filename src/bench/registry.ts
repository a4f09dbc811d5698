/** All benchmarks by name. A new one is a file and a line. */
import { openGpu, type Gpu } from '../gpu/device.ts';
import type { AdapterSummary } from '../lab/protocol.ts';
import type { BenchContext, Benchmark } from './benchmark.ts';
import { kernels } from './benchmarks/kernels.ts';
import { memory } from './benchmarks/memory.ts';
import { peers } from './benchmarks/peers.ts';
import { select } from './benchmarks/select.ts';
import { step } from './benchmarks/step.ts';
import { Unsupported } from './stacks/stack.ts';

export const BENCHMARKS: readonly Benchmark[] = [kernels, step, peers, memory, select];

/** What a run leaves, as it leaves a page. */
export interface Outcome {
  readonly adapter: AdapterSummary;
  /** The benchmark's own rows. */
  readonly rows: readonly unknown[];
}

/** Throws `RangeError` on a name that there is not. */
export function benchmarkOf(name: string): Benchmark {
  const found = BENCHMARKS.find((each) => each.name === name);
  if (found) return found;
  const names = BENCHMARKS.map((each) => each.name).join(', ');
  throw new RangeError(`${name}: there is no such benchmark; there are ${names}`);
}

/** Runs a benchmark on the WebGPU of this runtime. Throws `Unsupported` where it has none. */
export async function runBenchmark(
  name: string,
  context: Omit<BenchContext, 'openDevice'>,
): Promise<Outcome> {
  let adapter: AdapterSummary | undefined;
  const openDevice = async () => {
    const gpu = await open();
    adapter = gpu.adapter;
    return gpu;
  };
  const rows = await benchmarkOf(name).run({ ...context, openDevice });
  if (!adapter) throw new Error(`${name} opened no device`);
  return { adapter, rows };
}

async function open(): Promise<Gpu> {
  const opened = await openGpu('gpu' in navigator ? navigator.gpu : undefined);
  if (!opened.ok) throw new Unsupported(opened.message);
  return opened.gpu;
}
