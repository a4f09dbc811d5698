/**
 * What a view of a run is to the page: its heading, its element, which is fetched when there is something to show, and
 * a drawing of what is to come until then. Each folder in `views/` has one in `view.ts`; `app/views.ts` lists them.
 */
import type { Recording } from '../../lab/recording/recording.ts';

export interface ViewProps {
  readonly recording: Recording | null;
  /** The moment that is shown: steps that are done. */
  readonly at: number;
  /** Changes when the recording has grown. */
  readonly version: number;
  /** Nothing is under way, so that the device is free. */
  readonly idle: boolean;
}

/** What stands in a view's place before the first run: a drawing, not data, and what the view will say. */
export interface EmptyView {
  readonly draw: () => unknown;
  readonly lead: string;
  readonly more: string;
}

export interface View {
  /** Also its anchor on the page, and the name by which explanations say where they stand. */
  readonly name: string;
  readonly title: string;
  /** Takes the whole width where there are columns. */
  readonly wide: boolean;
  readonly empty: EmptyView;
  /** Fetches its elements. */
  readonly load: () => Promise<unknown>;
  readonly render: (props: ViewProps) => unknown;
}
