/** Images a second over the run: a small line that shows where it went slower. */
import { css, html, nothing, svg } from 'lit';
import { latest, type Recording } from '../../../lab/recording/recording.ts';
import { formatCount, formatRate } from '../../style/format.ts';
import { paceLine } from './step-time.ts';

/** Units of the drawing; it is stretched to its place. */
const WIDTH = 400;
const HEIGHT = 48;
const POINTS = 160;

export const paceChartStyles = css`
  figure {
    margin: var(--space-3) 0 0;
  }

  .pace {
    display: block;
    width: 100%;
    height: 3rem;
    overflow: visible;
  }

  .pace path,
  .pace line {
    vector-effect: non-scaling-stroke;
    fill: none;
    stroke: var(--accent);
    stroke-width: 1.5;
    stroke-linejoin: round;
  }

  .pace line {
    stroke: var(--rule-strong);
    stroke-width: 1;
  }

  .pace line.end {
    stroke: var(--rule);
  }

  figcaption {
    display: flex;
    justify-content: space-between;
    gap: var(--space-4);
    color: var(--ink-soft);
    font-size: 0.75rem;
  }
`;

export function paceChart(recording: Recording, at: number): unknown {
  const points = paceLine(recording, at, POINTS);
  const now = latest(recording.pace, at);
  if (!now || points.length === 0) return nothing;
  const steps = Math.max(1, recording.plan?.steps ?? at);
  const most = points.reduce((top, { perSecond }) => Math.max(top, perSecond), 1);
  const x = (step: number): string => ((WIDTH * step) / steps).toFixed(1);
  const y = (perSecond: number): string => (HEIGHT - (HEIGHT * perSecond) / most).toFixed(1);
  const path = points
    .map(({ step, perSecond }, i) => `${i === 0 ? 'M' : 'L'}${x(step)} ${y(perSecond)}`)
    .join('');
  return html`<figure>
    <svg
      class="pace"
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
      preserveAspectRatio="none"
      role="img"
      aria-label="Images a second: ${formatRate(now.imagesPerSecond)} now, ${formatRate(most)} at most"
    >
      ${(recording.plan?.taskEnds ?? []).map(
        (end) => svg`<line class="end" x1=${x(end)} x2=${x(end)} y1="0" y2=${HEIGHT} />`,
      )}
      <line x1="0" x2=${WIDTH} y1=${HEIGHT} y2=${HEIGHT} />
      <path d=${path} />
    </svg>
    <figcaption>
      <span>step 0</span>
      <span
        >${formatRate(now.imagesPerSecond)} images a second, ${formatRate(most)} at most so
        far</span
      >
      <span>${formatCount(steps)}</span>
    </figcaption>
  </figure>`;
}
