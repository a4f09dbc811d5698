/**
 * What is about to run: a preset and the values that differ from it. The page's address holds exactly that, so a
 * reload or a link gives the same config (`address.ts` reads it). A story takes the size that suits the device, which
 * the address then holds too: the same link is the same run everywhere. `lab-app` owns the one live copy.
 */
import { DEFAULTS, type Config, type ConfigKey } from '../../lab/config/config.ts';
import { STORIES, STORY_PRESETS } from '../../lab/presets/stories.ts';
import { suitedRuns, type Size } from '../../lab/cost/suited-size.ts';
import { presetNamed } from './preset-list.ts';

export interface Setup {
  readonly preset: string;
  /** What changes are marked against: the preset's own config, in the size that suits the device. */
  readonly base: Config;
  /** What will run. */
  readonly config: Config;
}

/** Every field, in the schema's order. */
const KEYS = Object.keys(DEFAULTS) as ConfigKey[];

/** The preset that a page without parameters opens on: the first story. */
export function firstPreset(): string {
  const [preset] = STORY_PRESETS;
  if (preset === undefined) throw new Error('stories: the list is empty');
  return preset.name;
}

/** The config of a preset that the page knows. Throws on any other. */
function configOf(name: string): Config {
  const preset = presetNamed(name);
  if (!preset) throw new Error(`preset ${name} has not been fetched`);
  return { ...DEFAULTS, ...preset.config };
}

/** A preset as it is. */
export function setupOf(preset: string): Setup {
  const base = configOf(preset);
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
  const base = { ...configOf(preset), ...runs[0] };
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
  const told = KEYS.filter((key) => key !== 'block' && !ALIKE.some((each) => each === key));
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
  return KEYS.filter((key) => setup.config[key] !== setup.base[key]);
}

/** `?preset=…&key=value`, with only the keys that differ from the preset's own config. */
export function searchOf(setup: Setup): string {
  const query = new URLSearchParams({ preset: setup.preset });
  const own = { ...setup, base: configOf(setup.preset) };
  for (const key of changedKeys(own)) query.set(key, String(setup.config[key]));
  return `?${query.toString()}`;
}
