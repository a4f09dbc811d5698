/**
 * Every buffer of the engine comes from here, labelled and counted by kind, so that the bytes that a
 * report names are the bytes that were handed out.
 */

/** What bytes are for. */
export type MemoryKind =
  | 'weights'
  | 'gradients'
  | 'optimizer'
  | 'indices'
  | 'activations'
  | 'workspace'
  | 'images'
  | 'replay'
  | 'evaluation'
  | 'control';

/** The device could not give a buffer of `bytes`. */
export class MemoryError extends Error {
  override readonly name = 'MemoryError';

  constructor(
    readonly label: string,
    readonly bytes: number,
    why: string,
  ) {
    super(`no GPU memory for ${label} (${(bytes / 2 ** 20).toFixed(1)} MiB): ${why}`);
  }
}

export class Memory {
  /** Buffers created since the device was opened: a training loop must not move it. */
  created = 0;
  peakBytes = 0;
  #bytes = 0;
  readonly #live = new Map<GPUBuffer, { readonly kind: MemoryKind; readonly bytes: number }>();

  constructor(readonly device: GPUDevice) {}

  /**
   * A zeroed buffer of at least `bytes`, rounded up to whole 16-byte vectors. Throws `MemoryError` where
   * the size exceeds what one binding may be; running out of memory altogether shows as an error scope's
   * or the device's error.
   */
  allocate(kind: MemoryKind, label: string, bytes: number, usage: GPUBufferUsageFlags): GPUBuffer {
    const size = Math.max(16, Math.ceil(bytes / 16) * 16);
    const { maxBufferSize, maxStorageBufferBindingSize } = this.device.limits;
    const most = Math.min(maxBufferSize, maxStorageBufferBindingSize);
    if (size > most)
      throw new MemoryError(label, size, `a buffer may have ${String(most)} bytes here`);
    const buffer = this.device.createBuffer({ label, size, usage });
    this.created++;
    this.#live.set(buffer, { kind, bytes: size });
    this.#bytes += size;
    this.peakBytes = Math.max(this.peakBytes, this.#bytes);
    return buffer;
  }

  /** Destroys a buffer that came from `allocate`. */
  free(buffer: GPUBuffer): void {
    const entry = this.#live.get(buffer);
    if (!entry) throw new Error(`${buffer.label} was not allocated here, or is freed already`);
    this.#live.delete(buffer);
    this.#bytes -= entry.bytes;
    buffer.destroy();
  }

  /** Destroys every buffer and begins to count anew: the end of a run. */
  releaseAll(): void {
    for (const buffer of this.#live.keys()) buffer.destroy();
    this.#live.clear();
    this.#bytes = 0;
    this.created = 0;
    this.peakBytes = 0;
  }

  /** Live bytes by kind. */
  bytesByKind(): Record<string, number> {
    const bytes: Record<string, number> = {};
    for (const entry of this.#live.values()) {
      bytes[entry.kind] = (bytes[entry.kind] ?? 0) + entry.bytes;
    }
    return bytes;
  }
}
