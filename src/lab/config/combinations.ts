/**
 * Which fields of a config do not go together, and why: one sentence each, asked before anything is opened. What a
 * strategy or a layout refuses stands in its file, and rules about masks in `sparse/refusal.ts`; here are the rules
 * that belong to none of them. No network is built, so that the page can say it beside the field while it is chosen.
 */
import { STRATEGIES } from '../../continual/strategies/registry.ts';
import type { Strategy } from '../../continual/strategies/strategy.ts';
import { createStream, StreamError } from '../../continual/stream/stream.ts';
import { GRADIENT_RULES, MASK_RULES } from '../../sparse/refusal.ts';
import { ConfigError, type Config, type ConfigKey } from './config.ts';
import { dataShapeOf } from './data-shapes.ts';

export { unusedFields } from './unused-fields.ts';

/** A sentence, and the field that it stands beside: the one whose change is most likely meant. */
export interface Refusal {
  readonly field: ConfigKey;
  readonly sentence: string;
}

/** A sentence that begins with its field, or false where the rule has nothing against the config. */
type Rule = (config: Config, strategy: Strategy) => string | false;

/** What a run asks first. */
const RULES: readonly Rule[] = [
  ({ bufferSize }, { name, buffer }) =>
    buffer !== 'none' &&
    bufferSize === 0 &&
    `bufferSize: ${name} needs a replay buffer of at least 1 image`,
  ({ stream }, { name, needs }) =>
    stream !== 'split' &&
    needs?.ownClasses === true &&
    `stream: ${name} tells tasks by their classes, and ${stream} tasks have the same ones`,
  (config, strategy) => strategy.refuses?.(config) ?? false,
  ...GRADIENT_RULES,
];

/** Streams that the set cannot give, in the words of `createStream`. */
const STREAM_RULES: readonly Rule[] = [
  (config, { stream }) => {
    try {
      createStream({ ...config, classes: dataShapeOf(config).classes, imagesPerClass: 1 }, stream);
      return false;
    } catch (error) {
      if (error instanceof StreamError) return `tasks: ${error.message}`;
      throw error;
    }
  },
];

/** Throws `ConfigError` with the first sentence that applies. */
export function requireCombination(config: Config): void {
  const strategy: Strategy = STRATEGIES[config.strategy];
  for (const rule of RULES) {
    const refused = rule(config, strategy);
    if (refused !== false) throw new ConfigError(refused);
  }
}

/**
 * What keeps a config from running and can be told without a GPU or data; empty where nothing does. Of what one
 * strategy or layout refuses it has the first sentence.
 */
export function refusals(config: Config): readonly Refusal[] {
  const strategy: Strategy = STRATEGIES[config.strategy];
  return [...RULES, ...MASK_RULES, ...STREAM_RULES].flatMap((rule) => {
    const refused = rule(config, strategy);
    if (refused === false) return [];
    const end = refused.indexOf(': ');
    const words = refused.slice(end + 2);
    const named = [strategy.name, config.dynamic].some((name) => words.startsWith(`${name} `));
    const first = named ? words.charAt(0) : words.charAt(0).toUpperCase();
    const field = refused.slice(0, end) as ConfigKey;
    return [{ field, sentence: `${first}${words.slice(1)}.` }];
  });
}
