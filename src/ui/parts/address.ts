/**
 * Reads the page's address into what is about to run. Fetched where an address has parameters: it takes the schema of
 * the fields and every preset.
 */
import { PRESETS } from '../../lab/presets/registry.ts';
import { readField } from './config-fields.ts';
import { learnPresets, presetNamed } from './preset-list.ts';
import { firstPreset, setupOf, withValues, type Setup } from './setup.ts';

learnPresets(PRESETS);

export interface SetupReading {
  readonly setup: Setup;
  /** One sentence for every parameter that could not be used. */
  readonly problems: readonly string[];
}

/** Reads a query string. What cannot be used is left at the preset's value and said in `problems`. */
export function setupFrom(search: string): SetupReading {
  const query = new URLSearchParams(search);
  const problems: string[] = [];
  const asked = query.get('preset');
  const known = presetNamed(asked);
  let setup = setupOf(known?.name ?? firstPreset());
  if (asked !== null && !known) {
    const names = PRESETS.map((preset) => preset.name).join(', ');
    problems.push(
      `There is no preset called “${asked}” (there are ${names}), so this page shows “${setup.preset}”.`,
    );
  }
  for (const [key, text] of query) {
    if (key === 'preset') continue;
    const reading = readField(key, text, setup.config);
    if (reading.ok) {
      setup = withValues(setup, reading.value);
    } else {
      problems.push(reading.message);
    }
  }
  return { setup, problems };
}
