/**
 * Speed-up against sparsity, a line for each block size, beside what the saved work alone would give. Both axes are
 * logarithmic in what is left, so that the ideal is a straight line.
 */
import { line, scaleLog } from 'd3';
import { svg } from 'lit';
import type { KernelPoint } from '../../bench/device/protocol.ts';
import { spread } from '../style/chart/spread.ts';

export const CHART = { width: 520, height: 320 } as const;
const MARGIN = { top: 16, right: 76, bottom: 44, left: 44 };
const DENSITIES = [1, 0.5, 0.25, 0.1, 0.05];
const SPEED_UPS = [0.5, 1, 2, 5, 10, 20];

/** Points of one block size, densest first. */
export function seriesOf(
  points: readonly KernelPoint[],
): readonly { readonly block: string; readonly points: readonly KernelPoint[] }[] {
  const blocks = [...new Set(points.map(({ block }) => block))];
  return blocks.map((block) => ({
    block,
    points: points.filter((point) => point.block === block).sort((a, b) => b.density - a.density),
  }));
}

export function sweepChart(points: readonly KernelPoint[]): unknown {
  const { width, height } = CHART;
  const x = scaleLog([1, 0.045], [MARGIN.left, width - MARGIN.right]);
  const y = scaleLog([0.5, 22], [height - MARGIN.bottom, MARGIN.top]).clamp(true);
  const path = line<{ readonly density: number; readonly speedUp: number }>(
    ({ density }) => x(density),
    ({ speedUp }) => y(speedUp),
  );
  const series = seriesOf(points);
  const ends = [...series.map(({ points: all }) => y(all.at(-1)?.speedUp ?? 1)), y(1 / 0.045)];
  const labels = spread(ends, 15, MARGIN.top, height - MARGIN.bottom);
  const right = width - MARGIN.right + 8;
  return svg`
    ${SPEED_UPS.map(
      (tick) => svg`
        <line class=${tick === 1 ? 'grid base' : 'grid'} x1=${MARGIN.left} x2=${width - MARGIN.right}
          y1=${y(tick)} y2=${y(tick)} />
        <text x=${MARGIN.left - 8} y=${y(tick)} dy="0.32em" text-anchor="end">${tick}×</text>`,
    )}
    ${DENSITIES.map(
      (density) => svg`<text x=${x(density)} y=${height - 24} text-anchor="middle"
        >${Math.round(100 * (1 - density))} %</text>`,
    )}
    <text x=${(MARGIN.left + width - MARGIN.right) / 2} y=${height - 6} text-anchor="middle"
      >sparsity</text>
    <path class="ideal" d=${path([1, 0.045].map((density) => ({ density, speedUp: 1 / density }))) ?? ''} />
    <text class="name" x=${right} y=${labels.at(-1)!} dy="0.32em">ideal</text>
    ${series.map(
      ({ block, points: all }, i) => svg`
        <path class="series s${i + 1}" d=${path(all) ?? ''} />
        ${all.map(
          (
            point,
          ) => svg`<circle class="s${i + 1}" cx=${x(point.density)} cy=${y(point.speedUp)} r="3">
            <title>${block} at density ${point.density.toFixed(2)}: ${point.speedUp.toFixed(2)}×</title>
          </circle>`,
        )}
        <text class="name s${i + 1}" x=${right} y=${labels[i]!} dy="0.32em">${block}</text>`,
    )}
  `;
}
