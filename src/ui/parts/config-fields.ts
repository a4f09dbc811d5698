/**
 * The config schema as the page needs it: one descriptor a field, from which controls, their hints
 * and the sentences about wrong values are made. A field added to the schema appears on the page
 * without a line here.
 */
import * as v from 'valibot';
import { ConfigSchema, parseConfig, parseField } from '../../lab/config/config.ts';
import type { Config, ConfigKey } from '../../lab/config/config.ts';

export type FieldKind =
  | {
      readonly type: 'number';
      readonly least: number;
      readonly most: number;
      readonly whole: boolean;
    }
  | { readonly type: 'choice'; readonly options: readonly string[] }
  | { readonly type: 'switch' };

export interface Field {
  readonly key: ConfigKey;
  /** What it is, in the schema's own words. */
  readonly about: string;
  readonly kind: FieldKind;
}

/** What is read of a valibot schema: its type, a picklist's options, and the checks piped after it. */
interface Described {
  readonly type: string;
  readonly options?: readonly string[];
  readonly pipe: readonly { readonly type: string; readonly requirement?: unknown }[];
}

function kindOf(schema: Described): FieldKind {
  if (schema.type === 'boolean') return { type: 'switch' };
  if (schema.type === 'picklist') return { type: 'choice', options: schema.options ?? [] };
  const limit = (check: string): number =>
    Number(schema.pipe.find((item) => item.type === check)?.requirement);
  return {
    type: 'number',
    least: limit('min_value'),
    most: limit('max_value'),
    whole: schema.pipe.some((item) => item.type === 'integer'),
  };
}

/** Every field, in the schema's order. */
export const FIELDS: readonly Field[] = Object.entries(ConfigSchema.entries).map(
  ([key, schema]) => ({
    key: key as ConfigKey,
    about: v.getDescription(schema) ?? key,
    kind: kindOf(schema),
  }),
);

/** Headings of the settings table; each opens a section that runs to the next. */
const SECTION_STARTS: Readonly<Partial<Record<ConfigKey, string>>> = {
  data: 'Data',
  model: 'Network',
  layout: 'Mask',
  gradientSparsity: 'Gradients',
  removal: 'Data removal',
  strategy: 'Forgetting',
  epochs: 'Training',
  activations: 'Device',
};

export interface Section {
  readonly title: string;
  readonly fields: readonly Field[];
}

/** The fields under their headings, those in `without` left out. */
export function sections(without: readonly ConfigKey[] = []): readonly Section[] {
  const made: { title: string; fields: Field[] }[] = [];
  for (const field of FIELDS) {
    const title = SECTION_STARTS[field.key];
    if (title !== undefined || made.length === 0) made.push({ title: title ?? 'Run', fields: [] });
    if (!without.includes(field.key)) made.at(-1)?.fields.push(field);
  }
  return made.filter((section) => section.fields.length > 0);
}

const plain = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 6 });

/** What a field may be: "a whole number from 1 to 5,000", "er, der or derpp". */
export function describeRange(kind: FieldKind): string {
  if (kind.type === 'switch') return 'true or false';
  if (kind.type === 'choice') {
    const last = kind.options.at(-1) ?? '';
    return kind.options.length < 2 ? last : `${kind.options.slice(0, -1).join(', ')} or ${last}`;
  }
  const noun = kind.whole ? 'a whole number' : 'a number';
  return `${noun} from ${plain.format(kind.least)} to ${plain.format(kind.most)}`;
}

/** A value that cannot be used: as it was typed, and what is wrong with it. */
export interface FieldProblem {
  readonly text: string;
  readonly message: string;
}

/** The same for a narrow column: "1 – 5,000". */
export function shortRange(kind: FieldKind): string {
  return kind.type === 'number' ? `${plain.format(kind.least)} – ${plain.format(kind.most)}` : '';
}

export type FieldReading =
  { readonly ok: true; readonly value: Partial<Config> } | ({ readonly ok: false } & FieldProblem);

/** Reads `key=text` into a checked value, or says in one sentence what is wrong with it. */
export function readField(key: string, text: string, within: Config): FieldReading {
  const field = FIELDS.find((candidate) => candidate.key === key);
  if (field === undefined)
    return { ok: false, text, message: `There is no setting called “${key}”.` };
  try {
    const value = parseField(key, text);
    parseConfig({ ...within, ...value });
    return { ok: true, value };
  } catch {
    const range = describeRange(field.kind);
    const found = text === '' ? 'that' : `“${text}”`;
    return { ok: false, text, message: `${key} must be ${range}, not ${found}.` };
  }
}
