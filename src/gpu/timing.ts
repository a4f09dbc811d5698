/**
 * Where the time of a plan goes: every entry in a pass of its own with two timestamps. Browsers round these
 * to 100 µs, so a profile adds up many runs.
 */
import { encodeEntry, type DispatchKind, type Plan } from './plan.ts';
import type { Gpu } from './device.ts';
import { readBuffer } from './readback.ts';

export interface EntryTime {
  readonly label: string;
  readonly kind: DispatchKind;
  readonly macs: number;
  /** Mean milliseconds of one run. */
  readonly ms: number;
}

/** Timestamps that one query set may hold. */
const MOST_QUERIES = 4096;

/**
 * Runs the plan `runs` times and returns the mean time of each entry. Null where the adapter has no
 * timestamps. The plan does its work while it is measured: a training step trains.
 */
export async function profilePlan(gpu: Gpu, plan: Plan, runs: number): Promise<EntryTime[] | null> {
  if (!gpu.adapter.features.includes('timestamp-query')) return null;
  const { device } = gpu;
  const total = new Float64Array(plan.entries.length);
  const count = Math.min(MOST_QUERIES, 2 * plan.entries.length);
  const querySet = device.createQuerySet({ label: 'profile', type: 'timestamp', count });
  const resolved = device.createBuffer({
    label: 'profile timestamps',
    size: count * 8,
    usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  });
  for (let run = 0; run < runs; run++) {
    for (let first = 0; first < plan.entries.length; first += count / 2) {
      const entries = plan.entries.slice(first, first + count / 2);
      const encoder = device.createCommandEncoder({ label: 'profile' });
      entries.forEach((entry, i) => {
        const pass = encoder.beginComputePass({
          label: entry.label,
          timestampWrites: {
            querySet,
            beginningOfPassWriteIndex: 2 * i,
            endOfPassWriteIndex: 2 * i + 1,
          },
        });
        encodeEntry(pass, entry);
        pass.end();
      });
      encoder.resolveQuerySet(querySet, 0, 2 * entries.length, resolved, 0);
      device.queue.submit([encoder.finish()]);
      const stamps = new BigUint64Array(await readBuffer(gpu, resolved, 0, entries.length * 16));
      entries.forEach((_, i) => {
        total[first + i]! += Number(stamps[2 * i + 1]! - stamps[2 * i]!) / 1e6;
      });
    }
  }
  querySet.destroy();
  resolved.destroy();
  return plan.entries.map(({ label, kind, macs }, i) => ({
    label,
    kind,
    macs,
    ms: total[i]! / runs,
  }));
}
