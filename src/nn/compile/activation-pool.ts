/**
 * Buffers for activations, shared by liveness: tensors that are never alive together may lie in the same place,
 * small ones side by side where a large one was or will be. Two plans that never run inside one another
 * (training and evaluation) may share a pool.
 *
 * Places are given when the whole list is known, largest tensors first and of equals the longest lived, each
 * into the tightest gap that is free while it lives: greedy by size as of Pisarchyk and Lee, *Efficient Memory
 * Management for Deep Neural Net Inference*, MLSys 2020. WebGPU adds a rule: a dispatch cannot write one range
 * of a buffer and read another, so what it reads and what it writes lie in different buffers.
 */
import type { BufferRange } from '../../gpu/plan.ts';
import type { Gpu } from '../../gpu/device.ts';

/** A range of a buffer that is chosen when the whole list is known. */
export interface Virtual {
  readonly label: string;
  readonly bytes: number;
}

/** What a dispatch does with a virtual. */
export interface VirtualUse {
  readonly virtual: Virtual;
  readonly writes: boolean;
}

/** A tensor, the first and the last dispatch that use it, and what it cannot share a buffer with. */
interface Life {
  readonly virtual: Virtual;
  readonly bytes: number;
  readonly first: number;
  last: number;
  readonly clashes: Set<Virtual>;
}

interface Tenant {
  readonly life: Life;
  readonly offset: number;
}

/** A free range of a buffer, and the bytes of the gap that it is in. */
interface Room {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly gap: number;
}

/** WebGPU's default `minStorageBufferOffsetAlignment`. */
const ALIGNMENT = 256;

export class ActivationPool {
  readonly #gpu: Gpu;
  readonly #buffers: GPUBuffer[] = [];

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /**
   * Chooses a place for every virtual of a list of dispatches, given what each dispatch uses, in order. With
   * `keepAll` each gets a buffer of its own.
   */
  assign(
    uses: readonly (readonly VirtualUse[])[],
    keepAll: boolean,
  ): ReadonlyMap<Virtual, BufferRange> {
    const lives = livesOf(uses).sort(
      (a, b) => b.bytes - a.bytes || b.last - b.first - (a.last - a.first),
    );
    const tenants = new Map<GPUBuffer, Tenant[]>();
    if (!keepAll) for (const buffer of this.#buffers) tenants.set(buffer, []);
    const places = new Map<Virtual, BufferRange>();
    for (const life of lives) {
      const { virtual, bytes } = life;
      const room = keepAll ? null : tightest(tenants, life);
      const buffer = room?.buffer ?? this.#allocate(virtual.label, keepAll ? virtual.bytes : bytes);
      const offset = room?.offset ?? 0;
      const held = tenants.get(buffer) ?? [];
      tenants.set(buffer, held);
      held.push({ life, offset });
      places.set(virtual, { buffer, offset, size: Math.ceil(virtual.bytes / 16) * 16 });
    }
    return places;
  }

  #allocate(label: string, bytes: number): GPUBuffer {
    const buffer = this.#gpu.memory.allocate(
      'activations',
      `activation ${String(this.#buffers.length)}, for ${label} and others`,
      bytes,
      GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    );
    this.#buffers.push(buffer);
    return buffer;
  }
}

/** The most bytes that are alive at one of a list of dispatches, given what each uses: what the list takes at least. */
export function peakBytes(uses: readonly (readonly VirtualUse[])[]): number {
  const born = new Float64Array(uses.length + 1);
  for (const { bytes, first, last } of livesOf(uses)) {
    born[first]! += bytes;
    born[last + 1]! -= bytes;
  }
  let alive = 0;
  let peak = 0;
  for (const change of born) {
    alive += change;
    peak = Math.max(peak, alive);
  }
  return peak;
}

function livesOf(uses: readonly (readonly VirtualUse[])[]): Life[] {
  const lives = new Map<Virtual, Life>();
  uses.forEach((used, i) => {
    for (const { virtual, writes } of used) {
      const bytes = Math.ceil(virtual.bytes / ALIGNMENT) * ALIGNMENT;
      const life = lives.get(virtual) ?? { virtual, bytes, first: i, last: i, clashes: new Set() };
      lives.set(virtual, life);
      life.last = i;
      for (const other of used) {
        if (other.writes !== writes) life.clashes.add(other.virtual);
      }
    }
  });
  return [...lives.values()];
}

/** The room that leaves least of its gap over; null where no buffer has any. */
function tightest(
  tenants: ReadonlyMap<GPUBuffer, readonly Tenant[]>,
  { bytes, first, last, clashes }: Life,
): Room | null {
  let best: Room | null = null;
  for (const [buffer, held] of tenants) {
    if (buffer.size < bytes) continue;
    const alive = held.filter(({ life }) => life.first <= last && life.last >= first);
    if (alive.some(({ life }) => clashes.has(life.virtual))) continue;
    alive.sort((a, b) => a.offset - b.offset);
    let offset = 0;
    const consider = (end: number) => {
      const gap = end - offset;
      if (gap >= bytes && (best === null || gap < best.gap)) best = { buffer, offset, gap };
    };
    for (const { life, offset: at } of alive) {
      consider(at);
      offset = Math.max(offset, at + life.bytes);
    }
    consider(buffer.size);
  }
  return best;
}
