/** The error of a run that ends in a way that was to be expected. */
import type { FailureKind } from '../protocol.ts';

/** Thrown within a run to end it with a failure of a given kind. */
export class RunFailure extends Error {
  override readonly name = 'RunFailure';

  constructor(
    readonly kind: FailureKind,
    message: string,
  ) {
    super(message);
  }
}
