/**
 * Curves of several runs in one picture: an ink and a dash pattern a run, its letter at the end of its line, and a
 * dot where the shared moment is. Points are given; nothing is computed here but where they lie.
 */
import { line, scaleLinear } from 'd3';
import { css, html, LitElement, nothing, svg } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { formatCount } from '../style/format.ts';
import { sharedStyles } from '../style/shared-styles.ts';
import { spread } from '../style/chart/spread.ts';
import { pointAt, type Along, type CurvePoint } from './compare-curves.ts';
import { dashOf, inkOf, letterOf } from './compared-run.ts';
import { formatFlops } from './run-columns.ts';

export interface RunCurve {
  /** Place of the run among those that are compared. */
  readonly place: number;
  readonly points: readonly CurvePoint[];
  /** Where the shared moment is; null: not shown. */
  readonly now: number | null;
}

const UNITS: Readonly<Record<Along, string>> = {
  steps: 'step',
  share: 'of the run',
  flops: 'FLOPs',
};
const MARGIN = { top: 10, right: 26, bottom: 26, left: 40 };
/** Height of a letter, in pixels. */
const LETTER = 15;

@customElement('lab-run-curves')
export class LabRunCurves extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      h4 {
        margin: 0 0 var(--space-1);
        color: var(--ink-soft);
        font-weight: 400;
        font-size: var(--text-small);
      }

      svg {
        display: block;
        width: 100%;
        height: auto;
        overflow: visible;
      }

      .grid {
        stroke: var(--rule);
        stroke-width: 1;
        shape-rendering: crispedges;
      }

      .base {
        stroke: var(--rule-strong);
      }

      text {
        font-size: 0.75rem;
        font-variant-numeric: tabular-nums;
      }

      text:not(.letter) {
        fill: var(--ink-soft);
      }

      .letter {
        font-weight: 700;
        font-size: 0.8125rem;
      }

      .curve {
        fill: none;
        stroke-width: 2;
        stroke-linejoin: round;
      }

      .leader {
        stroke-width: 1;
        opacity: 0.5;
      }

      .now {
        stroke: var(--paper);
        stroke-width: 1.5;
      }
    `,
  ];

  @property() heading = '';
  /** What the horizontal axis counts. */
  @property() along: Along = 'steps';
  @property({ attribute: false }) curves: readonly RunCurve[] = [];
  /** The y axis in per cent from 0; otherwise from 0 to what is needed. */
  @property({ type: Boolean }) percent = false;
  /** A mark at each point: they are few, and were measured there. */
  @property({ type: Boolean }) marked = false;
  @state() private width = 480;

  private readonly observer = new ResizeObserver(([entry]) => {
    if (entry) this.width = Math.max(160, Math.round(entry.contentRect.width));
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    this.observer.disconnect();
    super.disconnectedCallback();
  }

  private words(): string {
    const ends = this.curves.flatMap(({ place, points }) => {
      const last = points.at(-1);
      return last ? [`${letterOf(place)} ends at ${this.value(last.y)}`] : [];
    });
    return `${this.heading}: ${ends.length === 0 ? 'nothing yet' : ends.join(', ')}`;
  }

  private value(y: number): string {
    return this.percent ? `${(100 * y).toFixed(1)} %` : y.toFixed(3);
  }

  private place(x: number): string {
    if (this.along === 'share') return `${String(Math.round(100 * x))} %`;
    return this.along === 'flops' ? formatFlops(x) : formatCount(x);
  }

  private tick(tick: number): string {
    return this.percent ? (100 * tick).toFixed(0) : String(tick);
  }

  override render(): unknown {
    const { width, curves } = this;
    const unit = UNITS[this.along];
    const height = Math.round(Math.min(280, Math.max(190, 0.55 * width)));
    const all = curves.flatMap(({ points }) => points);
    const farthest = all.reduce((most, { x }) => Math.max(most, x), 0) || 1;
    const highest = all.reduce((most, { y }) => Math.max(most, y), 0) || 1;
    const x = scaleLinear([0, farthest], [MARGIN.left, width - MARGIN.right]);
    const y = scaleLinear([0, highest], [height - MARGIN.bottom, MARGIN.top]).nice(4);
    const path = line<CurvePoint>(
      (point) => x(point.x),
      (point) => y(point.y),
    );
    const ended = curves.filter(({ points }) => points.length > 0);
    const heights = spread(
      ended.map(({ points }) => y(points.at(-1)!.y)),
      LETTER,
      0,
      height - MARGIN.bottom,
    );
    const xTicks = x.ticks(width < 420 ? 3 : 5).filter((tick) => tick > 0);
    return html`<h4>${this.heading}${this.percent ? ', per cent' : nothing}</h4>
      <svg role="img" aria-label=${this.words()} viewBox="0 0 ${width} ${height}">
        ${y.ticks(4).map(
          (tick) => svg`<line class=${tick === 0 ? 'grid base' : 'grid'}
              x1=${MARGIN.left} x2=${width - MARGIN.right} y1=${y(tick)} y2=${y(tick)} />
            <text x=${MARGIN.left - 8} y=${y(tick)} dy="0.32em" text-anchor="end">${this.tick(tick)}</text>`,
        )}
        <text x=${MARGIN.left} y=${height - 7}>${unit}</text>
        ${xTicks
          .filter((tick) => x(tick) > MARGIN.left + 16 + 6.5 * unit.length)
          .map(
            (tick) =>
              svg`<text x=${x(tick)} y=${height - 7} text-anchor="middle">${this.place(tick)}</text>`,
          )}
        ${curves.map(({ place, points, now }) => {
          const ink = inkOf(place);
          const at = now === null ? null : pointAt(points, now);
          return svg`<path class="curve" stroke=${ink} stroke-dasharray=${dashOf(place)}
              d=${path([...points]) ?? ''} />
            ${
              this.marked
                ? points.map(
                    (point) => svg`<circle r="3" fill=${ink} cx=${x(point.x)} cy=${y(point.y)} />`,
                  )
                : nothing
            }
            ${
              at === null
                ? nothing
                : svg`<circle class="now" r="5.5" fill=${ink} cx=${x(at.x)} cy=${y(at.y)} />`
            }`;
        })}
        ${ended.map(({ place, points }, i) => {
          const last = points.at(-1)!;
          return svg`<line class="leader" stroke=${inkOf(place)} x1=${x(last.x) + 3} y1=${y(last.y)}
              x2=${width - MARGIN.right + 8} y2=${heights[i]!} />
            <text class="letter" fill=${inkOf(place)} x=${width - MARGIN.right + 11}
              y=${heights[i]!} dy="0.35em">${letterOf(place)}</text>`;
        })}
      </svg>`;
  }
}
