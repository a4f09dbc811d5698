/** What the tests of this folder expect in common: a `DataError`, or certain bytes. */
import { expect } from 'vitest';
import { DataError, type DataErrorDetail } from '../../../src/data/data-error.ts';

/** The detail of the `DataError` that `reading` ends in; anything else is thrown on. */
export async function fault(reading: Promise<unknown>): Promise<DataErrorDetail> {
  const error: unknown = await reading.then(
    () => new Error('it was read without complaint'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof DataError)) throw error;
  return error.detail;
}

/** Asserts that two runs of bytes are the same, naming the first difference; `toEqual` takes seconds. */
export function expectBytes(found: Uint8Array | undefined, ...parts: readonly Uint8Array[]): void {
  const expected = Buffer.concat(parts);
  expect(found?.length).toBe(expected.length);
  const at = expected.findIndex((byte, i) => byte !== found![i]);
  expect({ at, byte: found![at] }).toEqual({ at: -1, byte: undefined });
}
