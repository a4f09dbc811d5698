/**
 * How large a network a story takes on a device, and for how long it trains, so that it moves at once and is over in a
 * minute or two wherever it is told: on a renderer that the CPU emulates, a phone, a workstation.
 */
import { DEFAULTS, type Config } from '../config/config.ts';
import { schemeOf } from '../../sparse/layouts/scheme-of.ts';
import type { Story } from '../presets/stories.ts';
import { secondsFor, type DeviceSpeed } from '../engine/measure/step-time.ts';

/** What a device decides of a story's config. `block` is for runs whose weights come in blocks. */
export type Size = Pick<
  Config,
  'model' | 'width' | 'block' | 'imagesPerClass' | 'testPerClass' | 'epochs'
>;

interface Rung extends Omit<Size, 'epochs'> {
  /** Of one image of a dense training step without replay, and of the step itself: counted by `dry-run.ts`. */
  readonly flops: number;
  readonly bytesMoved: number;
  readonly dispatches: number;
}

/** From the smallest on. Wider ones would spend their time on choosing masks, which the CPU does. */
const LADDER: readonly Rung[] = [
  {
    ...{ model: 'pocket', width: 8, block: '4x4', imagesPerClass: 250, testPerClass: 40 },
    ...{ flops: 2.85e6, bytesMoved: 0.389e6, dispatches: 53 },
  },
  {
    ...{ model: 'pocket', width: 16, block: '4x4', imagesPerClass: 500, testPerClass: 60 },
    ...{ flops: 10.97e6, bytesMoved: 0.81e6, dispatches: 53 },
  },
  {
    ...{ model: 'pocket', width: 32, block: '8x8', imagesPerClass: 500, testPerClass: 100 },
    ...{ flops: 43.0e6, bytesMoved: 1.6e6, dispatches: 52 },
  },
  {
    ...{ model: 'resnet18', width: 16, block: '8x8', imagesPerClass: 500, testPerClass: 100 },
    ...{ flops: 181.8e6, bytesMoved: 11.2e6, dispatches: 226 },
  },
  {
    ...{ model: 'resnet18', width: 32, block: '8x8', imagesPerClass: 500, testPerClass: 200 },
    ...{ flops: 723.6e6, bytesMoved: 23.3e6, dispatches: 222 },
  },
];

/** A story is to last so many seconds, training and evaluation of all its runs. */
const WANTED_SECONDS = 90;
/** The first evaluation and the first step are to take no longer, in seconds: shaders have to be compiled besides. */
const FIRST_SECONDS = 1;
const EPOCHS = { least: 3, most: 30 } as const;
const CLASSES = 10;

/** What is assumed of a device that has not been measured. */
const UNMEASURED = { software: 1.5, gpu: 40 } as const;

/** The largest size with which `story` moves at once and has a few epochs a task; the smallest where none has. */
export function suitedSize(gigaflops: number | null, software: boolean, story: Story): Size {
  const speed = { gigaflops: gigaflops ?? UNMEASURED[software ? 'software' : 'gpu'], software };
  const sizes = LADDER.map((rung) => ({ rung, ...paceOf(rung, speed, story) }));
  const fits = sizes.filter(
    ({ epochs, firstSeconds }) => epochs >= EPOCHS.least && firstSeconds <= FIRST_SECONDS,
  );
  const { rung, epochs } = fits.at(-1) ?? sizes[0]!;
  const { model, width, block, imagesPerClass, testPerClass } = rung;
  const chosen = Math.min(EPOCHS.most, Math.max(EPOCHS.least, Math.floor(epochs)));
  return { model, width, block, imagesPerClass, testPerClass, epochs: chosen };
}

/** The runs of a story as they suit a device: each differs from the defaults in so much. */
export function suitedRuns(
  story: Story,
  gigaflops: number | null,
  software: boolean,
): readonly Partial<Config>[] {
  const { block, ...size } = suitedSize(gigaflops, software, story);
  return story.runs.map((run) => ({
    ...run,
    ...size,
    ...(run.layout && schemeOf(run.layout).reads.includes('block') && { block }),
  }));
}

/** Epochs that there is time for, and the time until something moves. */
function paceOf(rung: Rung, speed: DeviceSpeed, { runs, work }: Story) {
  const { batch, tasks: usual } = DEFAULTS;
  const seconds = (images: number) =>
    secondsFor(
      {
        flops: images * rung.flops,
        bytesMoved: images * rung.bytesMoved,
        dispatches: (images / batch) * rung.dispatches,
      },
      speed,
    );
  // Forward alone.
  const evaluation = seconds((CLASSES * rung.testPerClass) / 3);
  const evaluations = runs.reduce((sum, { tasks = usual }) => sum + tasks + 1, 0);
  const epoch = work * seconds(CLASSES * rung.imagesPerClass);
  return {
    epochs: (WANTED_SECONDS - evaluations * evaluation) / epoch,
    // At most three times the rows in a step, where stored answers are replayed.
    firstSeconds: evaluation + seconds(3 * batch),
  };
}
