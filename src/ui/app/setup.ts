/**
 * What is about to run, and its address: a preset and the values that differ from it. The page's URL
 * holds exactly that, so a reload or a link gives the same config. Pure functions; `lab-app` owns the
 * one live copy.
 */
import type { Config, ConfigKey } from '../../lab/config.ts';
import { configOf, PRESETS } from '../../lab/presets.ts';
import { FIELDS, readField } from '../controls/config-fields.ts';

export interface Setup {
  readonly preset: string;
  /** The preset's own config. */
  readonly base: Config;
  /** What will run. */
  readonly config: Config;
}

export type Preset = (typeof PRESETS)[number];

/** The preset that a page without parameters opens on: the first of the list. */
export function firstPreset(): Preset {
  const preset = PRESETS[0];
  if (preset === undefined) throw new Error('presets: the list is empty');
  return preset;
}

/** A preset as it is. */
export function setupOf(preset: string): Setup {
  const base = configOf(preset, {});
  return { preset, base, config: base };
}

/** The same preset with some values changed. */
export function withValues(setup: Setup, values: Partial<Config>): Setup {
  return { ...setup, config: { ...setup.config, ...values } };
}

/** Keys whose value differs from the preset's, in the schema's order. */
export function changedKeys(setup: Setup): readonly ConfigKey[] {
  return FIELDS.map((field) => field.key).filter((key) => setup.config[key] !== setup.base[key]);
}

/** `?preset=…&key=value`, with only the keys that differ from the preset. */
export function searchOf(setup: Setup): string {
  const query = new URLSearchParams({ preset: setup.preset });
  for (const key of changedKeys(setup)) query.set(key, String(setup.config[key]));
  return `?${query.toString()}`;
}

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
  const known = PRESETS.some((preset) => preset.name === asked);
  let setup = setupOf(asked !== null && known ? asked : firstPreset().name);
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
