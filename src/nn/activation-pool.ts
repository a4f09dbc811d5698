/**
 * Buffers for activations, shared by liveness: a buffer whose tensor has been used for the last time takes
 * the next tensor that fits. Two plans that never run inside one another (training and evaluation) may
 * share a pool.
 */
import type { Gpu } from '../gpu/device.ts';

/** A buffer that is chosen when the whole list is known. */
export interface Virtual {
  readonly label: string;
  readonly bytes: number;
}

interface Slot {
  bytes: number;
  /** Set once the buffer exists; then it cannot grow any more. */
  buffer: GPUBuffer | null;
}

export class ActivationPool {
  readonly #gpu: Gpu;
  readonly #slots: Slot[] = [];

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /**
   * Chooses a buffer for every virtual of a list of dispatches, given what each dispatch uses, in order.
   * With `keepAll` nothing is shared.
   */
  assign(uses: readonly (readonly Virtual[])[], keepAll: boolean): ReadonlyMap<Virtual, GPUBuffer> {
    const last = new Map<Virtual, number>();
    uses.forEach((virtuals, i) => {
      for (const virtual of virtuals) last.set(virtual, i);
    });
    const free = new Set(keepAll ? [] : this.#slots);
    const taken = new Map<Virtual, Slot>();
    uses.forEach((virtuals, i) => {
      for (const virtual of virtuals) {
        if (taken.has(virtual)) continue;
        const slot = bestFit(free, virtual.bytes) ?? this.#grow();
        slot.bytes = Math.max(slot.bytes, virtual.bytes);
        free.delete(slot);
        taken.set(virtual, slot);
      }
      if (keepAll) return;
      for (const virtual of virtuals) {
        if (last.get(virtual) === i) free.add(taken.get(virtual)!);
      }
    });
    return new Map([...taken].map(([virtual, slot]) => [virtual, this.#bufferOf(slot, virtual)]));
  }

  #grow(): Slot {
    const slot: Slot = { bytes: 0, buffer: null };
    this.#slots.push(slot);
    return slot;
  }

  #bufferOf(slot: Slot, first: Virtual): GPUBuffer {
    slot.buffer ??= this.#gpu.memory.allocate(
      'activations',
      `activation ${String(this.#slots.indexOf(slot))}, first ${first.label}`,
      slot.bytes,
      GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    );
    return slot.buffer;
  }
}

/** The free slot that wastes least: the smallest that is large enough, else the largest that may still grow. */
function bestFit(free: ReadonlySet<Slot>, bytes: number): Slot | undefined {
  let fitting: Slot | undefined;
  let growing: Slot | undefined;
  for (const slot of free) {
    if (slot.bytes >= bytes) {
      if (!fitting || slot.bytes < fitting.bytes) fitting = slot;
    } else if (!slot.buffer && (!growing || slot.bytes > growing.bytes)) {
      growing = slot;
    }
  }
  return fitting ?? growing;
}
