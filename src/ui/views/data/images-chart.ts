/** How many images training visits, over the steps of the run: a stair that data removal walks down in every task. */
import { css, html, nothing, svg } from 'lit';
import type { Recording } from '../../../lab/recording/recording.ts';
import { formatCount } from '../../style/format.ts';
import { imagesInUse } from './removal-tally.ts';

/** Units of the drawing; it is stretched to its place. */
const WIDTH = 400;
const HEIGHT = 56;

export const imagesChartStyles = css`
  figure {
    margin: var(--space-3) 0 var(--space-4);
  }

  .chart {
    display: block;
    width: 100%;
    height: 3.5rem;
    overflow: visible;
  }

  .chart path {
    vector-effect: non-scaling-stroke;
    fill: none;
    stroke: var(--accent);
    stroke-width: 2;
  }

  .chart .area {
    fill: var(--accent);
    stroke: none;
    opacity: 0.14;
  }

  .chart line {
    vector-effect: non-scaling-stroke;
    stroke: var(--rule);
  }

  .chart .base {
    stroke: var(--rule-strong);
  }

  figcaption {
    display: flex;
    justify-content: space-between;
    gap: var(--space-4);
    color: var(--ink-soft);
    font-size: 0.75rem;
  }
`;

export function imagesChart(recording: Recording, at: number): unknown {
  const points = imagesInUse(recording, at);
  const { plan } = recording;
  if (!plan || points.length === 0) return nothing;
  const most = points.reduce((top, { images }) => Math.max(top, images), 1);
  const x = (step: number): string => ((WIDTH * step) / Math.max(1, plan.steps)).toFixed(1);
  const y = (images: number): string => (HEIGHT - (HEIGHT * images) / most).toFixed(1);
  const stair = points
    .map(
      ({ step, images }, i) => `${i === 0 ? 'M' : 'H'}${x(step)}${i === 0 ? ' ' : 'V'}${y(images)}`,
    )
    .join('');
  const end = `H${x(at)}`;
  const now = points.at(-1)!.images;
  return html`<figure>
    <svg
      class="chart"
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
      preserveAspectRatio="none"
      role="img"
      aria-label="Images that training visits: ${formatCount(now)} of ${formatCount(most)} now"
    >
      ${plan.taskEnds.map((step) => svg`<line x1=${x(step)} x2=${x(step)} y1="0" y2=${HEIGHT} />`)}
      <line class="base" x1="0" x2=${WIDTH} y1=${HEIGHT} y2=${HEIGHT} />
      <path class="area" d="${stair}${end}V${HEIGHT}H0Z" />
      <path d="${stair}${end}" />
    </svg>
    <figcaption>
      <span>step 0</span>
      <span>images in use: ${formatCount(now)} of ${formatCount(most)}</span>
      <span>${formatCount(plan.steps)}</span>
    </figcaption>
  </figure>`;
}
