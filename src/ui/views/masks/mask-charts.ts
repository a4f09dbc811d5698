/** Two charts of one layer over the run: how much of it lives, and what each change of its mask took and gave. */
import { css, svg } from 'lit';
import { curveStepAfter, line, scaleLinear, type ScaleLinear } from 'd3';
import { formatCount, formatPercent } from '../../style/format.ts';
import { gathered, type Turnover } from './mask-series.ts';

export interface ChartFrame {
  readonly width: number;
  /** Steps of the whole run, and of those that are done. */
  readonly steps: number;
  readonly at: number;
  /** Steps that are done when each task ends. */
  readonly taskEnds: readonly number[];
}

export const chartStyles = css`
  svg {
    display: block;
    width: 100%;
    height: auto;
    overflow: visible;
  }

  text {
    fill: var(--ink-soft);
    font-size: 0.75rem;
    font-variant-numeric: tabular-nums;
  }

  .grid {
    stroke: var(--rule);
  }

  .base {
    stroke: var(--rule-strong);
  }

  .end {
    stroke: var(--rule-strong);
    stroke-dasharray: 2 3;
  }

  .now {
    stroke: var(--ink);
  }

  .density {
    fill: none;
    stroke: var(--accent);
    stroke-width: 2;
  }

  .grown {
    fill: var(--grow);
  }

  .dropped {
    fill: var(--sheet);
    stroke: var(--drop);
    stroke-width: 1.25;
  }
`;

const MARGIN = { top: 10, right: 10, bottom: 22, left: 48 } as const;
const HEIGHT = 150;

type Scale = ScaleLinear<number, number>;

function across({ width, steps }: ChartFrame): Scale {
  return scaleLinear([0, Math.max(1, steps)], [MARGIN.left, width - MARGIN.right]);
}

/** Live units as a share of `units`: a line of steps, `first` before any change. */
export function densityChart(
  turns: readonly Turnover[],
  { first, units }: { readonly first: number; readonly units: number },
  frame: ChartFrame,
): unknown {
  const x = across(frame);
  const points: [number, number][] = [
    [0, first / units],
    ...turns.map(({ at, live }): [number, number] => [at, live / units]),
  ];
  const now = points.at(-1)![1];
  points.push([frame.at, now]);
  const top = Math.max(...points.map(([, share]) => share));
  const y = scaleLinear(
    [0, Math.max(1e-6, Math.min(1, 1.15 * top))],
    [HEIGHT - MARGIN.bottom, MARGIN.top],
  );
  const path = line(
    ([at]) => x(at),
    ([, share]) => y(share),
  ).curve(curveStepAfter);
  return svg`<svg role="img" viewBox="0 0 ${frame.width} ${HEIGHT}"
      aria-label=${`Share that lives: ${formatPercent(first / units)} at first, ${formatPercent(now)} now`}>
    ${y.ticks(3).map(
      (tick) => svg`<line class=${tick === 0 ? 'grid base' : 'grid'} x1=${MARGIN.left}
          x2=${frame.width - MARGIN.right} y1=${y(tick)} y2=${y(tick)} />
        <text x=${MARGIN.left - 8} y=${y(tick)} dy="0.32em" text-anchor="end">${percent(tick)}</text>`,
    )}
    ${axis(frame, x)}
    <path class="density" d=${path(points) ?? ''} />
  </svg>`;
}

/** Pairs of bars from a common line: what was grown upwards, what was dropped downwards. */
export function churnChart(turns: readonly Turnover[], frame: ChartFrame): unknown {
  const x = across(frame);
  const inner = frame.width - MARGIN.left - MARGIN.right;
  const bars = gathered(turns, Math.max(1, frame.steps), Math.max(1, Math.floor(inner / 5)));
  const most = bars.reduce((top, { grown, dropped }) => Math.max(top, grown, dropped), 1);
  const y = scaleLinear([-most, most], [HEIGHT - MARGIN.bottom, MARGIN.top]).nice(4);
  const wide = Math.max(2, Math.min(12, (0.6 * inner) / Math.max(8, bars.length)));
  const totals = turns.reduce(
    (sum, { grown, dropped }) => ({ grown: sum.grown + grown, dropped: sum.dropped + dropped }),
    { grown: 0, dropped: 0 },
  );
  return svg`<svg role="img" viewBox="0 0 ${frame.width} ${HEIGHT}"
      aria-label=${`What changes of the mask did: ${formatCount(totals.grown)} grown and ${formatCount(totals.dropped)} dropped in ${formatCount(turns.length)} changes`}>
    ${y
      .ticks(4)
      .filter(Number.isInteger)
      .map(
        (tick) => svg`<line class=${tick === 0 ? 'grid base' : 'grid'} x1=${MARGIN.left}
          x2=${frame.width - MARGIN.right} y1=${y(tick)} y2=${y(tick)} />
        <text x=${MARGIN.left - 8} y=${y(tick)} dy="0.32em" text-anchor="end">${formatCount(Math.abs(tick))}</text>`,
      )}
    ${axis(frame, x)}
    ${bars.map(({ at, grown, dropped }) => {
      const left = x(at) - wide / 2;
      return svg`
        ${grown > 0 ? svg`<rect class="grown" x=${left} width=${wide} y=${y(grown)} height=${y(0) - y(grown)} />` : ''}
        ${dropped > 0 ? svg`<rect class="dropped" x=${left} width=${wide} y=${y(0)} height=${y(-dropped) - y(0)} />` : ''}`;
    })}
  </svg>`;
}

function axis(frame: ChartFrame, x: Scale): unknown {
  const { width, at, steps, taskEnds } = frame;
  const bottom = HEIGHT - MARGIN.bottom;
  return svg`
    ${taskEnds
      .filter((end) => end < steps)
      .map(
        (end) => svg`<line class="end" x1=${x(end)} x2=${x(end)} y1=${MARGIN.top} y2=${bottom} />`,
      )}
    <line class="now" x1=${x(at)} x2=${x(at)} y1=${MARGIN.top} y2=${bottom} />
    <text x=${MARGIN.left} y=${HEIGHT - 5}>step 0</text>
    <text x=${width - MARGIN.right} y=${HEIGHT - 5} text-anchor="end">${formatCount(steps)}</text>`;
}

/** As few digits as ticks need. */
function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
