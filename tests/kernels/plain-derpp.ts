/**
 * The run of `small-derpp.ts` on the plain network, after the paper (Buzzega et al., NeurIPS 2020): what the
 * trainer's batches, losses, gradients, weights and replay buffer are compared with.
 */
import { Reservoir } from '../../src/continual/buffer/reservoir.ts';
import { IMAGE_BYTES, IMAGE_SIZE } from '../../src/data/image-set.ts';
import { RandomStream, STREAM } from '../../src/gpu/rng.ts';
import { augment } from '../reference/plain/augment.ts';
import { backward, forward, type NetworkState } from '../reference/plain/network.ts';
import { pocket } from '../reference/plain/networks.ts';
import { rowLoss, type RowLossTerms } from '../reference/plain/row-loss.ts';
import { sgd, type SgdState } from '../reference/plain/sgd.ts';
import { drawOf } from './augment-draws.ts';
import {
  BUFFER,
  CLASSES,
  indicesOf,
  OPTIONS,
  SCALARS,
  SEED,
  STATISTICS,
  TASK,
  WIDTH,
} from './small-derpp.ts';

/** One row as the plain version sees it. */
interface PlainRow {
  readonly bytes: Uint8Array;
  readonly label: number;
  readonly terms: RowLossTerms;
  readonly target: readonly number[];
  /** Where the engine has it in the batch: crops are drawn by that. */
  readonly place: number;
}

/** DER++ of Buzzega et al. (2020) on the plain network, a step after the other. */
export function plainDerpp(parameters: NetworkState['parameters'], bytes: Uint8Array<ArrayBuffer>) {
  const network = pocket(CLASSES, WIDTH);
  const { batch, replayBatch, alpha, beta } = OPTIONS;
  const pad = (rows: number) => Math.ceil(rows / 4) * 4;
  const starts = [0, pad(batch), pad(batch) + pad(replayBatch)];
  const total = pad(batch) + 2 * pad(replayBatch);
  const reservoir = new Reservoir(
    BUFFER,
    new RandomStream(SEED, STREAM.reservoir),
    new RandomStream(SEED, STREAM.replay),
  );
  const buffer: { bytes: Uint8Array; logits: readonly number[] }[] = [];
  const states = new Map<string, SgdState>(
    [...parameters].map(([name, values]) => [
      name,
      { weight: Float64Array.from(values), momentum: null },
    ]),
  );
  let running: NetworkState['running'] = new Map(
    [1, 2, 4, 4].map((times, i) => [
      `bn${i + 1}`,
      { mean: new Float64Array(times * WIDTH), variance: new Float64Array(times * WIDTH).fill(1) },
    ]),
  );
  const inTask = Array.from({ length: CLASSES }, (_, k) => k === 2 || k === 3);
  const nothing = { crossEntropy: 0, mse: 0, kl: 0, temperature: 1, mask: null };

  const step = (number: number) => {
    const current = [...indicesOf(number)].map((index, i): PlainRow => {
      const image = bytes.slice(index * IMAGE_BYTES, (index + 1) * IMAGE_BYTES);
      const terms = { ...nothing, crossEntropy: 1 / indicesOf(number).length, mask: inTask };
      const target = new Array<number>(CLASSES).fill(0);
      return { bytes: image, label: TASK.targets[index]!, terms, target, place: i };
    });
    const replayed = [1, 2].map((group) => {
      const slots = reservoir.draw(replayBatch);
      return slots.map((slot, i): PlainRow => {
        const share = 1 / slots.length;
        const terms =
          group === 1
            ? { ...nothing, mse: alpha * share }
            : { ...nothing, crossEntropy: beta * share };
        const { bytes: image, logits: target } = buffer[slot]!;
        return {
          bytes: image,
          label: reservoir.labels[slot]!,
          terms,
          target,
          place: starts[group]! + i,
        };
      });
    });
    const rows = [...current, ...replayed.flat()];
    const draws = rows.map(({ place }) => drawOf(SEED, number, total, place));
    const raw = new Uint8Array(rows.flatMap((row) => [...row.bytes]));
    const x = augment(raw, draws, { size: IMAGE_SIZE, padding: 4, ...STATISTICS });
    const groups = [current, ...replayed].map(({ length }) => ({ capacity: length, live: length }));
    const state = new Map([...states].map(([name, { weight }]) => [name, weight]));
    const passed = forward(network, { parameters: state, running }, x, groups);
    const { loss, dlogits } = rowLoss(
      passed.logits,
      rows.map(({ label }) => label),
      rows.flatMap(({ target }) => target),
      rows.map(({ terms }) => terms),
      CLASSES,
    );
    const gradients = backward(network, state, passed, dlogits, groups);
    for (const [name, held] of states) states.set(name, sgd(held, gradients.get(name)!, SCALARS));
    running = passed.running;
    const slots = new Int32Array(current.length);
    reservoir.offerBatch(
      current.map(({ label }) => label),
      TASK.index,
      slots,
    );
    const logitsOf = (row: number) => [
      ...passed.logits.subarray(row * CLASSES, (row + 1) * CLASSES),
    ];
    current.forEach((row, i) => {
      if (slots[i]! >= 0) buffer[slots[i]!] = { bytes: row.bytes, logits: logitsOf(i) };
    });
    const right = current.filter(({ label }, row) => {
      const logits = logitsOf(row);
      return logits.indexOf(Math.max(...logits)) === label;
    });
    return {
      loss: loss.reduce((a, b) => a + b, 0),
      right: right.length,
      images: current.length,
      gradients,
    };
  };
  return { step, buffer, states, running: () => running };
}
