/** The view of the stream and its images, as the page lists it. */
import { html, svg } from 'lit';
import { sketch, SKETCHED_TASKS } from '../../view/empty-view.ts';
import type { View } from '../../view/view.ts';

export const dataView: View = {
  name: 'data',
  title: 'What it is shown',
  wide: true,
  empty: {
    draw: () => sketch(pages()),
    lead: 'The tasks in their order, and the images of each.',
    more: 'Also the old images that are kept to be looked at again, and those that are left out.',
  },
  load: () => import('./lab-data.ts'),
  render: ({ recording, at, version }) =>
    html`<lab-data .recording=${recording} .at=${at} .version=${version}></lab-data>`,
};

/** Nine images a task, some of them in its ink. */
function pages(): unknown {
  return svg`${SKETCHED_TASKS.map(
    (task) => svg`<rect class="t${task + 1}" x=${8 + 34 * task} y="12" width="30" height="4" />
      ${[0, 1, 2, 3, 4, 5, 6, 7, 8].map(
        (i) =>
          svg`<rect class=${(i * (task + 2)) % 5 === 1 ? `t${task + 1}` : 'dense'}
            x=${8 + 34 * task + 10.5 * (i % 3)} y=${22 + 10.5 * Math.floor(i / 3)} width="9" height="9" />`,
      )}`,
  )}`;
}
