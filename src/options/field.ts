/**
 * The ground below every room: how a field of a config is declared. A declaration is plain data, in one place: what
 * values the field may have and which it has where nothing is said, and from these follow the schema of a config, its
 * type, its defaults, a URL parameter, a `--set key=value` and a control on the page.
 *
 * Words for people (`FieldWords`) are wanted where a control is shown, not where a config is read, and the first
 * load of the page reads a config. So a table of many fields, `fields.ts`, has its words in `field-words.ts` beside
 * it, which the page fetches later; a field that one strategy declares for itself carries its words along.
 */

/** What the page calls a field and says of it. */
export interface FieldWords {
  readonly title: string;
  /** One line: what happens when it is changed. */
  readonly help: string;
  readonly unit?: string;
  /** What the options of a choice mean. */
  readonly options?: Readonly<Record<string, string>>;
}

interface Declared {
  readonly words?: FieldWords;
  /**
   * For a field that only some strategies read: the sentence about one, given by its name, that does not. A field that
   * a strategy declares for itself has a plain one if this is left out.
   */
  readonly unread?: (strategy: string) => string;
}

export interface NumberField extends Declared {
  readonly type: 'number';
  readonly least: number;
  readonly most: number;
  /** Whether it is an integer. */
  readonly whole: boolean;
  readonly default: number;
}

export interface ChoiceField<Option extends string = string> extends Declared {
  readonly type: 'choice';
  readonly options: readonly Option[];
  readonly default: Option;
}

export interface SwitchField extends Declared {
  readonly type: 'switch';
  readonly default: boolean;
}

export type Field = NumberField | ChoiceField | SwitchField;
export type Fields = Readonly<Record<string, Field>>;
/** No field at all. */
export const NO_FIELDS = {} as const satisfies Fields;
export type FieldValue = number | string | boolean;

/** The type of a field's value. */
export type ValueOf<Of extends Field> =
  Of extends ChoiceField<infer Option> ? Option : Of extends NumberField ? number : boolean;

/** A value for each field: the type of a config with these fields. */
export type Values<Of extends Fields> = { -readonly [Key in keyof Of]: ValueOf<Of[Key]> };

/** What a declaration says besides the range of the field. */
interface About<Value> extends Declared {
  readonly default: Value;
}

/** An integer from `least` to `most`, both included. */
export const whole = (least: number, most: number, about: About<number>): NumberField => ({
  type: 'number',
  least,
  most,
  whole: true,
  ...about,
});

/** A number from `least` to `most`, both included. */
export const real = (least: number, most: number, about: About<number>): NumberField => ({
  type: 'number',
  least,
  most,
  whole: false,
  ...about,
});

/** One of some names. */
export const choice = <Option extends string>(
  options: readonly Option[],
  about: About<NoInfer<Option>>,
): ChoiceField<Option> => ({ type: 'choice', options, ...about });

/** True or false. */
export const toggle = (about: About<boolean>): SwitchField => ({ type: 'switch', ...about });

/** What a config says where nothing is said. */
export function defaultsOf<Of extends Fields>(fields: Of): Values<Of> {
  const values = Object.entries(fields).map(([key, field]) => [key, field.default]);
  return Object.fromEntries(values) as Values<Of>;
}
