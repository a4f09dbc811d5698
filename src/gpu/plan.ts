/**
 * A run is a list. A `Plan` is that list: dispatches whose pipelines, bind groups and grids are made before the first
 * step, so that encoding it allocates nothing. The same list is profiled, counted and split over submits.
 */
import { PARAMETER_SLOT_BYTES, type Kernel, type KernelParameter } from './kernels.ts';
import type { Gpu } from './device.ts';

/** What a dispatch is for; profiles and ledgers add up by it. */
export type DispatchKind =
  | 'gather'
  | 'forward'
  | 'loss'
  | 'input-gradient'
  | 'weight-gradient'
  | 'update'
  | 'select'
  | 'other';

/** Arithmetic that follows a mask. */
export interface MaskedWork {
  readonly layer: string;
  /** Units of the layer that `macs` are of; as units come and go, so do their multiply-accumulates. */
  readonly units: number;
  /** However many live, no more are worked on. */
  readonly most: number;
}

/** What a dispatch does, as a ledger counts it. */
export interface Work {
  /** Multiply-accumulates that it makes, taps outside the image included. */
  readonly macs: number;
  /** What the same pass over a dense layer would make. */
  readonly denseMacs: number;
  /** Those of `macs` at taps outside the image: counted by convention, never executed. */
  readonly outsideMacs: number;
  /** Compulsory traffic: what it touches of each buffer, once. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** The batch-norm groups whose rows it works on; none for what serves the step as a whole. */
  readonly groups: readonly number[];
  /** The mask on which `macs` depend, if any. */
  readonly mask?: MaskedWork;
}

/** A range of a buffer, in bytes; `offset` is a multiple of 256. */
export interface BufferRange {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}

/** A dispatch before it has pipelines and buffers of its own; work that is left out counts as none. */
export interface DispatchSpec extends Partial<Work> {
  /** Layer and pass: `layer1.0.conv1 forward`. */
  readonly label: string;
  readonly kind: DispatchKind;
  readonly kernel: Kernel;
  /** Values of the kernel's `Params`, without `first_workgroup`. */
  readonly parameters: Readonly<Record<string, number>>;
  readonly buffers: Readonly<Record<string, GPUBuffer | BufferRange>>;
  /** Invocations in all; the last workgroup may be partly idle. */
  readonly invocations: number;
  readonly macs: number;
}

/** A range of a dispatch's workgroups, with a parameter block that says where it begins. */
interface Part {
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: number;
}

export interface PlanEntry extends Work {
  readonly label: string;
  readonly kind: DispatchKind;
  readonly kernel: Kernel;
  readonly pipeline: GPUComputePipeline;
  readonly whole: Part;
  /** The same work in pieces, for devices on which the whole would hold the GPU too long. */
  readonly parts: readonly Part[];
}

/** A dispatch of more MACs than this gets parts of about so many each: some 0.1 s on a slow software adapter. */
const PART_MACS = 64e6;
const GRID_WIDTH = 65535;

export class Plan {
  private constructor(
    readonly entries: readonly PlanEntry[],
    /** The uniform slab with all parameter blocks. */
    readonly slab: GPUBuffer,
  ) {}

  /** Compiles what is missing and makes every bind group. Throws `ShaderError`, `MemoryError`. */
  static async create(
    gpu: Gpu,
    label: string,
    specs: readonly DispatchSpec[],
    onProgress?: (done: number, of: number) => void,
  ): Promise<Plan> {
    const { device, memory } = gpu;
    const pipelines = await gpu.pipelines.prepare(
      specs.map((spec) => spec.kernel),
      onProgress,
    );
    const ranges = specs.map((spec) => partsOf(spec));
    const slots = ranges.reduce((sum, parts) => sum + 1 + parts.length, 0);
    const data = new ArrayBuffer(slots * PARAMETER_SLOT_BYTES);
    const slab = memory.allocate(
      'control',
      `${label} parameters`,
      data.byteLength,
      GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    );
    let slot = 0;
    const entries = specs.map((spec, i): PlanEntry => {
      const made = pipelines.get(spec.kernel.key)!;
      const part = ({ first, workgroups }: Range): Part => {
        const offset = slot++ * PARAMETER_SLOT_BYTES;
        writeParameters(new DataView(data, offset), spec, first);
        const bindGroup = device.createBindGroup({
          label: spec.label,
          layout: made.layout,
          entries: [
            { binding: 0, resource: { buffer: slab, offset, size: PARAMETER_SLOT_BYTES } },
            ...spec.kernel.bindings.map(({ name, index }) => {
              const buffer = spec.buffers[name];
              if (!buffer) throw new Error(`${spec.label}: nothing is bound to ${name}`);
              return { binding: index, resource: 'offset' in buffer ? buffer : { buffer } };
            }),
          ],
        });
        return { bindGroup, workgroups };
      };
      const { label: name, kind, kernel } = spec;
      const whole = part({ first: 0, workgroups: workgroupsOf(spec) });
      const parts = ranges[i]!.map(part);
      return { label: name, kind, kernel, ...workOf(spec), pipeline: made.pipeline, whole, parts };
    });
    device.queue.writeBuffer(slab, 0, data);
    return new Plan(entries, slab);
  }
}

/** Encodes one entry, whole or one part of it. */
export function encodeEntry(pass: GPUComputePassEncoder, entry: PlanEntry, part?: number): void {
  const { bindGroup, workgroups } = part === undefined ? entry.whole : entry.parts[part]!;
  pass.setPipeline(entry.pipeline);
  pass.setBindGroup(0, bindGroup);
  pass.dispatchWorkgroups(Math.min(workgroups, GRID_WIDTH), Math.ceil(workgroups / GRID_WIDTH));
}

interface Range {
  readonly first: number;
  readonly workgroups: number;
}

function workOf(spec: DispatchSpec): Work {
  const { macs, denseMacs = macs, outsideMacs = 0, bytesRead = 0, bytesWritten = 0 } = spec;
  const { groups = [], mask } = spec;
  const counted = { macs, denseMacs, outsideMacs, bytesRead, bytesWritten, groups };
  return mask ? { ...counted, mask } : counted;
}

const workgroupsOf = (spec: DispatchSpec): number =>
  Math.max(1, Math.ceil(spec.invocations / spec.kernel.workgroup));

/** Equal ranges of workgroups, each within one row of the grid; none for a dispatch that is small anyway. */
function partsOf(spec: DispatchSpec): Range[] {
  const workgroups = workgroupsOf(spec);
  const wanted = Math.min(workgroups, Math.ceil(spec.macs / PART_MACS));
  if (wanted < 2) return [];
  const length = Math.min(Math.ceil(workgroups / wanted), GRID_WIDTH);
  const count = Math.ceil(workgroups / length);
  return Array.from({ length: count }, (_, i) => ({
    first: i * length,
    workgroups: Math.min(length, workgroups - i * length),
  }));
}

function writeParameters(view: DataView, spec: DispatchSpec, firstWorkgroup: number): void {
  const values: Record<string, number> = { ...spec.parameters, first_workgroup: firstWorkgroup };
  const fields = new Set(spec.kernel.parameters.map((parameter) => parameter.name));
  for (const name of Object.keys(values)) {
    if (!fields.has(name)) throw new Error(`${spec.label}: ${spec.kernel.name} takes no ${name}`);
  }
  spec.kernel.parameters.forEach(({ name, type }: KernelParameter, i) => {
    const value = values[name];
    if (value === undefined || !Number.isFinite(value)) {
      throw new Error(`${spec.label}: ${spec.kernel.name} needs ${name}, not ${String(value)}`);
    }
    if (type === 'f32') view.setFloat32(i * 4, value, true);
    else if (type === 'i32') view.setInt32(i * 4, value, true);
    else view.setUint32(i * 4, value, true);
  });
}
