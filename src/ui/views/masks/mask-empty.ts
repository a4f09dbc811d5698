/** What stands where the mask wall will be, while there is no mask: what it will show, or why there is none. */
import { css, html, svg } from 'lit';
import type { Recording } from '../../../lab/recording/recording.ts';

export const emptyStyles = css`
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

  .specimen .old {
    fill: var(--task-1);
  }

  .specimen .new {
    fill: var(--task-3);
  }

  .specimen .later {
    fill: var(--task-2);
  }

  .specimen .trace {
    fill: var(--task-1);
    opacity: 0.3;
  }

  .specimen .dead {
    fill: var(--dead);
  }

  @media (max-width: 30rem) {
    .empty {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;

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
const INKS: Readonly<Record<string, string>> = { '1': 'old', '2': 'later', '3': 'new' };

function specimen(): unknown {
  const at = (index: number): number => 8 * index + 4 * Math.floor(index / 3);
  return html`<svg class="specimen" viewBox="0 0 79 79" aria-hidden="true">
    ${SPECIMEN.flatMap((line, row) =>
      Array.from(line, (sign, column) => {
        const [x, y] = [at(column), at(row)];
        const ink = INKS[sign];
        return svg`<rect class=${ink ?? 'dead'} x=${x} y=${y} width="7" height="7" />
          ${sign === 't' ? svg`<rect class="trace" x=${x + 1.5} y=${y + 1.5} width="4" height="4" />` : ''}`;
      }),
    )}
  </svg>`;
}

export function emptyWall(recording: Recording | null): unknown {
  const [lead, more] = words(recording);
  return html`<div class="empty">
    ${specimen()}
    <div>
      <p class="lead">${lead}</p>
      <p class="soft">${more}</p>
    </div>
  </div>`;
}

function words(recording: Recording | null): readonly [string, string] {
  if (recording?.config.layout === 'dense') {
    return [
      'This network is dense: every weight lives, so there is no mask to show.',
      'To see weights come and go, choose the story “SparCL, complete”, or give this one a sparse layout under “which weights exist”.',
    ];
  }
  if (recording !== null) {
    return [
      'The first mask is being drawn.',
      'It decides which few of the weights exist when training begins.',
    ];
  }
  return [
    'Here you will see which weights of the network exist, layer by layer.',
    'Each square is a group of weights, written in the ink of the task in which it came to life. What a later task drops leaves a trace, and new ink goes over the old: a palimpsest.',
  ];
}
