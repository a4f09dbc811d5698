/**
 * A device that does nothing: it makes every object that it is asked for, and only its account of memory is true. What
 * is listed and allocated for it is what a real device would get, so it can be counted where there is no GPU.
 */
import type { AdapterSummary, Gpu } from '../../../gpu/device.ts';
import { Pipelines } from '../../../gpu/kernels.ts';
import { Memory } from '../../../gpu/memory.ts';

type BufferLimits = Pick<GPUSupportedLimits, 'maxBufferSize' | 'maxStorageBufferBindingSize'>;

const NO_LIMITS: BufferLimits = { maxBufferSize: Infinity, maxStorageBufferBindingSize: Infinity };

/** The constants that browsers without WebGPU, and Node, do not have. */
const FLAGS = {
  GPUBufferUsage: {
    ...{ MAP_READ: 1, MAP_WRITE: 2, COPY_SRC: 4, COPY_DST: 8 },
    ...{ UNIFORM: 64, STORAGE: 128, INDIRECT: 256, QUERY_RESOLVE: 512 },
  },
  GPUShaderStage: { COMPUTE: 4 },
} as const;

/** With the features of `adapter`, which decide between kernels; those of a software adapter if null. */
export function idleGpu(adapter: AdapterSummary | null, limits: BufferLimits = NO_LIMITS): Gpu {
  for (const [name, flags] of Object.entries(FLAGS)) {
    if (!(name in globalThis)) Object.assign(globalThis, { [name]: flags });
  }
  const buffer = ({ label, size }: GPUBufferDescriptor) => ({
    label,
    size,
    destroy: () => undefined,
  });
  const nothing = () => ({});
  const encoder = { clearBuffer: nothing, copyBufferToBuffer: nothing, finish: nothing };
  const device = {
    limits,
    queue: { writeBuffer: nothing, submit: nothing, onSubmittedWorkDone: () => Promise.resolve() },
    createBuffer: buffer,
    createBindGroupLayout: nothing,
    createPipelineLayout: nothing,
    createShaderModule: nothing,
    createComputePipelineAsync: () => Promise.resolve({}),
    createBindGroup: nothing,
    createCommandEncoder: () => encoder,
  } as unknown as GPUDevice;
  const unknown = { vendor: '', architecture: '', description: '', software: true, features: [] };
  return {
    instance: {} as GPU,
    device,
    adapter: adapter ?? unknown,
    subgroupLanes: adapter?.features.includes('subgroups') === true ? 4 : 0,
    memory: new Memory(device),
    pipelines: new Pipelines(device),
    errors: [],
  };
}
