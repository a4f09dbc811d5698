/**
 * Opening a GPU: adapter, base profile, optional features, and the two ways it ends (lost, or destroyed).
 * Whoever calls hands in the `GPU` object (the browser's, or Dawn's in Node); nothing here looks for it.
 */
import { Memory } from './memory.ts';
import { Pipelines } from './kernels.ts';

/** How the page and reports describe the device. */
export interface AdapterSummary {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** Rendered by the CPU: right, but slow. */
  readonly software: boolean;
  /** Optional features in use: `timestamp-query`, `shader-f16`, `subgroups`. */
  readonly features: readonly string[];
}

/** An open device, with the memory and the pipelines that belong to it. */
export interface Gpu {
  /** What the device came from; Dawn in Node crashes once this is collected while the device lives. */
  readonly instance: GPU;
  readonly device: GPUDevice;
  readonly adapter: AdapterSummary;
  /** Lanes of the smallest subgroup; 0 where kernels cannot use subgroups. */
  readonly subgroupLanes: number;
  readonly memory: Memory;
  readonly pipelines: Pipelines;
  /** Errors that no scope caught, first one first; a run that finds any has failed. */
  readonly errors: readonly string[];
}

export type OpenFailure = 'no-webgpu' | 'no-adapter';

export type OpenResult =
  | { readonly ok: true; readonly gpu: Gpu }
  | { readonly ok: false; readonly failure: OpenFailure; readonly message: string };

/** Used where the adapter has them; every kernel has a version that needs none of them. */
const OPTIONAL_FEATURES: readonly GPUFeatureName[] = ['timestamp-query', 'shader-f16', 'subgroups'];

/** Names by which the CPU renderers of the common stacks call themselves. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|\bwarp\b/i;

/** Opens the fastest adapter with WebGPU's default limits, so that what runs here runs on a phone. */
export async function openGpu(gpu: GPU | undefined): Promise<OpenResult> {
  if (!gpu) {
    return { ok: false, failure: 'no-webgpu', message: 'This browser has no WebGPU.' };
  }
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    return { ok: false, failure: 'no-adapter', message: 'WebGPU found no graphics adapter here.' };
  }
  const features = OPTIONAL_FEATURES.filter((feature) => adapter.features.has(feature));
  const device = await adapter.requestDevice({ label: 'palimpsest', requiredFeatures: features });
  const errors: string[] = [];
  device.addEventListener('uncapturederror', (event) => {
    errors.push(event.error.message);
  });
  const { vendor, architecture, description, device: model } = adapter.info;
  const subgroupLanes = features.includes('subgroups') ? (adapter.info.subgroupMinSize ?? 4) : 0;
  const software =
    adapter.info.isFallbackAdapter ||
    SOFTWARE.test(`${vendor} ${architecture} ${description} ${model}`);
  return {
    ok: true,
    gpu: {
      instance: gpu,
      device,
      adapter: { vendor, architecture, description, software, features },
      subgroupLanes,
      memory: new Memory(device),
      pipelines: new Pipelines(device),
      errors,
    },
  };
}
