/** The sentences about fields that do not go together: each for its own reason, and for no preset of the lab. */
import { describe, expect, test } from 'vitest';
import { requireCombination } from '../../../src/lab/combinations.ts';
import { ConfigError, DEFAULTS, STRATEGIES, type Config } from '../../../src/lab/config.ts';
import { networkLayout } from '../../../src/lab/network-layout.ts';
import { configOf, PRESETS } from '../../../src/lab/presets.ts';
import { protocolConfig } from '../../../src/lab/published-match.ts';
import { publishedRows } from '../../../src/lab/published.ts';

const ask = (changes: Partial<Config>) => {
  requireCombination({ ...DEFAULTS, ...changes });
};

/** What is refused, its sentence, and the change of one field that makes it right. */
const REFUSED: readonly (readonly [Partial<Config>, string, Partial<Config>])[] = [
  [
    { strategy: 'er', bufferSize: 0 },
    'bufferSize: er needs a replay buffer of at least 1 image',
    { bufferSize: 1 },
  ],
  ...(['lwf', 'icarl', 'packnet', 'gdumb'] as const).map(
    (strategy) =>
      [
        { strategy, stream: 'permuted' },
        `stream: ${strategy} tells tasks by their classes, and permuted tasks have the same ones`,
        { stream: 'split' },
      ] as const,
  ),
  [
    { strategy: 'gdumb', removal: 0.3 },
    'removal: gdumb trains on its buffer alone, so there is no stream to leave images out of',
    { removal: 0 },
  ],
  [
    { strategy: 'gdumb', layout: 'block', sparsity: 0.9, dynamic: 'set' },
    'dynamic: gdumb begins anew with every task, and a mask with it; what set had found would be lost',
    { dynamic: 'static' },
  ],
  [
    { strategy: 'packnet', layout: 'block', sparsity: 0.9 },
    'layout: packnet masks single weights of a dense network, by the task that owns them; block has a mask already',
    { layout: 'dense' },
  ],
  [
    { strategy: 'packnet', emaDecay: 0.9 },
    'emaDecay: packnet shows each task with its own weights, which an average over tasks would mix',
    { emaDecay: 0 },
  ],
  [
    { strategy: 'icarl', emaDecay: 0.9 },
    'emaDecay: icarl classifies by features of the trained weights, which averaged ones do not have',
    { emaDecay: 0 },
  ],
  ...(['dense', 'channel'] as const).map(
    (layout) =>
      [
        { layout, gradientSparsity: 0.9 },
        `gradientSparsity: gradients are chosen among those of a mask, and layout ${layout} has none; layout is block, pattern or unstructured`,
        { layout: 'block' },
      ] as const,
  ),
  [
    { layout: 'unstructured', sparsity: 0.9, gradientSparsity: 0.8 },
    'gradientSparsity: 0.8 would keep more gradients than there are weights at sparsity 0.9',
    { gradientSparsity: 0.9 },
  ],
];

describe.each(REFUSED)('%o', (changes, sentence, instead) => {
  test('is refused', () => {
    const refused = () => {
      ask(changes);
    };
    expect(refused).toThrow(ConfigError);
    expect(refused).toThrow(new ConfigError(sentence));
  });

  test('and with one other field is not', () => {
    expect(Object.keys(instead)).toHaveLength(1);
    ask({ ...changes, ...instead });
  });
});

test('every strategy runs with the defaults', () => {
  for (const strategy of STRATEGIES) ask({ strategy });
});

test.each(PRESETS)('$name is refused by nobody', ({ name }) => {
  const config = configOf(name);
  requireCombination(config);
  networkLayout(config);
});

test('nor is the protocol of any published row', () => {
  for (const row of publishedRows({ recalled: true })) {
    const config = protocolConfig(row);
    if (config) requireCombination(config);
  }
});
