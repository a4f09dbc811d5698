/**
 * Configs with a name and a line of explanation. A preset holds only what differs from the defaults; what a
 * visitor changes is laid over it.
 */
import { DEFAULTS, parseConfig, ConfigError, type Config } from '../config/config.ts';
import type { Preset } from './preset.ts';
import { PAPER_PRESETS } from './paper.ts';
import { SMALL_PRESETS } from './small.ts';
import { SPARSE_PRESETS } from './sparse.ts';
import { STORY_PRESETS } from './stories.ts';

export type { Preset };

/** Stories first: a page that is asked for nothing opens on the first of them. */
export const PRESETS: readonly Preset[] = [
  ...STORY_PRESETS,
  ...SMALL_PRESETS,
  ...SPARSE_PRESETS,
  ...PAPER_PRESETS,
];

/** The full config of a preset with `overrides` laid over it. Throws `ConfigError`. */
export function configOf(name: string, overrides: Partial<Config> = {}): Config {
  const preset = PRESETS.find((candidate) => candidate.name === name);
  if (!preset) {
    const known = PRESETS.map((candidate) => candidate.name).join(', ');
    throw new ConfigError(`preset: there is no ${name}; there are ${known}`);
  }
  return parseConfig({ ...DEFAULTS, ...preset.config, ...overrides });
}
