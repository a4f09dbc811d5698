/**
 * The whole of a run in one flat, schema-checked object. Flat because every field is a URL parameter,
 * a `--set key=value` and one control on the page. A config says everything that shapes the numbers of
 * a run; where it runs (adapter, browser or Node) is not part of it. Its fields are declared in `fields.ts`.
 */
import * as v from 'valibot';
import { OWN_FIELDS } from '../../continual/strategies/own-fields.ts';
import { defaultsOf } from '../../options/field.ts';
import { schemaOf } from '../../options/schema.ts';
import { FIELDS, type Config, type ConfigKey } from './fields.ts';

export { BLOCKS, DYNAMICS, LAYOUTS, MODELS, STRATEGIES } from './fields.ts';
export type { Config, ConfigKey } from './fields.ts';

/** A file may be older than a field that some strategy has declared since. */
export const ConfigSchema = schemaOf(FIELDS, OWN_FIELDS);

/** Where a preset starts from. */
export const DEFAULTS: Config = defaultsOf(FIELDS);

/** A config that cannot be run; `message` names the field and what it may be. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Checks a whole config. Throws `ConfigError` with the first field that is wrong. */
export function parseConfig(value: unknown): Config {
  const parsed = v.safeParse(ConfigSchema, value, { abortEarly: true });
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw new ConfigError(`${v.getDotPath(issue) ?? 'config'}: ${issue.message}`);
  }
  return parsed.output;
}

/** Reads one `key=value` (a URL parameter, a `--set`) into the type its field has. Throws `ConfigError`. */
export function parseField(key: string, text: string): Partial<Config> {
  if (!Object.hasOwn(FIELDS, key)) {
    throw new ConfigError(`${key}: no such field; there are ${Object.keys(FIELDS).join(', ')}`);
  }
  const { type } = FIELDS[key as ConfigKey];
  const value =
    type === 'number'
      ? text.trim() === ''
        ? Number.NaN
        : Number(text)
      : type === 'switch'
        ? text === 'true' || (text === 'false' ? false : text)
        : text;
  return { [key]: value };
}
