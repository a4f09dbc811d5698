/**
 * The way from a compressed file to its tar bytes, a chunk at a time. What goes wrong on the way is
 * told apart here: a source that stops giving, gzip data that is damaged, gzip data that ends early.
 * Plain tar passes through, so the caller need not know which of the two it was given.
 */
import { DataError } from './data-error.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Unpacked bytes, and what to call them in an error: an offset in them is not one in the file. */
export interface Unpacked {
  readonly file: string;
  readonly bytes: AsyncIterable<Bytes>;
}

/**
 * Opens a file by its first two bytes. Throws `DataError` at once for an empty one; iterating throws
 * `truncated` with the length of the file, or `unreadable` with the place where damage shows.
 */
export async function unpack(stream: ReadableStream<Bytes>, file: string): Promise<Unpacked> {
  const chunks = chunksOf(stream, file);
  const held: Bytes[] = [];
  let length = 0;
  while (length < 2) {
    const next = await chunks.next();
    if (next.done) break;
    held.push(next.value);
    length += next.value.length;
  }
  if (length === 0) {
    throw new DataError({
      code: 'not-an-archive',
      file,
      offset: 0,
      expected: 'a .tar.gz or .tar archive',
      found: 'an empty file',
    });
  }
  const start = join(held, length);
  const whole = resume(start, chunks);
  if (start[0] === 0x1f && start[1] === 0x8b) {
    return { file: `${file} (unpacked)`, bytes: gunzip(whole, file) };
  }
  return { file, bytes: whole };
}

/** A stream that pulls from an async iterable, and stops it when it is cancelled. */
export function streamOf(bytes: AsyncIterable<Bytes>): ReadableStream<Bytes> {
  const iterator = bytes[Symbol.asyncIterator]();
  return new ReadableStream<Bytes>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

/** The chunks of a stream; leaving early cancels it. Throws `DataError` where reading fails. */
async function* chunksOf(stream: ReadableStream<Bytes>, file: string): AsyncGenerator<Bytes> {
  const reader = stream.getReader();
  let offset = 0;
  let finished = false;
  try {
    while (!finished) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        const found = error instanceof Error ? error.message : String(error);
        finished = true;
        throw new DataError(
          { code: 'unreadable', file, offset, expected: 'a readable file', found },
          { cause: error },
        );
      });
      finished = done;
      if (value === undefined) continue;
      offset += value.length;
      yield value;
    }
  } finally {
    if (!finished) await reader.cancel();
  }
}

async function* resume(start: Bytes, rest: AsyncIterable<Bytes>): AsyncGenerator<Bytes> {
  yield start;
  yield* rest;
}

async function* gunzip(packed: AsyncIterable<Bytes>, file: string): AsyncGenerator<Bytes> {
  const gzip = new DecompressionStream('gzip');
  const feed = new Feed();
  const fed = feed.run(packed, gzip.writable.getWriter());
  const reader = gzip.readable.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw feed.explain(error, file);
      });
      if (done) break;
      yield value;
    }
  } finally {
    // Ends the feed too: its next write is refused, and it lets go of the file.
    await reader.cancel().catch(() => undefined);
    await fed;
  }
}

/** Hands packed bytes to a decompressor and remembers how far it came, to explain a failure. */
class Feed {
  private offset = 0;
  private chunk = 0;
  private ended = false;
  private failure: unknown;

  /** Never rejects: a refused write shows on the readable side, where `explain` is asked. */
  async run(
    packed: AsyncIterable<Bytes>,
    writer: WritableStreamDefaultWriter<Bytes>,
  ): Promise<void> {
    writer.closed.catch(() => undefined);
    try {
      for await (const chunk of packed) {
        this.offset += this.chunk;
        this.chunk = chunk.length;
        await writer.write(chunk);
      }
      this.ended = true;
      await writer.close();
    } catch (error) {
      if (error instanceof DataError) this.failure = error;
      await writer.abort(error).catch(() => undefined);
    }
  }

  explain(error: unknown, file: string): DataError {
    if (this.failure instanceof DataError) return this.failure;
    // Only closing can find the end missing; Node, which closes ahead of its last write, names damage by code.
    const damaged = (error as { code?: unknown }).code === 'Z_DATA_ERROR';
    if (this.ended && !damaged) {
      return new DataError(
        {
          code: 'truncated',
          file,
          offset: this.offset + this.chunk,
          expected: 'more gzip data',
          found: 'the end of the file',
        },
        { cause: error },
      );
    }
    return new DataError(
      {
        code: 'unreadable',
        file,
        offset: this.offset,
        expected: 'sound gzip data',
        found: `damage within the next ${String(this.chunk)} bytes`,
      },
      { cause: error },
    );
  }
}

function join(chunks: readonly Bytes[], length: number): Bytes {
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.length;
  }
  return joined;
}
