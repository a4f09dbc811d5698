/**
 * What a stack asks of WebGPU, counted the same way for every stack: the methods of the API's prototypes are
 * wrapped once, and whatever they are called for goes to the account that is open. Needs no clock.
 */

/** Running totals of one stack; bytes as requested. */
export interface Counts {
  readonly dispatches: number;
  readonly passes: number;
  readonly submits: number;
  readonly buffers: number;
  /** Bytes of the buffers created. */
  readonly bufferBytes: number;
  /** Bytes that the CPU handed to `writeBuffer`, `unmap` aside. */
  readonly writtenBytes: number;
  readonly pipelines: number;
}

export const COUNTERS = [
  'dispatches',
  'passes',
  'submits',
  'buffers',
  'bufferBytes',
  'writtenBytes',
  'pipelines',
] as const satisfies readonly (keyof Counts)[];

/** One stack's counts, and the GPU memory that it holds. */
export class Account {
  readonly #counts: Record<keyof Counts, number> = {
    dispatches: 0,
    passes: 0,
    submits: 0,
    buffers: 0,
    bufferBytes: 0,
    writtenBytes: 0,
    pipelines: 0,
  };
  #liveBytes = 0;
  /** Most bytes of buffers that were created and not destroyed at one time. */
  peakBytes = 0;

  get counts(): Counts {
    return { ...this.#counts };
  }

  add(counter: keyof Counts, amount = 1): void {
    this.#counts[counter] += amount;
  }

  /** Takes note of a buffer of `bytes` that came (or, negative, went). */
  hold(bytes: number): void {
    this.#liveBytes += bytes;
    this.peakBytes = Math.max(this.peakBytes, this.#liveBytes);
  }
}

/** What happened between two readings of an account. */
export function difference(after: Counts, before: Counts): Counts {
  const delta = { ...after };
  for (const counter of COUNTERS) delta[counter] = after[counter] - before[counter];
  return delta;
}

/** Where calls are booked; null between stacks. */
let open: Account | null = null;
let wrapped = false;
const owners = new WeakMap<GPUBuffer, { readonly account: Account; readonly bytes: number }>();

/**
 * Runs `work` with all WebGPU calls booked to `account`. Only one piece of work may be metered at a time; a
 * stack that goes on in the background afterwards is not counted.
 */
export async function metered<Result>(
  account: Account,
  work: () => Promise<Result>,
): Promise<Result> {
  wrapPrototypes();
  if (open) throw new Error('two stacks are metered at once');
  open = account;
  try {
    return await work();
  } finally {
    open = null;
  }
}

function wrapPrototypes(): void {
  // A browser without WebGPU has stacks that do without.
  if (wrapped || typeof GPUDevice === 'undefined') return;
  wrapped = true;
  count(GPUComputePassEncoder.prototype, ['dispatchWorkgroups', 'dispatchWorkgroupsIndirect'], {
    counter: 'dispatches',
  });
  count(GPUCommandEncoder.prototype, ['beginComputePass'], { counter: 'passes' });
  count(GPUQueue.prototype, ['submit'], { counter: 'submits' });
  count(GPUDevice.prototype, ['createComputePipeline', 'createComputePipelineAsync'], {
    counter: 'pipelines',
  });
  after(GPUQueue.prototype, 'writeBuffer', ([, , data, offset = 0, size]) => {
    open?.add('writtenBytes', writtenBytes(data as BufferSource, offset, size));
  });
  after(GPUDevice.prototype, 'createBuffer', ([{ size }], buffer) => {
    if (!open) return;
    open.add('buffers');
    open.add('bufferBytes', size);
    open.hold(size);
    owners.set(buffer, { account: open, bytes: size });
  });
  after(GPUBuffer.prototype, 'destroy', (_, __, buffer) => {
    const owner = owners.get(buffer);
    owner?.account.hold(-owner.bytes);
    owners.delete(buffer);
  });
}

/** Offset and size are elements of a typed array, bytes of any other source. */
function writtenBytes(data: BufferSource, offset: number, size: number | undefined): number {
  const element = 'BYTES_PER_ELEMENT' in data ? (data.BYTES_PER_ELEMENT as number) : 1;
  return size === undefined ? data.byteLength - offset * element : size * element;
}

function count<Target extends object>(
  prototype: Target,
  methods: readonly (keyof Target)[],
  { counter }: { readonly counter: keyof Counts },
): void {
  for (const method of methods) {
    after(prototype as Record<keyof Target, (...values: never[]) => unknown>, method, () => {
      open?.add(counter);
    });
  }
}

/** Wraps a method of a prototype: `hear` gets its arguments, what it returned and whose it was. */
function after<
  Target extends { [Key in Method]: (...values: never[]) => unknown },
  Method extends keyof Target,
>(
  prototype: Target,
  method: Method,
  hear: (
    values: Parameters<Target[Method]>,
    result: ReturnType<Target[Method]>,
    self: Target,
  ) => void,
): void {
  const original = prototype[method];
  const replacement = function (this: Target, ...values: Parameters<Target[Method]>) {
    const result = original.apply(this, values) as ReturnType<Target[Method]>;
    hear(values, result, this);
    return result;
  };
  Object.defineProperty(prototype, method, {
    value: replacement,
    writable: true,
    configurable: true,
  });
}
