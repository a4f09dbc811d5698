/** The archives that a visitor may give, by the name of the set: what it is and what the file is called. */
import { LAYOUTS } from './cifar-binary.ts';
import type { SetFacts } from './image-source.ts';
import { QUICKDRAW, QUICKDRAW_ARCHIVE } from './quickdraw-facts.ts';

export interface KnownArchive {
  readonly facts: SetFacts;
  readonly archive: string;
}

const ARCHIVES: readonly KnownArchive[] = [
  ...LAYOUTS,
  { facts: QUICKDRAW, archive: QUICKDRAW_ARCHIVE },
];

/** Undefined for a set that does not come as an archive. */
export function knownArchive(name: string): KnownArchive | undefined {
  return ARCHIVES.find(({ facts }) => facts.name === name);
}
