/**
 * What is about to run, and its address: a preset and the values that differ from it. The page's URL
 * holds exactly that, so a reload or a link gives the same config. A story takes the size that suits the
 * device, which the address then holds too: the same link is the same run everywhere. Pure functions;
 * `lab-app` owns the one live copy.
 */
import { DEFAULTS, type Config, type ConfigKey } from '../../lab/config/config.ts';
import { STORIES } from '../../lab/presets/stories.ts';
import { configOf, PRESETS } from '../../lab/presets/registry.ts';
import { suitedRuns, type Size } from '../../lab/cost/suited-size.ts';
import { FIELDS, readField } from './config-fields.ts';

export interface Setup {
  readonly preset: string;
  /** What changes are marked against: the preset's own config, in the size that suits the device. */
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

/** What is known of the device that a story is to suit. */
export interface SuitedTo {
  /** As measured; null before. */
  readonly gigaflops: number | null;
  readonly software: boolean;
}

/** Run `run` of a story, marked against its first, in the size that suits a device; any other preset as it is. */
export function suitedSetup(preset: string, { gigaflops, software }: SuitedTo, run = 0): Setup {
  const story = STORIES.find(({ name }) => name === preset);
  if (!story) return setupOf(preset);
  const runs = suitedRuns(story, gigaflops, software);
  const base = configOf(preset, runs[0]);
  // Over the first run, a later one must give back what it does not have.
  return { preset, base, config: run === 0 ? base : wholeRun(runs[run] ?? {}, base.seed) };
}

/** In which all runs of a story are alike, and which are not what it is about. */
const ALIKE: readonly (keyof Size | 'seed')[] = [
  'seed',
  'model',
  'width',
  'imagesPerClass',
  'testPerClass',
  'epochs',
];

/**
 * What a story goes on with after the run that is set up, as large as that one: an address, or a device that was
 * measured later, may have made it another size than would suit now. Null where that was the last, or is no run of a
 * story.
 */
export function nextRun({ preset, config }: Setup, device: SuitedTo): Setup | null {
  const runs = STORIES.find(({ name }) => name === preset)?.runs.length ?? 0;
  const told = FIELDS.map(({ key }) => key).filter(
    (key) => key !== 'block' && !ALIKE.some((each) => each === key),
  );
  for (let run = 0; run + 1 < runs; run++) {
    const own = suitedSetup(preset, device, run).config;
    if (!told.every((key) => own[key] === config[key])) continue;
    const kept = Object.fromEntries(ALIKE.map((key) => [key, config[key]])) as Partial<Config>;
    return withValues(suitedSetup(preset, device, run + 1), kept);
  }
  return null;
}

const wholeRun = (run: Partial<Config>, seed: number): Config => ({ ...DEFAULTS, ...run, seed });

/** The same preset with some values changed. */
export function withValues(setup: Setup, values: Partial<Config>): Setup {
  return { ...setup, config: { ...setup.config, ...values } };
}

/** Keys whose value differs from what changes are marked against, in the schema's order. */
export function changedKeys(setup: Setup): readonly ConfigKey[] {
  return FIELDS.map((field) => field.key).filter((key) => setup.config[key] !== setup.base[key]);
}

/** `?preset=…&key=value`, with only the keys that differ from the preset's own config. */
export function searchOf(setup: Setup): string {
  const query = new URLSearchParams({ preset: setup.preset });
  const own = { ...setup, base: configOf(setup.preset) };
  for (const key of changedKeys(own)) query.set(key, String(setup.config[key]));
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
