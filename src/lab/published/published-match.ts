/**
 * Which published rows may stand beside a config: those whose protocol it follows in every field that has an
 * effect. A run on a tenth of the images, or on another network, has none, and is told what it differs in.
 */
import { DEFAULTS, type Config, type ConfigKey } from '../config/config.ts';
import { PROTOCOLS } from '../config/data-shapes.ts';
import { configOf, PRESETS } from '../presets/registry.ts';
import type { PublishedRow } from './published-row.ts';
import { STRATEGIES } from '../../continual/strategies/registry.ts';
import type { Dynamic } from '../../sparse/dynamics/dynamic.ts';
import { DYNAMICS } from '../../sparse/dynamics/registry.ts';
import { LAYOUTS } from '../../sparse/layouts/registry.ts';
import { MASK_FIELDS, type LayoutScheme } from '../../sparse/layouts/scheme.ts';
import type { Strategy } from '../../continual/strategies/strategy.ts';

/** Fields that change where and how numbers are computed, not what is learnt. */
const ASIDE: readonly ConfigKey[] = ['seed', 'recompute', 'sequenced', 'tune'];

/** Fields that change what is learnt, not what it costs in any of the conventions. */
const FREE: readonly ConfigKey[] = [
  ...ASIDE,
  'testPerClass',
  'classOrder',
  'importanceAlpha',
  'importanceBeta',
  'removalScore',
  'bufferSize',
  'alpha',
  'beta',
  'penalty',
  'penaltyDecay',
  'damping',
  'temperature',
  'maskedHead',
  'augment',
  'rate',
  'rateSchedule',
  'momentum',
  'weightDecay',
  'activations',
];

/** Fields in which two configs differ and that have an effect in at least one of them. */
export function differences(
  one: Config,
  other: Config,
  aside: readonly ConfigKey[] = ASIDE,
): readonly ConfigKey[] {
  const [a, b] = [effective(one), effective(other)];
  return (Object.keys(DEFAULTS) as ConfigKey[]).filter(
    (key) => !aside.includes(key) && a[key] !== b[key],
  );
}

/** The config with fields that have no effect beside the others set to their defaults. */
function effective(config: Config): Config {
  const strategy: Strategy = STRATEGIES[config.strategy];
  const idle: ConfigKey[] = [];
  if (strategy.buffer === 'none') idle.push('bufferSize', 'replayBatch');
  const { reads }: LayoutScheme = LAYOUTS[config.layout];
  idle.push(...MASK_FIELDS.filter((field) => !reads.includes(field)));
  const schedule: Dynamic = DYNAMICS[config.dynamic];
  for (const field of ['maskChange', 'maskEnd'] as const) {
    if (!schedule.reads.includes(field)) idle.push(field);
  }
  if (config.gradientSparsity === 0) idle.push('gradientRefresh', 'gradientScore');
  if (config.removal === 0) idle.push('removalEnd', 'removalScore');
  if (config.removal === 0 && idle.includes('maskEnd')) idle.push('maskInterval');
  return { ...config, ...Object.fromEntries(idle.map((key) => [key, DEFAULTS[key]])) };
}

/** The config of a row's protocol; null where it has none. Throws `ConfigError` if the protocol is wrong. */
export function protocolConfig({ protocol }: PublishedRow): Config | null {
  if (!protocol) return null;
  const on = PROTOCOLS.find(({ name }) => name === protocol.on);
  return configOf(protocol.preset, { ...on?.config, ...protocol.fields });
}

/** The row whose protocol a config follows, or the nearest and the fields in which it differs. */
export type Standing =
  | { readonly row: PublishedRow; readonly differs: readonly ConfigKey[] }
  | { readonly row: null; readonly differs: readonly [] };

/** Where a run of `config` stands among `rows`. Streams that cannot be run are passed over. */
export function standingOf(config: Config, rows: readonly PublishedRow[]): Standing {
  let best: Standing = { row: null, differs: [] };
  for (const row of rows) {
    const protocol = row.protocol?.on === undefined ? protocolConfig(row) : null;
    if (!protocol || protocol.strategy !== config.strategy) continue;
    const differs = differences(config, protocol);
    if (!best.row || differs.length < best.differs.length) best = { row, differs };
  }
  return best;
}

/** Rows whose published cost a config on protocol `on` must meet, one a method and sparsity. */
export function costRows(
  config: Config,
  rows: readonly PublishedRow[],
  on?: string,
): readonly PublishedRow[] {
  const met = rows.filter((row) => {
    const protocol = row.flops && row.protocol?.on === on ? protocolConfig(row) : null;
    return protocol !== null && differences(config, protocol, FREE).length === 0;
  });
  return met.filter(({ method }, i) => met.findIndex((other) => other.method === method) === i);
}

/**
 * What is known of the constants of a preset that costs what this config does, `on` laid over it: that one is
 * fitted, say.
 */
export function presetNotes(config: Config, on: Partial<Config> = {}): readonly string[] {
  const notes = PRESETS.flatMap(({ name, note }) => {
    const differs = note === undefined ? [] : differences(config, configOf(name, on), FREE);
    return note === undefined || differs.length > 0 ? [] : [note];
  });
  return [...new Set(notes)];
}
