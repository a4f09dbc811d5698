/**
 * What stands where a view will be before the first run: a small drawing of what is to come, and what it will say.
 * Drawings, not data. Part of the first load, so that the views themselves need not be.
 */
import { css, html, svg } from 'lit';
import { emptyStyles, emptyWall } from '../views/masks/mask-empty.ts';
import type { ViewName } from './views.ts';

export const emptyViewStyles = [
  emptyStyles,
  css`
    .frame {
      container-type: inline-size;
    }

    @container (min-width: 46rem) {
      .empty {
        max-width: none;
      }

      .empty .forgetting {
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

const TASKS = [0, 1, 2, 3, 4];

/** Five lines that each rise when their task is learnt and fall when the next one comes. */
function curves(): unknown {
  return svg`${TASKS.map((task) => {
    const x = 8 + 34 * task;
    const fall = task === 4 ? '' : `L${x + 68} ${78 + task}L178 ${82 + task}`;
    return svg`<path class="t${task + 1}" d="M${x} 84L${x + 34} ${16 + 3 * task}${fall}" />
      <text x=${x + 34} y=${10 + 3 * task}>${task + 1}</text>`;
  })}<path class="line" d="M8 90H178" />`;
}

function loss(): unknown {
  const tooth = (x: number): string => `L${x} 14C${x + 4} 62 ${x + 14} 72 ${x + 32} 76`;
  return svg`<path class="loss" d="M8 20${TASKS.map((task) => tooth(8 + 34 * task)).join('')}" />
    <path class="line" d="M8 90H178" />`;
}

function pages(): unknown {
  return svg`${TASKS.map(
    (task) => svg`<rect class="t${task + 1}" x=${8 + 34 * task} y="12" width="30" height="4" />
      ${[0, 1, 2, 3, 4, 5, 6, 7, 8].map(
        (i) =>
          svg`<rect class=${(i * (task + 2)) % 5 === 1 ? `t${task + 1}` : 'dense'}
            x=${8 + 34 * task + 10.5 * (i % 3)} y=${22 + 10.5 * Math.floor(i / 3)} width="9" height="9" />`,
      )}`,
  )}`;
}

function bars(): unknown {
  return svg`${[0, 1, 2].map(
    (i) => svg`<rect class="ours" x="8" y=${12 + 28 * i} width=${44 + 14 * i} height="9" />
      <rect class="dense" x="8" y=${23 + 28 * i} width=${168 - 22 * i} height="7" />`,
  )}`;
}

const EMPTY: Readonly<
  Record<
    Exclude<ViewName, 'masks'>,
    { readonly draw: () => unknown; readonly lead: string; readonly more: string }
  >
> = {
  forgetting: {
    draw: curves,
    lead: 'Each task gets a line: how many of its test images the network still names rightly.',
    more: 'A line rises while its task is learnt. Where it falls afterwards, the network is forgetting: the next task is being written over it.',
  },
  loss: {
    draw: loss,
    lead: 'How wrong the network is on the images it is learning from, step by step.',
    more: 'Lower is better. It leaps up whenever a new task begins.',
  },
  data: {
    draw: pages,
    lead: 'The tasks in their order, and the images of each.',
    more: 'Also the old images that are kept to be looked at again, and those that are left out.',
  },
  ledger: {
    draw: bars,
    lead: 'How long a step takes, how much arithmetic and how much memory.',
    more: 'Always beside what a dense network of the same shape would have taken.',
  },
};

export function emptyView(name: ViewName): unknown {
  return html`<div class="frame">${name === 'masks' ? emptyWall(null) : sketched(name)}</div>`;
}

function sketched(name: Exclude<ViewName, 'masks'>): unknown {
  const { draw, lead, more } = EMPTY[name];
  return html`<div class="empty">
    <svg class="sketch ${name}" viewBox="0 0 186 96" aria-hidden="true">${draw()}</svg>
    <div>
      <p class="lead">${lead}</p>
      <p class="soft">${more}</p>
    </div>
  </div>`;
}
