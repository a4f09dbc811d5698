/** What stands in the mask wall’s place before any run. */
import { html, svg } from 'lit';
import type { EmptyView } from '../../view/view.ts';

/** Before any run. */
export const EMPTY_WALL: EmptyView = {
  draw: specimen,
  lead: 'Here you will see which weights of the network exist, layer by layer.',
  more: 'Each square is a group of weights, written in the ink of the task in which it came to life. What a later task drops leaves a trace, and new ink goes over the old: a palimpsest.',
};

/** A drawing, not data: nine characters, with units born in three tasks (1, 2, 3) and traces of the first (t). */
const SPECIMEN = [
  '1...t..3.',
  '.t.1..1..',
  '..2..1..t',
  't....2.1.',
  '.1.t..2..',
  '3..1....1',
  '.t..3.1..',
  '1..t.....',
  '..1..1.2t',
];
const INKS: Readonly<Record<string, string>> = { '1': 't1', '2': 't2', '3': 't3' };

export function specimen(): unknown {
  const at = (index: number): number => 8 * index + 4 * Math.floor(index / 3);
  return html`<svg class="sketch" viewBox="0 0 79 79" aria-hidden="true">
    ${SPECIMEN.flatMap((line, row) =>
      Array.from(line, (sign, column) => {
        const [x, y] = [at(column), at(row)];
        const ink = INKS[sign];
        return svg`<rect class=${ink ?? 'dead'} x=${x} y=${y} width="7" height="7" />
          ${sign === 't' ? svg`<rect class="t1" opacity="0.3" x=${x + 1.5} y=${y + 1.5} width="4" height="4" />` : ''}`;
      }),
    )}
  </svg>`;
}
