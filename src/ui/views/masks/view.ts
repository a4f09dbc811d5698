/** The view of the masks, as the page lists it. */
import { html } from 'lit';
import type { View } from '../../view/view.ts';
import { EMPTY_WALL } from './specimen.ts';

export const masksView: View = {
  name: 'masks',
  title: 'Which weights exist',
  wide: false,
  empty: EMPTY_WALL,
  load: () => import('./lab-mask-wall.ts'),
  render: ({ recording, at, version }) =>
    html`<lab-mask-wall .recording=${recording} .at=${at} .version=${version}></lab-mask-wall>`,
};
