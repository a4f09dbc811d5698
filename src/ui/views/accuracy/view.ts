/** The view of accuracy and forgetting, as the page lists it. */
import { html, svg } from 'lit';
import { sketch, SKETCHED_TASKS, sketchFloor } from '../../view/empty-view.ts';
import type { View } from '../../view/view.ts';

export const accuracyView: View = {
  name: 'forgetting',
  title: 'What it remembers',
  wide: false,
  empty: {
    draw: () => sketch(curves(), true),
    lead: 'Each task gets a line: how many of its test images the network still names rightly.',
    more: 'A line rises while its task is learnt. Where it falls afterwards, the network is forgetting: the next task is being written over it.',
  },
  load: () => import('./lab-accuracy.ts'),
  render: ({ recording, at, version }) =>
    html`<lab-accuracy .recording=${recording} .at=${at} .version=${version}></lab-accuracy>`,
};

/** Five lines that each rise when their task is learnt and fall when the next one comes. */
function curves(): unknown {
  return svg`${SKETCHED_TASKS.map((task) => {
    const x = 8 + 34 * task;
    const fall = task === 4 ? '' : `L${x + 68} ${78 + task}L178 ${82 + task}`;
    return svg`<path class="t${task + 1}" d="M${x} 84L${x + 34} ${16 + 3 * task}${fall}" />
      <text x=${x + 34} y=${10 + 3 * task}>${task + 1}</text>`;
  })}${sketchFloor}`;
}
