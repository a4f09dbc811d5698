/**
 * Fields that do nothing under the present choices, each with the reason. Strategies, layouts and
 * dynamics say which fields they read.
 */
import { anyApart } from '../../continual/batch/draw.ts';
import { rowLayout } from '../../continual/batch/batch-plan.ts';
import { OWN_FIELDS } from '../../continual/strategies/own-fields.ts';
import { STRATEGIES } from '../../continual/strategies/registry.ts';
import { fieldsRead, type Strategy } from '../../continual/strategies/strategy.ts';
import { MODELS } from '../../nn/models/registry.ts';
import type { Fields } from '../../options/field.ts';
import { DYNAMICS } from '../../sparse/dynamics/registry.ts';
import type { Dynamic } from '../../sparse/dynamics/dynamic.ts';
import { LAYOUTS } from '../../sparse/layouts/registry.ts';
import { MASK_FIELDS, type LayoutScheme } from '../../sparse/layouts/scheme.ts';
import type { Config, ConfigKey } from './config.ts';
import { FIELDS } from './fields.ts';

/** By field, one sentence that says why it is not used; a field that is used is missing. */
export function unusedFields(config: Config): ReadonlyMap<ConfigKey, string> {
  const strategy: Strategy = STRATEGIES[config.strategy];
  const dynamic: Dynamic = DYNAMICS[config.dynamic];
  const { removal, gradientSparsity } = config;
  const scheme: LayoutScheme = LAYOUTS[config.layout];
  const { masked } = scheme;
  const unused = new Map<ConfigKey, string>();
  const fold = (reason: string, ...keys: readonly ConfigKey[]) => {
    for (const key of keys) if (!unused.has(key)) unused.set(key, reason);
  };

  const unread = MASK_FIELDS.filter((key) => !scheme.reads.includes(key));
  for (const { own = {} } of Object.values<LayoutScheme>(LAYOUTS)) {
    for (const key of unread) if (own[key]) fold(own[key], key);
  }
  if (scheme.unread !== null) fold(scheme.unread, ...unread);
  for (const key of ['maskChange', 'maskEnd', 'maskInterval'] as const) {
    const removes = key === 'maskInterval' && removal > 0 && config.removalInterval === 0;
    if (!removes && !(masked && dynamic.reads.includes(key))) {
      const reason = 'The network is dense, so there is no mask to change.';
      fold(masked ? `A mask that is ${dynamic.name} does not ask for it.` : reason, key);
    }
  }
  const scored = gradientSparsity > 0 && config.gradientScore === 'importance';
  const weighed = masked && (dynamic.drop === 'importance' || scored);
  const last = masked && dynamic.drop === 'last-gradient';
  if (!weighed) {
    const reason = 'Nothing here is chosen by the importance of weights.';
    fold(reason, 'importanceBeta');
    if (!last) fold(reason, 'importanceAlpha');
  } else if (strategy.buffer === 'none') {
    fold(`${strategy.name} replays nothing, so there is no replay gradient.`, 'importanceBeta');
  }
  if (gradientSparsity === 0) {
    fold('No gradient is left out.', 'gradientRefresh', 'gradientScore');
  }
  if (removal === 0) {
    fold('No image is left out.', 'removalEnd', 'removalInterval', 'removalScore');
  }

  const read = fieldsRead(strategy);
  if (strategy.buffer === 'none') {
    fold(`${strategy.name} keeps no images.`, 'bufferSize', 'replayBatch');
  } else if (!weighed && !read.has('replayBatch')) {
    fold(`${strategy.name} does not draw replayed images by themselves.`, 'replayBatch');
  }
  for (const [key, { unread }] of Object.entries<Fields[string]>(FIELDS)) {
    if (read.has(key) || (!unread && !Object.hasOwn(OWN_FIELDS, key))) continue;
    fold(unread?.(strategy.name) ?? `${strategy.name} does not ask for it.`, key as ConfigKey);
  }
  if (config.optimizer === 'adam') fold('Adam has moments of its own.', 'momentum');
  const draws = strategy.draws(config);
  const { groups } = rowLayout(draws);
  if (groups.length < 2 || anyApart(draws)) {
    fold(
      groups.length < 2
        ? 'There is one group of rows.'
        : `${strategy.name} runs them one after another anyway.`,
      'sequenced',
    );
  }
  const { norms, planes } = MODELS[config.model];
  if (!norms && !planes) {
    const reason = `The ${config.model} has neither norms nor planes of pixels.`;
    fold(reason, 'recompute', 'activations');
  }
  // What is set to something that the run would refuse must be seen.
  for (const key of ['sparsity', 'dynamic', 'gradientSparsity', 'removal'] as const) {
    if (config[key] !== FIELDS[key].default) unused.delete(key);
  }
  return unused;
}
