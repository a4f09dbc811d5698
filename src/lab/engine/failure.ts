/** Expected failures, from whatever was thrown to the kind and sentence that a page or a script shows. */
import { DataError } from '../../data/data-error.ts';
import { MemoryError } from '../../gpu/memory.ts';
import { StreamError } from '../../continual/stream/stream.ts';
import { ConfigError } from '../config/config.ts';
import type { Failure } from '../protocol.ts';
import { RunFailure } from './run-failure.ts';

export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof RunFailure) return { kind: error.kind, message };
  if (error instanceof DataError) return { kind: 'data', message };
  if (error instanceof MemoryError) return { kind: 'memory', message };
  if (error instanceof ConfigError || error instanceof StreamError) {
    return { kind: 'config', message };
  }
  return { kind: 'internal', message };
}
