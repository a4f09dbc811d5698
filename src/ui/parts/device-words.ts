/** A device in words: its name, what it can do besides the usual, and what its speed means for a run. */
import type { AdapterSummary } from '../../lab/protocol.ts';
import { formatRate } from '../style/format.ts';

/** The adapter's own description where it has one, else vendor and architecture. */
export function adapterName(adapter: AdapterSummary): string {
  const named = adapter.description.trim();
  const built = [adapter.vendor, adapter.architecture].filter((part) => part !== '').join(' ');
  return named || built || 'unnamed GPU';
}

const FEATURES: Readonly<Record<string, string>> = {
  'timestamp-query': 'times each kernel by itself',
  'shader-f16': 'computes in half precision',
  subgroups: 'lets neighbouring lanes share sums',
};

/** Optional features of a device: "It times each kernel by itself and computes in half precision." */
export function featureSentence({ features }: AdapterSummary): string {
  const known = features.flatMap((feature) => FEATURES[feature] ?? []);
  const last = known.pop();
  if (last === undefined) return 'It has what WebGPU requires and nothing more; that is enough.';
  return `It ${known.length > 0 ? `${known.join(', ')} and ` : ''}${last}.`;
}

/** "1.5 GFLOP/s", "3.2 TFLOP/s". */
export function formatSpeed(gigaflops: number): string {
  return gigaflops < 1000
    ? `${formatRate(gigaflops)} GFLOP/s`
    : `${formatRate(gigaflops / 1000)} TFLOP/s`;
}

/** What a speed means, from what the stories take at it. */
export function speedMeaning(gigaflops: number): string {
  if (gigaflops < 4) return 'Enough for the smallest networks: stories take a minute or two.';
  if (gigaflops < 20) return 'Enough for small networks in a minute or two.';
  if (gigaflops < 150) return 'Good for networks of four convolutions.';
  if (gigaflops < 1500) return 'Good for a narrow ResNet-18 in minutes.';
  return 'Fast: a wide ResNet-18 in minutes.';
}
