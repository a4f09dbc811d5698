/**
 * The device benchmark: what block-sparsity is worth on this device, in a minute. One layer is timed by block size
 * and sparsity, then whole training steps; every figure is a ratio within one run. Its size is chosen by the
 * device's speed, so that a phone and a large GPU take about as long.
 */
import type { Gpu } from '../../gpu/device.ts';
import { Memory } from '../../gpu/memory.ts';
import { DEFAULTS, type Config } from '../../lab/config/config.ts';
import { measureStep } from '../../lab/engine/measure/measure-step.ts';
import { testSpeed } from '../../lab/engine/measure/speed-test.ts';
import { denseLayout } from '../../nn/convolution/dense-layout.ts';
import { blockLayout } from '../../sparse/layouts/block/layout.ts';
import { benchLayer, PASSES, type LayerTimes } from '../kernels/layer-bench.ts';
import type { LayerCase } from '../kernels/layer-cases.ts';
import { median, medianRatio } from '../statistics.ts';
import { blockShapeOf } from '../variants.ts';
import type { DeviceEvent, DeviceReport, KernelPoint, StepPoint } from './protocol.ts';

/** What is timed. */
export interface SweepPlan {
  readonly blocks: readonly string[];
  /** Of the layer, and of the training step. */
  readonly sparsities: readonly number[];
  readonly stepSparsities: readonly number[];
}

const WHOLE: SweepPlan = {
  blocks: ['4x4', '8x8', '16x16', '32x32'],
  sparsities: [0, 0.25, 0.5, 0.75, 0.9, 0.95],
  stepSparsities: [0.5, 0.75, 0.9, 0.95],
};
const TIMING = { warmUp: 2, rounds: 5, tuned: false } as const;

interface Size {
  readonly layer: LayerCase;
  readonly network: string;
  readonly config: Config;
}

/** From so many GFLOP/s on, the net of the published tables takes less than a second a step. */
const LARGE_FROM = 200;

function sizeFor(gigaflops: number): Size {
  const large = gigaflops >= LARGE_FROM;
  const channels = large ? 256 : 64;
  const edge = large ? 16 : 8;
  const sparse = {
    ...DEFAULTS,
    ...({ data: 'shapes', strategy: 'er', layout: 'block', block: '16x16' } as const),
  };
  return {
    layer: {
      name: `${channels}→${channels} channels at ${edge}×${edge}, batch 32`,
      shape: { inChannels: channels, outChannels: channels, kernel: 3, stride: 1, pad: 1 },
      size: edge,
      rows: 32,
    },
    network: large ? 'ResNet-18 of width 64, batch 32 + 32' : 'pocket of width 32, batch 32 + 32',
    config: large
      ? { ...sparse, model: 'resnet18', width: 64 }
      : { ...sparse, model: 'pocket', width: 32 },
  };
}

/**
 * Measures a device and tells of it as it goes. Null if aborted between two measurements. Gives back what it
 * allocates. Throws `MemoryError`, `ShaderError`, `RunFailure`.
 */
export async function sweepDevice(
  gpu: Gpu,
  emit: (event: DeviceEvent) => void,
  signal: AbortSignal,
  { blocks, sparsities, stepSparsities }: SweepPlan = WHOLE,
): Promise<DeviceReport | null> {
  const parts = 1 + blocks.length + stepSparsities.length;
  let part = 0;
  const doing = (what: string): void => {
    emit({ type: 'doing', what, share: part++ / parts });
  };
  doing('how fast a dense convolution is');
  const gigaflops = await testSpeed(gpu, signal);
  const { layer, network, config } = sizeFor(gigaflops);
  let report: DeviceReport = {
    schema: 'palimpsest-device/1',
    date: new Date().toISOString(),
    adapter: gpu.adapter,
    gigaflops,
    layer: layer.name,
    denseLayerMs: NaN,
    kernels: [],
    network,
    stepBlock: config.block.replace('x', '×'),
    steps: [],
  };
  const tell = (news: Partial<DeviceReport>, whole = false): void => {
    report = { ...report, ...news };
    emit({ type: 'report', report, whole });
  };
  for (const block of blocks) {
    if (signal.aborted) return null;
    doing(`one layer in blocks of ${block.replace('x', '×')}`);
    const { ms, points } = await sweepBlock(gpu, layer, block, sparsities);
    tell({ denseLayerMs: ms, kernels: [...report.kernels, ...points] });
  }
  for (const sparsity of stepSparsities) {
    doing(`a training step at sparsity ${sparsity}`);
    const times = await measureStep({ gpu, config: { ...config, sparsity }, signal });
    if (!times) return null;
    const { sparse, dense } = times;
    const point: StepPoint = { sparsity, ms: sparse.ms, denseMs: dense.ms };
    tell({ steps: [...report.steps, point] });
  }
  tell({}, true);
  return report;
}

async function sweepBlock(
  shared: Gpu,
  layer: LayerCase,
  block: string,
  sparsities: readonly number[],
): Promise<{ readonly ms: number; readonly points: readonly KernelPoint[] }> {
  const gpu: Gpu = { ...shared, memory: new Memory(shared.device) };
  const variants = sparsities.map((sparsity) => ({
    name: String(sparsity),
    layout: blockLayout({ ...blockShapeOf(block), sparsity }),
  }));
  const dense = { name: 'dense', layout: denseLayout };
  try {
    const { times } = await benchLayer(gpu, layer, [dense, ...variants], TIMING);
    const [base, ...sparse] = times;
    const baseMs = wholeLayer(base!);
    return {
      ms: median(baseMs),
      points: sparse.map((each) => {
        const ms = wholeLayer(each);
        return {
          block: block.replace('x', '×'),
          density: each.density,
          ms: median(ms),
          speedUp: medianRatio(baseMs, ms)!,
        };
      }),
    };
  } finally {
    gpu.memory.releaseAll();
  }
}

/** Milliseconds of all passes, round by round. */
function wholeLayer({ ms }: LayerTimes): number[] {
  return ms.forward.map((_, round) => PASSES.reduce((sum, pass) => sum + ms[pass][round]!, 0));
}
