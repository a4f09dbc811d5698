/**
 * The members of a tar archive in one pass. modern-tar does the reading; this says where and how an
 * archive is broken, in the project's own errors, and stops the source when a member is refused.
 */
import { createTarDecoder, type ParsedTarEntry } from 'modern-tar';
import { DataError } from './data-error.ts';
import { streamOf, type Unpacked } from './unpack.ts';

const BLOCK = 512;

/**
 * Calls `take` with each entry in turn; it must read the entry's body to its end. Throws what `take`
 * throws, and `DataError` for bytes that are no archive, or one that breaks off or breaks up.
 */
export async function forEachMember(
  { file, bytes }: Unpacked,
  take: (entry: ParsedTarEntry) => Promise<void>,
): Promise<void> {
  let received = 0;
  // Where the member after the current one is due. Extended headers are not counted: at or before the place.
  let due = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for await (const chunk of bytes) {
      received += chunk.length;
      yield chunk;
    }
  };
  const decoder = createTarDecoder({ strict: true });
  const stop = new AbortController();
  // What goes wrong on the way shows on the readable side.
  const fed = streamOf(counted())
    .pipeTo(decoder.writable, { signal: stop.signal })
    .catch(() => undefined);
  const reader = decoder.readable.getReader();
  try {
    for (;;) {
      const { done, value: entry } = await reader.read();
      if (done) break;
      due += BLOCK + Math.ceil(entry.header.size / BLOCK) * BLOCK;
      await take(entry);
    }
  } catch (error) {
    throw error instanceof DataError ? error : broken(error, file, due, received);
  } finally {
    stop.abort();
    await reader.cancel().catch(() => undefined);
    await fed;
  }
}

function broken(error: unknown, file: string, due: number, received: number): DataError {
  const problem = error instanceof Error ? error.message : String(error);
  // Without one sound header these bytes were never an archive, however short.
  if (due === 0) {
    return new DataError(
      {
        code: 'not-an-archive',
        file,
        offset: 0,
        expected: 'a .tar.gz or .tar archive',
        found: 'other data',
      },
      { cause: error },
    );
  }
  if (/truncated/i.test(problem)) {
    return new DataError(
      {
        code: 'truncated',
        file,
        offset: received,
        expected: 'the rest of the archive',
        found: 'the end of the data',
      },
      { cause: error },
    );
  }
  return new DataError(
    {
      code: 'unreadable',
      file,
      offset: due,
      expected: 'the header of another member, or the end of the archive',
      found: `other data (${problem})`,
    },
    { cause: error },
  );
}
