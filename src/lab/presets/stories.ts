/**
 * The stories that the page opens with: presets of a minute or two that each show one thing, in an order in which they
 * can be told. A story may be several runs that differ in what it is about and in nothing else; the preset of its name
 * is the first of them. How large a network it takes depends on the device (`suited-size.ts`).
 */
import type { Config } from '../config/config.ts';
import type { Preset } from './preset.ts';

/** What to look at while it runs: the name of a view on the page. */
export type StoryView = 'masks' | 'forgetting' | 'loss' | 'data' | 'ledger';

export interface Story {
  /** Also the name of its preset. */
  readonly name: string;
  readonly title: string;
  /** One sentence: what one sees. */
  readonly line: string;
  /** The view that shows it. */
  readonly look: StoryView;
  /** What differs from the defaults, run by run; the first is the preset. */
  readonly runs: readonly Partial<Config>[];
  /** What tells each run from the others, where there are several. */
  readonly runTitles: readonly string[];
  /** Time of an epoch of all runs together, in that of the same network dense and without replay. */
  readonly work: number;
  /** Whether the visitor's own images are to be given first. */
  readonly ownImages?: boolean;
}

const POCKET = {
  model: 'pocket',
  width: 16,
  imagesPerClass: 500,
  testPerClass: 100,
  epochs: 2,
} as const;
const REPLAY = { ...POCKET, strategy: 'er', bufferSize: 200, rate: 0.1 } as const;
const SPARSE = { layout: 'block', block: '4x4', sparsity: 0.9 } as const;

/** Ten classes at once, as sparse training is measured where nothing is to be remembered. */
const ONE_TASK = {
  ...POCKET,
  ...SPARSE,
  tasks: 1,
  classesPerTask: 10,
  strategy: 'finetune',
  rate: 0.05,
  rateSchedule: 'cosine',
  momentum: 0.9,
  weightDecay: 1e-4,
  maskEnd: 0.75,
  importanceAlpha: 0,
} as const;
const SCHEME = { ...ONE_TASK, dynamic: 'em', maskChange: 0.02 } as const;

export const STORIES: readonly Story[] = [
  {
    name: 'forget',
    title: 'Watch it forget',
    line: 'A network learns five pairs of things, one pair after another. Each new pair wipes out the ones before.',
    look: 'forgetting',
    runs: [{ ...POCKET, strategy: 'finetune', rate: 0.1 }],
    runTitles: [],
    work: 1,
  },
  {
    name: 'replay',
    title: 'Replay saves it',
    line: 'The same five pairs, but 200 old images are kept and shown again along the way. Now it remembers.',
    look: 'forgetting',
    runs: [REPLAY],
    runTitles: [],
    work: 1.8,
  },
  {
    name: 'sparse',
    title: '90 % sparse, same accuracy',
    line: 'Nine weights in ten do not exist: not stored, not read, not multiplied. Then the dense network runs, and you see whether it did any better.',
    look: 'ledger',
    runs: [{ ...REPLAY, ...SPARSE }, REPLAY],
    runTitles: ['90 % sparse', 'dense'],
    work: 2.4,
  },
  {
    name: 'sparcl',
    title: 'SparCL, complete',
    line: 'Three savings at once: a mask that moves with the tasks, gradients for the weights that matter, and fewer and fewer of the easy images.',
    look: 'masks',
    runs: [
      {
        ...POCKET,
        ...SPARSE,
        sparsity: 0.75,
        epochs: 5,
        strategy: 'derpp',
        bufferSize: 200,
        rate: 0.03,
        alpha: 0.1,
        beta: 0.5,
        dynamic: 'sparcl',
        maskChange: 0.02,
        gradientSparsity: 0.8,
        removal: 0.3,
        dropLast: true,
        maskedHead: true,
      },
    ],
    runTitles: [],
    work: 0.9,
  },
  {
    name: 'schemes',
    title: 'Four sparsity schemes, one device',
    line: 'The same tenth of the weights, chosen as blocks, as patterns of taps, as whole filters, and one by one: which of them is fast here, and which is accurate?',
    look: 'ledger',
    runs: [
      SCHEME,
      { ...SCHEME, layout: 'pattern' },
      { ...SCHEME, layout: 'channel' },
      { ...SCHEME, layout: 'unstructured' },
    ],
    runTitles: ['blocks', 'patterns', 'filters', 'single weights'],
    work: 2.2,
  },
  {
    name: 'mest',
    title: 'MEST on one task',
    line: 'All ten classes at once, with a tenth of the weights: new ones are tried beside the old, and the least important go.',
    look: 'masks',
    runs: [{ ...ONE_TASK, epochs: 8, dynamic: 'ems', maskChange: 0.05 }],
    runTitles: [],
    work: 0.35,
  },
  {
    name: 'own-images',
    title: 'Your own images',
    line: 'Photograph or drop pictures of your own, a class each: they become the last task. They stay on this device.',
    look: 'data',
    runs: [REPLAY],
    runTitles: [],
    work: 1.8,
    ownImages: true,
  },
];

export const STORY_PRESETS: readonly Preset[] = STORIES.map(({ name, title, line, runs }) => ({
  name,
  title,
  line,
  config: runs[0]!,
}));
