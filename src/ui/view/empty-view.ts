/**
 * What stands where a view will be before the first run. Part of the first load, so that the views themselves need
 * not be.
 */
import { css, html, svg } from 'lit';
import type { EmptyView, View } from './view.ts';

/** A drawing beside its words. */
export const emptyPictureStyles = [
  css`
    .empty {
      display: grid;
      grid-template-columns: auto minmax(0, 1fr);
      align-items: center;
      gap: var(--space-4) var(--space-6);
      max-width: 46rem;
    }

    .empty svg {
      width: 9.5rem;
      height: auto;
    }

    .empty .lead {
      margin-bottom: var(--space-2);
      font: 400 var(--text-lead) / 1.45 var(--font-display);
    }

    @media (max-width: 30rem) {
      .empty {
        grid-template-columns: minmax(0, 1fr);
      }
    }

    .sketch text {
      fill: var(--ink-soft);
      font-size: 8px;
      text-anchor: middle;
    }

    .sketch path {
      fill: none;
      stroke-width: 2.5;
      stroke-linecap: round;
      stroke-linejoin: round;
    }

    .sketch .line {
      stroke: var(--rule-strong);
      stroke-width: 1;
    }

    .sketch .ours {
      fill: var(--accent);
    }

    .sketch .dense {
      fill: var(--rule);
    }

    .sketch .loss {
      stroke: var(--accent);
    }

    .sketch .dead {
      fill: var(--dead);
    }
  `,
  // One rule for each ink.
  ...[1, 2, 3, 4, 5].map(
    (task) => css`
      .sketch path.t${task} {
        stroke: var(--task-${task});
      }
      .sketch rect.t${task} {
        fill: var(--task-${task});
      }
    `,
  ),
];

/** The same in a frame whose width decides how large the drawing is. */
export const emptyViewStyles = [
  ...emptyPictureStyles,
  css`
    .frame {
      container-type: inline-size;
    }

    @container (min-width: 46rem) {
      .empty {
        max-width: none;
      }

      .empty .large {
        width: 25rem;
      }
    }

    @container (max-width: 32rem) {
      .empty {
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--space-4);
        align-items: start;
      }

      .empty svg {
        width: 6.5rem;
        margin-top: var(--space-1);
      }

      .empty .soft {
        font-size: var(--text-small);
      }
    }
  `,
];

export function emptyPicture({ draw, lead, more }: EmptyView): unknown {
  return html`<div class="empty">
    ${draw()}
    <div>
      <p class="lead">${lead}</p>
      <p class="soft">${more}</p>
    </div>
  </div>`;
}

export const emptyView = ({ empty }: View): unknown =>
  html`<div class="frame">${emptyPicture(empty)}</div>`;

/** A drawing of 186 × 96 units, which grows where there is room if it is `large`. */
export const sketch = (lines: unknown, large = false): unknown =>
  html`<svg class=${large ? 'sketch large' : 'sketch'} viewBox="0 0 186 96" aria-hidden="true">
    ${lines}
  </svg>`;

/** The line that a sketch of a chart stands on. */
export const sketchFloor = svg`<path class="line" d="M8 90H178" />`;

/** The tasks of a sketch. */
export const SKETCHED_TASKS = [0, 1, 2, 3, 4] as const;
