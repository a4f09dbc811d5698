/**
 * The presets that the page knows so far. The stories are part of the first load; the others, which are many, are
 * fetched when an address or a file names one, or when somebody turns to their list.
 */
import type { Preset } from '../../lab/presets/preset.ts';
import { STORY_PRESETS } from '../../lab/presets/stories.ts';

let known: readonly Preset[] = STORY_PRESETS;

export const knownPresets = (): readonly Preset[] => known;

/** All of them. Rejects where they cannot be fetched. */
export async function allPresets(): Promise<readonly Preset[]> {
  const { PRESETS } = await import('../../lab/presets/registry.ts');
  learnPresets(PRESETS);
  return known;
}

/** From now on these are known, which are all. */
export function learnPresets(all: readonly Preset[]): void {
  known = all;
}

/** Null where there is none of this name among those that are known. */
export const presetNamed = (name: string | null): Preset | null =>
  known.find((preset) => preset.name === name) ?? null;
