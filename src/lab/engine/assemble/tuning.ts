/**
 * Which kernel variants a run uses: the default ones, or those that were measured to be the fastest on this
 * device. What was measured once is kept, so that only shape classes which are new take time.
 */
import { planBatch, rowParts } from '../../../continual/batch/batch-plan.ts';
import { STRATEGIES } from '../../../continual/strategies/registry.ts';
import type { AdapterSummary, Gpu } from '../../../gpu/device.ts';
import { shaderDigest } from '../../../gpu/shader-source.ts';
import type { Network } from '../../../nn/compile/graph.ts';
import { tune, type Tuned } from '../../../nn/convolution/tune.ts';
import {
  CONVOLUTION_KERNELS,
  usableTable,
  type VariantTable,
} from '../../../nn/compile/variants.ts';
import type { Config } from '../../config/config.ts';
import { dataShapeOf } from '../../config/data-shapes.ts';
import { evaluationRows } from '../../config/run-choices.ts';
import { runNetwork } from './run-network.ts';

/** Where tables are kept. Neither method throws: a cache only ever saves time. */
export interface TuneCache {
  /** What is kept under a key, unchecked; undefined where there is nothing. */
  get(key: string): Promise<unknown>;
  set(key: string, table: VariantTable): Promise<void>;
}

export interface TuningOptions {
  readonly gpu: Gpu;
  readonly config: Config;
  readonly network: Network;
  readonly cache?: TuneCache | undefined;
  readonly onProgress?: (done: number, of: number) => void;
  /** Ends tuning; what has been found is used and kept, the rest is left to the default. */
  readonly signal?: AbortSignal;
  /** Also tries what is known to be slower on software adapters. */
  readonly everything?: boolean;
}

/** Tunes the kernels of a config's network without a run. Throws `ConfigError`, `MemoryError`, `ShaderError`. */
export async function tuneConfig(options: Omit<TuningOptions, 'network'>): Promise<Tuned> {
  const { config } = options;
  const { network } = await runNetwork(config, dataShapeOf(config));
  return tuneNetwork({ ...options, network });
}

/** The table for a run of `config`, whose network is given. Throws `MemoryError`, `ShaderError`. */
export async function tuneNetwork(options: TuningOptions): Promise<Tuned> {
  const { gpu, config, network, cache, onProgress, signal, everything } = options;
  const key = cacheKey(gpu.adapter);
  const known = usableTable(gpu, await cache?.get(key));
  const { layout } = planBatch(STRATEGIES[config.strategy], config);
  const { activations, sequenced } = config;
  const rows = new Set(rowParts(layout, sequenced).map((part) => part.rows));
  const tuned = await tune({
    gpu,
    network,
    batches: [
      ...[...rows].map((each) => ({ rows: each, backward: true, activations })),
      { rows: evaluationRows(config), backward: false, activations: 'f32' },
    ],
    known,
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
    ...(everything && { everything }),
  });
  if (tuned.times.length > 0) await cache?.set(key, { ...known, ...tuned.table });
  return tuned;
}

/** Times hold for one adapter and one text of the kernels. */
function cacheKey({ vendor, architecture, description }: AdapterSummary): string {
  return [vendor, architecture, description, shaderDigest(CONVOLUTION_KERNELS)].join(' · ');
}
