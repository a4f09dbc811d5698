/** The view of time, operations and memory, as the page lists it. */
import { html, svg } from 'lit';
import { sketch } from '../../view/empty-view.ts';
import type { View } from '../../view/view.ts';

export const costView: View = {
  name: 'ledger',
  title: 'What it costs',
  wide: true,
  empty: {
    draw: () => sketch(bars()),
    lead: 'How long a step takes, how much arithmetic and how much memory.',
    more: 'Always beside what a dense network of the same shape would have taken.',
  },
  load: () => import('./lab-ledger.ts'),
  render: ({ recording, at, version, idle }) =>
    html`<lab-ledger
      .recording=${recording}
      .at=${at}
      .version=${version}
      .idle=${idle}
    ></lab-ledger>`,
};

/** Pairs of bars: the run’s own above that of its dense twin. */
function bars(): unknown {
  return svg`${[0, 1, 2].map(
    (i) => svg`<rect class="ours" x="8" y=${12 + 28 * i} width=${44 + 14 * i} height="9" />
      <rect class="dense" x="8" y=${23 + 28 * i} width=${168 - 22 * i} height="7" />`,
  )}`;
}
