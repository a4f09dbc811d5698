/**
 * A run's training step as it would be listed and allocated, on a device that does nothing: the same code lists the
 * same dispatches and hands out the same bytes, so what a run takes is counted before it is started, and where
 * there is no GPU at all. No shader is compiled, no weight is drawn and no image is read.
 */
import type { AdapterSummary } from '../../../gpu/device.ts';
import type { Config } from '../../config/config.ts';
import { dataShapeOf } from '../../config/data-shapes.ts';
import { assemble } from './assemble.ts';
import { idleGpu } from './idle-gpu.ts';

export interface DryRun {
  /** Bytes by what they are for, as the allocator counts them in a run. */
  readonly bytes: Readonly<Record<string, number>>;
  /** Trainable numbers, live or not. */
  readonly parameters: number;
  /** Of one step under the mask that training begins with. */
  readonly step: {
    readonly dispatches: number;
    readonly macs: number;
    readonly bytesMoved: number;
  };
}

/**
 * What a run of `config` takes on a device with this adapter: bytes hardly depend on it, kernels do. Throws
 * `ConfigError`, `StreamError`, `RangeError` on what could not run either.
 */
export async function dryRun(
  config: Config,
  adapter: AdapterSummary | null = null,
): Promise<DryRun> {
  const gpu = idleGpu(adapter);
  const { store, trainer } = await assemble(gpu, config, dataShapeOf(config), { listOnly: true });
  const { entries } = trainer.plan;
  const sum = (of: (entry: (typeof entries)[number]) => number) =>
    entries.reduce((total, entry) => total + of(entry), 0);
  return {
    bytes: gpu.memory.bytesByKind(),
    parameters: store.count,
    step: {
      dispatches: entries.length,
      macs: sum(({ macs }) => macs),
      bytesMoved: sum(({ bytesRead, bytesWritten }) => bytesRead + bytesWritten),
    },
  };
}
