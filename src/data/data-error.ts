/**
 * The typed error of everything that reads data from outside: which file, where in it, what was
 * expected and what was there. `message` is one sentence made of these, fit to be shown.
 */

export type DataErrorCode =
  | 'not-an-archive' // neither gzip nor tar
  | 'truncated' // ended early
  | 'wrong-size' // a member's length is not a whole number of records, or not the official one
  | 'bad-label' // a label outside the classes of the set
  | 'missing-member' // an archive without a file that the layout requires
  | 'wrong-set' // a sound archive of another data set than the one asked for
  | 'bad-hash' // content differs from its recorded digest
  | 'unreadable' // could not be fetched, opened or decoded at all
  | 'unavailable'; // the set was not prepared on this installation

export interface DataErrorDetail {
  readonly code: DataErrorCode;
  /** File, archive member or address that was being read. */
  readonly file: string;
  /** Byte offset within `file`, where it is known. */
  readonly offset?: number;
  readonly expected: string;
  readonly found: string;
}

export class DataError extends Error {
  override readonly name = 'DataError';

  constructor(
    readonly detail: DataErrorDetail,
    options?: ErrorOptions,
  ) {
    const at = detail.offset === undefined ? '' : ` at byte ${String(detail.offset)}`;
    super(`${detail.file}${at}: expected ${detail.expected}, found ${detail.found}`, options);
  }
}
