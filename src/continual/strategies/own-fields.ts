/** The config fields that registered strategies declare, in the order of the registry. */
import type { Field } from '../../options/field.ts';
import { STRATEGIES } from './registry.ts';
import type { Strategy } from './strategy.ts';

type Declared = (typeof STRATEGIES)[keyof typeof STRATEGIES]['fields'];
type KeyOf<Each> = Each extends unknown ? keyof Each : never;
type OwnFields = {
  readonly [Key in KeyOf<Declared>]: Extract<Declared, Readonly<Record<Key, Field>>>[Key];
};

export const OWN_FIELDS = Object.assign(
  {},
  ...Object.values<Strategy>(STRATEGIES).map(({ fields }) => fields),
) as OwnFields;
