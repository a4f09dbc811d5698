/** The device benchmark's results in words and numbers, for tables, pictures and what is copied. */
import type { DeviceReport, KernelPoint } from '../../bench/device/protocol.ts';
import { adapterName } from '../parts/device-words.ts';
import { formatRate } from '../style/format.ts';

/** The fastest block size at the sparsity nearest to .9; null before anything is known. */
export function bestAtNinety({ kernels }: Pick<DeviceReport, 'kernels'>): KernelPoint | null {
  const near = kernels.filter(({ density }) => Math.abs(density - 0.1) < 0.03);
  return near.reduce<KernelPoint | null>(
    (best, point) => (best === null || point.speedUp > best.speedUp ? point : best),
    null,
  );
}

/** Dense step over sparse step. */
export const stepSpeedUp = ({ ms, denseMs }: DeviceReport['steps'][number]): number => denseMs / ms;

/** One sentence that says what sparsity is worth here. */
export function verdict(report: DeviceReport): string {
  const best = bestAtNinety(report);
  const step = report.steps.find(({ sparsity }) => sparsity === 0.9);
  const parts = [
    best === null
      ? ''
      : `With nine weights of ten gone, a layer in ${best.block} blocks is ${best.speedUp.toFixed(1)}× faster here`,
    step === undefined ? '' : `a whole training step ${stepSpeedUp(step).toFixed(1)}×`,
  ].filter((part) => part !== '');
  if (parts.length === 0) return 'Measuring.';
  return `${parts.join(', ')}.`;
}

/** What stands at the head of a picture and of a table. */
export function deviceLine({ adapter, gigaflops }: DeviceReport): string {
  const kind = adapter.software ? 'software adapter' : 'GPU';
  return `${adapterName(adapter)} · ${kind} · ${formatRate(gigaflops)} GFLOP/s dense`;
}
