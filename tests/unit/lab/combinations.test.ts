/** The sentences about fields that do not go together: each for its own reason, and for no preset of the lab. */
import { describe, expect, test } from 'vitest';
import { refusals, requireCombination } from '../../../src/lab/config/combinations.ts';
import {
  BLOCKS,
  ConfigError,
  DEFAULTS,
  DYNAMICS,
  LAYOUTS,
  MODELS,
  STRATEGIES,
  type Config,
} from '../../../src/lab/config/config.ts';
import { costOf } from '../../../src/lab/cost/cost.ts';
import { runLayout } from '../../../src/lab/config/run-layout.ts';
import { configOf, PRESETS } from '../../../src/lab/presets/registry.ts';
import { protocolConfig } from '../../../src/lab/published/published-match.ts';
import { publishedRows } from '../../../src/lab/published/published.ts';

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

test.each(PRESETS)('$name is refused by nobody', async ({ name }) => {
  const config = configOf(name);
  requireCombination(config);
  await runLayout(config);
});

test('nor is the protocol of any published row', () => {
  for (const row of publishedRows({ recalled: true })) {
    const config = protocolConfig(row);
    if (config) requireCombination(config);
  }
});

describe('all refusals, by field', () => {
  test('stand beside the field at fault, as sentences', () => {
    expect(refusals({ ...DEFAULTS, bufferSize: 0, layout: 'pattern', sparsity: 0.5 })).toEqual([
      { field: 'bufferSize', sentence: 'er needs a replay buffer of at least 1 image.' },
      {
        field: 'sparsity',
        sentence: 'Patterns keep four taps of nine at most, so it is at least 5/9, not 0.5.',
      },
    ]);
  });

  test('name streams that the set cannot give', () => {
    expect(refusals({ ...DEFAULTS, classesPerTask: 4 })).toEqual([
      { field: 'tasks', sentence: '5 tasks of 4 classes need 20 classes; the set has 10.' },
    ]);
    expect(refusals({ ...DEFAULTS, stream: 'rotated', classesPerTask: 10 })).toEqual([]);
  });

  test('are none for any preset', () => {
    for (const { name } of PRESETS) expect(refusals(configOf(name))).toEqual([]);
  });

  test('are there exactly where a run would be refused, in its words', async () => {
    let refused = 0;
    for (const layout of LAYOUTS)
      for (const dynamic of DYNAMICS)
        for (const sparsity of [0, 0.5, 0.9, 0.995])
          for (const changes of [
            {},
            { model: 'mlp' },
            { budget: 'erk' },
            { strategy: 'gdumb' },
            { gradientSparsity: 0.8 },
          ] as const) {
            const config: Config = { ...DEFAULTS, layout, dynamic, sparsity, ...changes };
            const told = refusals(config).map(({ field, sentence }) => `${field}: ${sentence}`);
            let said: string | null = null;
            try {
              requireCombination(config);
              await runLayout(config);
            } catch (error) {
              said = (error as Error).message;
              refused++;
            }
            const words = told.map((each) => each.toLowerCase());
            if (said === null) expect(words).toEqual([]);
            else expect(words).toContain(`${said.toLowerCase()}.`);
          }
    expect(refused).toBeGreaterThan(100);
  });

  test('miss nothing that only building the network shows', () => {
    for (const model of MODELS)
      for (const layout of LAYOUTS)
        for (const block of layout === 'block' ? BLOCKS : (['8x8'] as const))
          for (const width of [1, 3, 8]) {
            const sparsity = layout === 'dense' ? 0 : 0.9;
            const config: Config = { ...DEFAULTS, model, layout, block, width, sparsity };
            if (refusals(config).length === 0) expect(() => costOf(config)).not.toThrow();
          }
  });
});
