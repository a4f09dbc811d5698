/**
 * What a dispatch must move at least: every buffer's touched range once, read, written, or both. Caches may
 * save none of it and kernels may move more, so it is a bound that needs no clock.
 */
import type { Kernel } from '../../gpu/kernels.ts';

/** A dispatch as far as its traffic is concerned. */
export interface Touching {
  readonly described: Kernel;
  /** Bytes that it touches of each binding. */
  readonly touched: Readonly<Record<string, number>>;
  /** Whether it adds to what its outputs hold. */
  readonly accumulates: boolean;
}

export interface Traffic {
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** Bindings that are read, those that are written, and those that are added to, which count as both. */
export function trafficOf({ described, touched, accumulates }: Touching): Traffic {
  let bytesRead = 0;
  let bytesWritten = 0;
  for (const { name, kind } of described.bindings) {
    const bytes = kind === 'uniform' ? 0 : (touched[name] ?? 0);
    if (kind === 'storage') bytesWritten += bytes;
    if (kind === 'read-only-storage' || accumulates) bytesRead += bytes;
  }
  return { bytesRead, bytesWritten };
}
