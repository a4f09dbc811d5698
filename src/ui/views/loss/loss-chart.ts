/**
 * The chart of the loss: every step faint, a moving average in ink, task boundaries as hairlines. The horizontal axis
 * is the run from its first step to its last, so the curve fills it. Gone back in time, what came later stays as a
 * shadow beyond the moment. It is drawn from at most two points a pixel column.
 */
import { line, scaleLinear, type ScaleLinear } from 'd3';
import { nothing, svg } from 'lit';
import type { Recording } from '../../../lab/recording/recording.ts';
import {
  ceiling,
  sample,
  type Envelope,
  type Point,
  type RunningMean,
} from '../../style/chart/curve.ts';
import { formatCount } from '../../style/format.ts';

export const LOSS_MARGIN = { top: 18, right: 2, bottom: 24, left: 34 };

/** Where steps and losses are in a picture of a width, and the two curves that are drawn in it. */
export interface LossScales {
  readonly width: number;
  readonly height: number;
  /** Of the whole run. */
  readonly steps: number;
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
  /** Every step, thinned out to what a pixel can show. */
  readonly faint: readonly Point[];
  /** The moving average. */
  readonly strong: readonly Point[];
}

export function lossScales(
  width: number,
  steps: number,
  { loss, envelope }: { readonly loss: RunningMean; readonly envelope: Envelope },
): LossScales {
  const height = Math.round(Math.min(280, Math.max(190, 0.5 * width)));
  const faint = envelope.points();
  const strong = sample(loss.values, Math.ceil(width / 2), steps, loss.finite);
  const x = scaleLinear([0, steps], [LOSS_MARGIN.left, width - LOSS_MARGIN.right]);
  const y = scaleLinear(
    [0, ceiling(faint, strong)],
    [height - LOSS_MARGIN.bottom, LOSS_MARGIN.top],
  ).nice(4);
  return { width, height, steps, x, y, faint, strong };
}

/** What is shown of the curves. */
export interface LossMoment {
  /** Steps that are shown as done. */
  readonly done: number;
  /** From which step on the loss is no number; null where it always is one. */
  readonly broken: number | null;
  /** The moving average at `done`; null where there is none. */
  readonly mean: number | null;
  /** The step under the pointer. */
  readonly pointed: number | null;
}

/** What stands inside the `svg` element. */
export function lossChart(recording: Recording, scales: LossScales, moment: LossMoment): unknown {
  const { width, height, x, y, faint, strong } = scales;
  const { done, broken, mean, pointed } = moment;
  const right = width - LOSS_MARGIN.right;
  const bottom = height - LOSS_MARGIN.bottom;
  const [, top = 1] = y.domain();
  const path = line<Point>(
    (point) => x(point.step + 1),
    (point) => y(Math.min(point.value, top)),
  );
  const curves = svg`<path class="raw" d=${path(faint) ?? ''} />
      <path class="smoothed" d=${path(strong) ?? ''} />`;
  const past = done < recording.loss.length;
  const ends = recording.plan?.taskEnds ?? [];
  return svg`${
    past
      ? svg`<clipPath id="until"><rect x="0" y="0" width=${x(done)} height=${height} /></clipPath>
              <clipPath id="after"><rect x=${x(done)} y="0" width=${width} height=${height} /></clipPath>`
      : nothing
  }
      ${y.ticks(4).map(
        (tick) => svg`
          <line class=${tick === 0 ? 'grid base' : 'grid'}
            x1=${LOSS_MARGIN.left} x2=${right} y1=${y(tick)} y2=${y(tick)} />
          <text x=${LOSS_MARGIN.left - 8} y=${y(tick)} dy="0.32em" text-anchor="end">${tick}</text>`,
      )}
      ${axis(scales)}
      ${ends
        .slice(0, -1)
        .map(
          (end) =>
            svg`<line class="end" x1=${x(end)} x2=${x(end)} y1=${LOSS_MARGIN.top} y2=${bottom} />`,
        )}
      ${
        broken === null
          ? nothing
          : svg`<rect class="broken" x=${x(broken)} y=${LOSS_MARGIN.top}
              width=${Math.max(2, x(recording.loss.length) - x(broken))} height=${bottom - LOSS_MARGIN.top} />`
      }
      ${
        past
          ? svg`<g class="shadow" clip-path="url(#after)">
                <path class="raw" d=${path(faint) ?? ''} />
                <path class="smoothed" d=${path(strong) ?? ''} />
              </g>
              <g clip-path="url(#until)">${curves}</g>
              <line class="moment" x1=${x(done)} x2=${x(done)} y1=${LOSS_MARGIN.top - 2} y2=${bottom} />
              <text x=${x(done)} y="10" text-anchor=${x(done) > width / 2 ? 'end' : 'start'}>
                step ${formatCount(done)}
              </text>`
          : curves
      }
      ${
        mean === null
          ? nothing
          : svg`<circle class="knob" cx=${x(done)} cy=${y(Math.min(mean, top))} r="4" />`
      }
      ${
        pointed === null
          ? nothing
          : svg`<line class="hair" x1=${x(pointed + 1)} x2=${x(pointed + 1)}
              y1=${LOSS_MARGIN.top} y2=${bottom} />`
      }`;
}

/** Steps along the bottom. */
function axis({ width, height, steps, x }: LossScales): unknown {
  const ticks = scaleLinear([0, steps], [0, 1]).ticks(width < 480 ? 3 : 6);
  const label = (step: number, anchor: string, text: string): unknown =>
    svg`<text x=${x(step)} y=${height - 6} text-anchor=${anchor}>${text}</text>`;
  return [
    label(0, 'start', 'step'),
    ...ticks
      .filter((tick) => x(tick) > LOSS_MARGIN.left + 48 && Number.isInteger(tick))
      .map((tick) => label(tick, x(tick) > width - 24 ? 'end' : 'middle', formatCount(tick))),
  ];
}
