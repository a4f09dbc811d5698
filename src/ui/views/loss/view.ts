/** The view of the loss, as the page lists it. */
import { html, svg } from 'lit';
import { sketch, SKETCHED_TASKS, sketchFloor } from '../../view/empty-view.ts';
import type { View } from '../../view/view.ts';

export const lossView: View = {
  name: 'loss',
  title: 'What it learns',
  wide: false,
  empty: {
    draw: () => sketch(saw()),
    lead: 'How wrong the network is on the images it is learning from, step by step.',
    more: 'Lower is better. It leaps up whenever a new task begins.',
  },
  load: () => import('./lab-loss.ts'),
  render: ({ recording, at, version }) =>
    html`<lab-loss .recording=${recording} .at=${at} .version=${version}></lab-loss>`,
};

/** A line that leaps up where a task begins. */
function saw(): unknown {
  const tooth = (x: number): string => `L${x} 14C${x + 4} 62 ${x + 14} 72 ${x + 32} 76`;
  const teeth = SKETCHED_TASKS.map((task) => tooth(8 + 34 * task)).join('');
  return svg`<path class="loss" d="M8 20${teeth}" />${sketchFloor}`;
}
