/**
 * The benchmark page: offers `window.palimpsestBench` to the script that opened it. It is served by itself and is
 * no part of the lab's build.
 */
import type { BenchOptions } from './benchmark.ts';
import { runBenchmark, type Outcome } from './registry.ts';

export interface BenchPage {
  /** Progress goes to `say`. Rejects as `runBenchmark` does. */
  run(
    name: string,
    options: BenchOptions,
    wasmFolder: string,
    say: (line: string) => void,
  ): Promise<Outcome>;
}

const page: BenchPage = {
  run: (name, options, wasmFolder, say) => runBenchmark(name, { options, wasmFolder, say }),
};

Object.assign(globalThis, { palimpsestBench: page });
