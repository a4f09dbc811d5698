/** The views of a run, in the order of the page: one line each. */
import { html } from 'lit';
import type { Recording } from '../../lab/recording/recording.ts';

export interface ViewProps {
  readonly recording: Recording | null;
  readonly at: number;
  readonly version: number;
  /** Nothing is under way, so that the device is free. */
  readonly idle: boolean;
}

export interface View {
  /** Also the name of its explanation, and of its anchor on the page. */
  readonly name: ViewName;
  readonly title: string;
  /** Takes the whole width where there are columns. */
  readonly wide: boolean;
  /** Fetches its elements: when there is a run to show. */
  readonly load: () => Promise<unknown>;
  readonly render: (props: ViewProps) => unknown;
}

export type ViewName = 'masks' | 'forgetting' | 'loss' | 'data' | 'ledger';

export const VIEWS: readonly View[] = [
  {
    name: 'masks',
    title: 'Which weights exist',
    wide: false,
    load: () => import('../views/masks/lab-mask-wall.ts'),
    render: ({ recording, at, version }) =>
      html`<lab-mask-wall .recording=${recording} .at=${at} .version=${version}></lab-mask-wall>`,
  },
  {
    name: 'forgetting',
    title: 'What it remembers',
    wide: false,
    load: () => import('../views/accuracy/lab-accuracy.ts'),
    render: ({ recording, at, version }) =>
      html`<lab-accuracy .recording=${recording} .at=${at} .version=${version}></lab-accuracy>`,
  },
  {
    name: 'loss',
    title: 'What it learns',
    wide: false,
    load: () => import('../views/loss/lab-loss.ts'),
    render: ({ recording, at, version }) =>
      html`<lab-loss .recording=${recording} .at=${at} .version=${version}></lab-loss>`,
  },
  {
    name: 'data',
    title: 'What it is shown',
    wide: true,
    load: () => import('../views/data/lab-data.ts'),
    render: ({ recording, at, version }) =>
      html`<lab-data .recording=${recording} .at=${at} .version=${version}></lab-data>`,
  },
  {
    name: 'ledger',
    title: 'What it costs',
    wide: true,
    load: () => import('../views/cost/lab-ledger.ts'),
    render: ({ recording, at, version, idle }) =>
      html`<lab-ledger
        .recording=${recording}
        .at=${at}
        .version=${version}
        .idle=${idle}
      ></lab-ledger>`,
  },
];
