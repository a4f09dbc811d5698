/**
 * A config as a file that can be kept and passed on: the preset it began from, and every value. Reading takes nothing
 * on trust: a file that is not one, or has a value that cannot be, is refused in a sentence.
 */
import { ConfigError, DEFAULTS, parseConfig, type Config } from '../../lab/config/config.ts';
import { PRESETS } from '../../lab/presets/registry.ts';
import { download } from '../parts/download.ts';

const SCHEMA = 'palimpsest-config/1';
/** Larger than any config: what is larger is something else, and is not read. */
const MOST_CHARACTERS = 200_000;

export interface ConfigFile {
  /** Null where the file names none that there is. */
  readonly preset: string | null;
  readonly config: Config;
}

export type ConfigReading =
  | ({ readonly ok: true } & ConfigFile)
  /** One sentence; what was set before stays. */
  | { readonly ok: false; readonly message: string };

export function configToText({ preset, config }: ConfigFile): string {
  return `${JSON.stringify({ schema: SCHEMA, preset, config }, null, 2)}\n`;
}

/** Gives it to the visitor as a file of this name. */
export function saveConfig(name: string, file: ConfigFile): void {
  download(name, new Blob([configToText(file)], { type: 'application/json' }));
}

/**
 * Reads what `configToText` wrote; also the report or the recording of a run, which holds its config. Fields that are
 * missing, as in a file of an earlier version, have their defaults.
 */
export function configFromText(text: string): ConfigReading {
  const refused = (message: string): ConfigReading => ({ ok: false, message });
  if (text.length > MOST_CHARACTERS && !text.slice(0, 2000).includes('"palimpsest-')) {
    return refused('This file is too large to be a config.');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refused('This file is not JSON. Export a config here to see what one looks like.');
  }
  const given = isObject(value) ? value : {};
  const schema = given['schema'];
  if (
    typeof schema !== 'string' ||
    !schema.startsWith('palimpsest-') ||
    !isObject(given['config'])
  ) {
    return refused('This file is JSON, but no config of this lab: it has no “config” in it.');
  }
  try {
    const config = parseConfig({ ...DEFAULTS, ...given['config'] });
    const preset = PRESETS.find(({ name }) => name === given['preset'])?.name ?? null;
    return { ok: true, preset, config };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return refused(`This config cannot be used. ${error.message}.`);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
