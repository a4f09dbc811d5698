/**
 * Which fields of a config do not go together, and why: one sentence each, asked before anything is opened. What a
 * layout can and cannot do is said beside the layouts (`network-layout.ts` asks them).
 */
import { needsOwnClasses } from '../continual/domain-shift.ts';
import { STRATEGIES } from '../continual/strategies/registry.ts';
import type { Strategy } from '../continual/strategy.ts';
import { ConfigError, type Config } from './config.ts';

type Rule = (config: Config, strategy: Strategy) => string | false;

const RULES: readonly Rule[] = [
  ({ bufferSize }, { name, buffer }) =>
    buffer !== 'none' &&
    bufferSize === 0 &&
    `bufferSize: ${name} needs a replay buffer of at least 1 image`,
  ({ stream }, strategy) =>
    stream !== 'split' &&
    needsOwnClasses(strategy) &&
    `stream: ${strategy.name} tells tasks by their classes, and ${stream} tasks have the same ones`,
  ({ removal }, { name, fresh }) =>
    removal > 0 &&
    fresh === true &&
    `removal: ${name} trains on its buffer alone, so there is no stream to leave images out of`,
  ({ dynamic }, { name, fresh }) =>
    dynamic !== 'static' &&
    fresh === true &&
    `dynamic: ${name} begins anew with every task, and a mask with it; what ${dynamic} had found would be lost`,
  ({ layout }, { name }) =>
    name === 'packnet' &&
    layout !== 'dense' &&
    `layout: packnet masks single weights of a dense network, by the task that owns them; ${layout} has a mask already`,
  ({ emaDecay }, { name }) =>
    emaDecay > 0 &&
    name === 'packnet' &&
    'emaDecay: packnet shows each task with its own weights, which an average over tasks would mix',
  ({ emaDecay }, { name }) =>
    emaDecay > 0 &&
    name === 'icarl' &&
    'emaDecay: icarl classifies by features of the trained weights, which averaged ones do not have',
  ({ gradientSparsity, layout }) =>
    gradientSparsity > 0 &&
    (layout === 'dense' || layout === 'channel') &&
    `gradientSparsity: gradients are chosen among those of a mask, and layout ${layout} has none; layout is block, pattern or unstructured`,
  ({ gradientSparsity, sparsity, layout }) =>
    gradientSparsity > 0 &&
    layout !== 'pattern' &&
    gradientSparsity < sparsity &&
    `gradientSparsity: ${gradientSparsity} would keep more gradients than there are weights at sparsity ${sparsity}`,
];

/** Throws `ConfigError` with the first sentence that applies. */
export function requireCombination(config: Config): void {
  const strategy: Strategy = STRATEGIES[config.strategy];
  for (const rule of RULES) {
    const refused = rule(config, strategy);
    if (refused !== false) throw new ConfigError(refused);
  }
}
