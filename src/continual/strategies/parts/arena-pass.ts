/**
 * A few dispatches over whole arenas, outside of any step: what strategies run at a schedule point or around
 * an evaluation. They are queued by one call and never waited for.
 */
import './shaders.ts';
import type { Gpu } from '../../../gpu/device.ts';
import { describeKernel } from '../../../gpu/kernels.ts';
import { encodeEntry, Plan, type DispatchSpec } from '../../../gpu/plan.ts';
import type { Defines } from '../../../gpu/shader-source.ts';
import { spanInvocations } from '../../../nn/compile/pointwise.ts';

/** A pointwise kernel over `floats` numbers; its `Params` are `length`, in vec4s, and these. */
export interface ArenaKernel {
  readonly kernel: string;
  readonly defines?: Defines;
  readonly floats: number;
  readonly parameters?: Readonly<Record<string, number>>;
  readonly buffers: Readonly<Record<string, GPUBuffer>>;
}

/** Compiles the dispatches; each call of what is returned queues them once. Throws `ShaderError`. */
export async function arenaPass(
  gpu: Gpu,
  label: string,
  kernels: readonly ArenaKernel[],
): Promise<() => void> {
  const specs = kernels.map(({ kernel, defines, floats, parameters, buffers }): DispatchSpec => ({
    label,
    kind: 'other',
    kernel: describeKernel(kernel, defines),
    parameters: { length: floats / 4, ...parameters },
    buffers,
    invocations: spanInvocations(floats / 4),
    macs: 0,
  }));
  const plan = await Plan.create(gpu, label, specs);
  return () => {
    const encoder = gpu.device.createCommandEncoder({ label });
    const pass = encoder.beginComputePass({ label });
    for (const entry of plan.entries) encodeEntry(pass, entry);
    pass.end();
    gpu.device.queue.submit([encoder.finish()]);
  };
}

/** Queues a copy of `from` into `to`, as far as both go. */
export function copyArena({ device }: Gpu, from: GPUBuffer, to: GPUBuffer): void {
  const encoder = device.createCommandEncoder({ label: `copy ${from.label}` });
  encoder.copyBufferToBuffer(from, 0, to, 0, Math.min(from.size, to.size));
  device.queue.submit([encoder.finish()]);
}
