/** What a preset is, and the parts that presets are made of. */
import type { Config } from '../config/config.ts';

export interface Preset {
  readonly name: string;
  /** A few words. */
  readonly title: string;
  /** One sentence: what one sees. */
  readonly line: string;
  /** What a reader of its results should know of its constants. */
  readonly note?: string;
  /** What differs from the defaults. */
  readonly config: Partial<Config>;
}

/** A static random mask over blocks. */
export const STATIC_BLOCKS = { layout: 'block', block: '8x8', sparsity: 0.9 } as const;
