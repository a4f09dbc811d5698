/** What RigL does (`sparse/dynamics/rigl.ts`). */
import type { Explanation } from '../explanation.ts';
import { RIGL } from '../citations.ts';
import { placeAt } from '../readings.ts';
import { liveUnits, moved, schedule, share, time } from '../symbols.ts';

export const rigl: Explanation = {
  name: 'rigl',
  views: ['masks'],
  applies: ({ layout, dynamic }) => layout !== 'dense' && dynamic === 'rigl',
  title: 'RigL: grow where the gradient is large',
  body: "At every change the live weights of least [[magnitude]] are [[drop|dropped]], and as many dead ones come: those with the largest [[gradient]], which says where a weight would help most. For that the gradient of all weights, dead ones included, is worked out on one [[batch]]. How many move falls along half a cosine until nothing moves at T, a share of the [[task]], and begins anew with the next. m is a share of all weights; the paper's α = .3 is one of the live weights, which is m / (1 − s).",
  formula: ['moved(t) = frac{m}{2} (1 + cos frac{π t}{T})', 'S_"grow"(w) = |frac{∂L}{∂w}|'],
  letters: [
    ['S_"grow"', 'score of dead weights: the largest grow'],
    ['L', 'loss on one batch'],
    ['w', 'a weight'],
  ],
  symbols: (recording, at) => {
    const { maskChange, maskEnd } = recording.config;
    const t = placeAt(recording, at)?.share;
    const now =
      t === undefined
        ? null
        : t < maskEnd
          ? (maskChange / 2) * (1 + Math.cos((Math.PI * t) / maskEnd))
          : 0;
    return [
      liveUnits(recording, at),
      { sign: 'moved(t)', means: 'of all weights, if the mask changed now', value: share(now) },
      ...schedule(recording),
      time(recording, at),
      moved(recording, at),
    ];
  },
  citations: [RIGL],
};
