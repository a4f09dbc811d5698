/**
 * PyTorch's step and trajectory fixtures of whole nets, ready to use: inputs drawn again from the RNG,
 * parameters rebuilt, expected outputs by name. `pytorch/steps.py` and `pytorch/models.py` write them;
 * the README beside this file says how close a test should ask an engine to come.
 */
import { elementsOf, openFixture, type FixtureBlob, type FixtureName } from './fixtures.ts';
import { fingerprintLength, readFingerprint, type Fingerprint } from './fingerprint.ts';
import { imageBytes, initialParameter, labelsOf, normalise, storedLogits } from './inputs.ts';
import type { RowLossTerms } from './plain/row-loss.ts';

export type NetName = Exclude<FixtureName, 'layers'>;

export interface NamedShape {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface NamedNorm {
  readonly name: string;
  readonly channels: number;
}

/** [C] each, by the norm's name. */
export type Statistics = ReadonlyMap<
  string,
  { readonly mean: Float32Array<ArrayBuffer>; readonly variance: Float32Array<ArrayBuffer> }
>;

/** One batch: its rows stand in order, a norm group after the other, without padding. */
export interface FixtureBatch {
  readonly rows: number;
  /** Bytes [N][3][32][32]. */
  readonly images: Uint8Array<ArrayBuffer>;
  /** The same, normalised: what the net sees. */
  readonly x: Float32Array<ArrayBuffer>;
  readonly labels: Uint32Array<ArrayBuffer>;
  /** [N][classes]; only rows with an MSE weight use them. */
  readonly storedLogits: Float32Array<ArrayBuffer>;
  /** Loss coefficients of each row. */
  readonly terms: readonly RowLossTerms[];
  /** Rows of each norm group. */
  readonly groups: readonly number[];
}

/** One step in training mode, computed in float64 from the parameters given. */
export interface StepFixture {
  readonly name: string;
  /** To load before the step. Norm biases are not the initial ones: see `pytorch/kinks.py`. */
  readonly parameters: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
  readonly runningBefore: Statistics;
  readonly batch: FixtureBatch;
  /** Sum over rows of their weighted loss. */
  readonly loss: number;
  /** [N][classes] */
  readonly logits: Float32Array;
  readonly gradients: ReadonlyMap<string, Fingerprint>;
  readonly runningAfter: Statistics;
  /** [N][classes] in evaluation mode with the parameters above and `runningAfter`. */
  readonly evalLogits: Float32Array;
}

/** Losses of SGD from the initial parameters; step s trains on `trajectoryBatch(fixture, s)`. */
export interface Trajectory {
  readonly batch: number;
  readonly rate: number;
  readonly momentum: number;
  readonly float64: readonly number[];
  /** PyTorch's float32 with three convolution algorithms. */
  readonly float32: readonly (readonly number[])[];
  /** w1 alone: how far each parameter moved over all steps. */
  readonly displacement: ReadonlyMap<string, Fingerprint>;
}

export interface NetFixture {
  readonly net: NetName;
  readonly classes: number;
  readonly initSeed: number;
  /** In PyTorch's order. */
  readonly parameters: readonly NamedShape[];
  readonly norms: readonly NamedNorm[];
  readonly initial: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
  /** Mean 0, variance 1. */
  readonly initialRunning: Statistics;
  readonly trajectory: Trajectory | null;
  readonly steps: readonly StepFixture[];
}

interface PartIndex {
  readonly seed: number;
  readonly rows: number;
  readonly group: number;
  readonly crossEntropy?: number;
  readonly mse?: number;
}

interface StepIndex {
  readonly name: string;
  readonly parts: readonly PartIndex[];
  readonly displacement?: Readonly<
    Record<string, { readonly scale: number; readonly offset: number }>
  >;
  readonly runningBefore?: number;
  readonly normBiases?: number;
  readonly loss: number;
  readonly logits: number;
  readonly gradients: number;
  readonly runningAfter?: number;
  readonly evalLogits: number;
}

interface NetIndex {
  readonly net: NetName;
  readonly initSeed: number;
  readonly classes: number;
  readonly parameters: readonly NamedShape[];
  readonly norms: readonly NamedNorm[];
  readonly trajectory?: Omit<Trajectory, 'displacement'> & { readonly displacement?: number };
  readonly steps: readonly StepIndex[];
}

function batchOf(parts: readonly PartIndex[], classes: number): FixtureBatch {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const images = new Uint8Array(rows * 3072);
  const labels = new Uint32Array(rows);
  const stored = new Float32Array(rows * classes);
  const terms: RowLossTerms[] = [];
  const groups: number[] = [];
  for (const part of parts) {
    const first = terms.length;
    images.set(imageBytes(part.seed, part.rows), first * 3072);
    labels.set(labelsOf(part.seed, part.rows, classes), first);
    stored.set(storedLogits(part.seed, part.rows, classes), first * classes);
    for (let n = 0; n < part.rows; n++) {
      const { crossEntropy = 0, mse = 0 } = part;
      terms.push({ crossEntropy, mse, kl: 0, temperature: 1, mask: null });
    }
    groups[part.group] = (groups[part.group] ?? 0) + part.rows;
  }
  return { rows, images, x: normalise(images), labels, storedLogits: stored, terms, groups };
}

/** The batch of step `step` of a trajectory: a fresh one, from seed `step` + 1, mean cross-entropy. */
export function trajectoryBatch(fixture: NetFixture, step: number): FixtureBatch {
  const rows = fixture.trajectory?.batch ?? 0;
  return batchOf([{ seed: step + 1, rows, group: 0, crossEntropy: 1 / rows }], fixture.classes);
}

/**
 * Relative error of the loss that a test should allow at each step of a trajectory. With norm, rounding
 * grows several-fold a step: 1e-3 for three steps, then three times the worst error so far of PyTorch's own
 * float32 runs. Without norm 1e-4 throughout.
 */
export function lossTolerances(fixture: NetFixture): number[] {
  const { float64 = [], float32 = [] } = fixture.trajectory ?? {};
  if (fixture.norms.length === 0) return float64.map(() => 1e-4);
  let worst = 0;
  return float64.map((loss, step) => {
    for (const run of float32) worst = Math.max(worst, Math.abs(run[step]! - loss) / loss);
    return step < 3 ? 1e-3 : 3 * worst;
  });
}

/** Opens the fixture of a net. */
export async function loadNetFixture(name: NetName): Promise<NetFixture> {
  const opened = await openFixture(name);
  const index = opened.index as NetIndex;
  const { blob } = opened;
  const initial = initialParameters(index);
  const initialRunning = new Map(
    index.norms.map(({ name: norm, channels }) => [
      norm,
      { mean: new Float32Array(channels), variance: new Float32Array(channels).fill(1) },
    ]),
  );
  const { trajectory = null } = index;
  return {
    net: index.net,
    classes: index.classes,
    initSeed: index.initSeed,
    parameters: index.parameters,
    norms: index.norms,
    initial,
    initialRunning,
    trajectory: trajectory && {
      ...trajectory,
      displacement: fingerprints(index, blob, trajectory.displacement),
    },
    steps: index.steps.map((step): StepFixture => {
      const batch = batchOf(step.parts, index.classes);
      const logits = batch.rows * index.classes;
      return {
        name: step.name,
        parameters: parametersOf(index, blob, step, initial),
        runningBefore: statistics(index, blob, step.runningBefore) ?? initialRunning,
        batch,
        loss: step.loss,
        logits: blob.floats(step.logits, logits),
        gradients: fingerprints(index, blob, step.gradients),
        runningAfter: statistics(index, blob, step.runningAfter) ?? initialRunning,
        evalLogits: blob.floats(step.evalLogits, logits),
      };
    }),
  };
}

function initialParameters(index: NetIndex) {
  const shapes = new Map(index.parameters.map(({ name, shape }) => [name, shape]));
  const norms = new Set(index.norms.map(({ name }) => name));
  return new Map(
    index.parameters.map(({ name, shape }) => {
      const owner = name.slice(0, name.lastIndexOf('.'));
      const fanShape = norms.has(owner) ? 'norm' : shapes.get(`${owner}.weight`)!;
      const normal = index.net === 'resnet32';
      return [name, initialParameter(name, shape, fanShape, index.initSeed, normal)];
    }),
  );
}

/** fround(initial + fround(scale · q)) of every tensor that moved; norm biases as stored. */
function parametersOf(
  index: NetIndex,
  blob: FixtureBlob,
  step: StepIndex,
  initial: NetFixture['initial'],
): Map<string, Float32Array<ArrayBuffer>> {
  const parameters = new Map(initial);
  for (const [name, { scale, offset }] of Object.entries(step.displacement ?? {})) {
    const start = initial.get(name)!;
    const q = blob.bytes(offset, start.length);
    parameters.set(
      name,
      start.map((value, e) => value + Math.fround(scale * q[e]!)),
    );
  }
  if (step.normBiases !== undefined) {
    let at = step.normBiases;
    for (const { name, channels } of index.norms) {
      parameters.set(`${name}.bias`, blob.floats(at, channels));
      at += 4 * channels;
    }
  }
  return parameters;
}

/** Mean, then variance of each norm in order. */
function statistics(
  index: NetIndex,
  blob: FixtureBlob,
  offset: number | undefined,
): Statistics | null {
  if (offset === undefined) return null;
  let at = offset;
  return new Map(
    index.norms.map(({ name, channels }) => {
      const mean = blob.floats(at, channels);
      const variance = blob.floats(at + 4 * channels, channels);
      at += 8 * channels;
      return [name, { mean, variance }];
    }),
  );
}

function fingerprints(
  index: NetIndex,
  blob: FixtureBlob,
  offset: number | undefined,
): Map<string, Fingerprint> {
  if (offset === undefined) return new Map();
  let at = offset;
  return new Map(
    index.parameters.map(({ name, shape }) => {
      const size = elementsOf(shape);
      const length = fingerprintLength(size);
      const stored = blob.floats(at, length);
      at += 4 * length;
      return [name, readFingerprint(name, shape, size, stored)];
    }),
  );
}
