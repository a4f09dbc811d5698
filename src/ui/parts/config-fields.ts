/**
 * The fields of a config as the page needs them: one descriptor a field, from which controls, their hints and the
 * sentences about wrong values are made. A field that is declared appears on the page without a line here.
 */
import { parseConfig, parseField } from '../../lab/config/config.ts';
import type { Config, ConfigKey } from '../../lab/config/config.ts';
import { FIELD_GROUPS } from '../../lab/config/fields.ts';
import type { Field as Declaration } from '../../options/field.ts';

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
  readonly kind: FieldKind;
}

function kindOf(field: Declaration): FieldKind {
  switch (field.type) {
    case 'number': {
      const { type, least, most, whole } = field;
      return { type, least, most, whole };
    }
    case 'choice':
      return { type: 'choice', options: field.options };
    case 'switch':
      return { type: 'switch' };
  }
}

export interface Section {
  readonly title: string;
  readonly fields: readonly Field[];
}

const SECTIONS: readonly Section[] = FIELD_GROUPS.map(({ title, fields }) => ({
  title,
  fields: Object.entries(fields).map(([key, field]) => ({
    key: key as ConfigKey,
    kind: kindOf(field),
  })),
}));

/** Every field, in the config's order. */
export const FIELDS: readonly Field[] = SECTIONS.flatMap(({ fields }) => fields);

/** The fields under their headings, those in `without` left out. */
export function sections(without: readonly ConfigKey[] = []): readonly Section[] {
  return SECTIONS.map(({ title, fields }) => ({
    title,
    fields: fields.filter(({ key }) => !without.includes(key)),
  })).filter(({ fields }) => fields.length > 0);
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
