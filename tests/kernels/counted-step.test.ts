/**
 * What a plan says of its own work, against products of the shapes of the small DER++ run: multiply-accumulates
 * with and without taps outside the image, and the bytes that a dispatch cannot do without.
 */
import { afterEach, expect, test } from 'vitest';
import { stepLedger } from '../../src/lab/report/ledger.ts';
import { STRATEGIES } from '../../src/continual/strategies/registry.ts';
import { gpu, noErrors } from './engine.ts';
import { CLASSES, OPTIONS, smallDerpp, WIDTH } from './small-derpp.ts';

afterEach(async () => {
  await noErrors();
  (await gpu()).memory.releaseAll();
});

/** Three groups of 6, 5 and 5 rows, each padded to whole vectors. */
const ROWS = 3 * 8;
/** The four convolutions of `pocket`: channels in and out, and sides of the planes. */
const LAYERS = [
  { inputs: 3, outputs: WIDTH, from: 32, to: 16 },
  { inputs: WIDTH, outputs: 2 * WIDTH, from: 16, to: 8 },
  { inputs: 2 * WIDTH, outputs: 4 * WIDTH, from: 8, to: 8 },
  { inputs: 4 * WIDTH, outputs: 4 * WIDTH, from: 8, to: 4 },
];
const macsOf = ({ inputs, outputs, to }: (typeof LAYERS)[number]) =>
  9 * inputs * outputs * to * to * ROWS;
/** Of 3·n taps along a side, one is outside, at stride 1 one at either end. */
const outsideOf = (layer: (typeof LAYERS)[number]) => {
  const all = 3 * layer.to;
  const inside = all - (layer.from === layer.to ? 2 : 1);
  return Math.round((macsOf(layer) * (all * all - inside * inside)) / (all * all));
};
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

test('of one batch, and of groups in sequence', async () => {
  for (const sequenced of [false, true]) {
    const { store, trainer, device } = await smallDerpp({ sequenced });
    const { entries } = trainer.plan;
    const of = (label: string) => entries.filter((entry) => entry.label === label);
    const parts = sequenced ? 3 : 1;
    for (const [i, layer] of LAYERS.entries()) {
      for (const pass of ['forward', 'weight gradient', ...(i > 0 ? ['input gradient'] : [])]) {
        const found = of(`conv${i + 1} ${pass}`);
        expect(found).toHaveLength(parts);
        expect(sum(found.map(({ macs }) => macs))).toBe(macsOf(layer));
        expect(sum(found.map(({ denseMacs }) => denseMacs))).toBe(macsOf(layer));
        expect(sum(found.map(({ outsideMacs }) => outsideMacs))).toBe(outsideOf(layer));
      }
    }
    const head = 4 * WIDTH * CLASSES * ROWS;
    const ledger = stepLedger(entries, STRATEGIES.derpp.draws(OPTIONS));
    const forward = sum(LAYERS.map(macsOf)) + head;
    expect(ledger.kinds.forward.macs).toBe(forward);
    expect(ledger.kinds['weight-gradient'].macs).toBe(forward);
    expect(ledger.kinds['input-gradient'].macs).toBe(forward - macsOf(LAYERS[0]!));
    const backward = 2 * forward - macsOf(LAYERS[0]!);
    // By drawn rows where groups share a dispatch, else by group.
    const charged = sequenced ? 1 / 3 : 6 / 16;
    expect(ledger.published.macs / (forward + charged * backward)).toBeCloseTo(1, 12);

    const second = of('conv2 forward');
    const plane = (channels: number, side: number) => channels * side * side * ROWS * 4;
    const weights = 9 * WIDTH * 2 * WIDTH * 4;
    expect(sum(second.map(({ bytesRead }) => bytesRead))).toBe(plane(WIDTH, 16) + parts * weights);
    expect(sum(second.map(({ bytesWritten }) => bytesWritten))).toBe(plane(2 * WIDTH, 8));
    // Weights of the layers' ranges alone; a later part reads what it adds to.
    const sums = of('conv2 weight gradient sum');
    expect(sums.map(({ bytesWritten }) => bytesWritten)).toEqual(sums.map(() => weights));
    const partials = of('conv2 weight gradient').map(({ bytesWritten }) => bytesWritten);
    expect(sums.map(({ bytesRead }, part) => bytesRead - partials[part]!)).toEqual(
      sums.map((_, part) => (part > 0 ? weights : 0)),
    );
    // Weights, gradients and velocity; the first and the last are written back.
    const arena = store.floats * 4;
    expect(of('update')).toMatchObject([
      { bytesRead: 3 * arena, bytesWritten: 2 * arena, groups: [], macs: 0 },
    ]);
    const image = 3 * 32 * 32;
    const gathered = of('gather');
    expect(sum(gathered.map(({ bytesWritten }) => bytesWritten))).toBe(ROWS * image * 4);
    device.memory.releaseAll();
  }
});
