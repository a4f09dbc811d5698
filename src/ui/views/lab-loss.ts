/**
 * Training loss over the whole run: every step faint, a moving average in ink, task boundaries as
 * hairlines. The horizontal axis is the run from its first step to its last, so the curve fills it.
 * Drawn at most once an animation frame, from at most two points a pixel column.
 */
import { line, scaleLinear } from 'd3';
import { css, html, LitElement, nothing, svg } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { ceiling, decimate, sample, smooth } from './curve.ts';
import type { Point } from './curve.ts';
import { formatCount, formatPercent } from '../style/format.ts';
import { sharedStyles } from '../style/shared-styles.ts';

const MARGIN = { top: 10, right: 2, bottom: 24, left: 34 };

@customElement('lab-loss')
export class LabLoss extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        justify-content: space-between;
        gap: var(--space-1) var(--space-4);
        margin-bottom: var(--space-3);
      }

      svg {
        display: block;
        width: 100%;
        height: auto;
        overflow: visible;
      }

      .grid,
      .end {
        stroke: var(--rule);
        stroke-width: 1;
        shape-rendering: crispedges;
      }

      .base {
        stroke: var(--rule-strong);
      }

      .end {
        stroke: var(--rule-strong);
        stroke-dasharray: 2 3;
      }

      text {
        fill: var(--ink-soft);
        font-size: 0.75rem;
        font-variant-numeric: tabular-nums;
      }

      .raw,
      .smoothed {
        fill: none;
        stroke: var(--accent);
        stroke-linejoin: round;
      }

      .raw {
        stroke-width: 1;
        opacity: 0.3;
      }

      .smoothed {
        stroke-width: 2;
      }

      .keys {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--space-4);
      }

      .key {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
      }

      .key::before {
        content: '';
        width: 1.25rem;
        border-top: 2px solid var(--accent);
      }

      .key.faint::before {
        border-top-width: 1px;
        opacity: 0.45;
      }
    `,
  ];

  /** Loss of every step so far. */
  @property({ attribute: false }) loss: readonly number[] = [];
  /** Steps of the whole run; 0 before the plan is known. */
  @property({ type: Number }) steps = 0;
  @property({ attribute: false }) taskEnds: readonly number[] = [];
  /** Share of its current images that each step classified rightly. */
  @property({ attribute: false }) right: readonly number[] = [];
  @state() private width = 360;

  private readonly observer = new ResizeObserver(([entry]) => {
    if (entry) this.width = Math.round(entry.contentRect.width);
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    this.observer.disconnect();
    super.disconnectedCallback();
  }

  /** Events come at their own pace; drawing keeps to the screen's. */
  protected override async scheduleUpdate(): Promise<void> {
    await new Promise((next) => requestAnimationFrame(next));
    await super.scheduleUpdate();
  }

  override render(): unknown {
    const { loss, width } = this;
    const height = Math.round(Math.min(300, Math.max(200, 0.62 * width)));
    const steps = Math.max(this.steps, loss.length, 1);
    const inner = Math.max(1, width - MARGIN.left - MARGIN.right);
    const columns = Math.max(1, Math.ceil((inner * loss.length) / steps));
    const window = Math.min(200, Math.max(4, steps / 100));
    const smoothed = smooth(loss, window, this.taskEnds);
    const faint = decimate(loss, columns);
    const strong = sample(smoothed, columns);
    const x = scaleLinear([0, steps], [MARGIN.left, width - MARGIN.right]);
    const y = scaleLinear([0, ceiling(faint, strong)], [height - MARGIN.bottom, MARGIN.top]).nice(
      4,
    );
    const [, top = 1] = y.domain();
    const path = line<Point>(
      (point) => x(point.step + 1),
      (point) => y(Math.min(point.value, top)),
    );
    const now = smoothed.at(-1);
    // What is ten windows old weighs less than a hundredth of a per cent.
    const task = this.taskEnds.findLast((end) => end < loss.length) ?? 0;
    const recent = Math.max(task, loss.length - Math.ceil(10 * window));
    const right = smooth(this.right.slice(recent), window).at(-1);
    const done = `${formatCount(loss.length)} of ${formatCount(this.steps)} steps`;
    const diverged = loss.length > 0 && !Number.isFinite(loss.at(-1));
    const known = now !== undefined && Number.isFinite(now);
    return html`
      <div class="head">
        <h2>
          Loss <span class="soft">${diverged ? 'diverged' : known ? now.toFixed(3) : ''}</span>
        </h2>
        <p class="keys small soft">
          ${
            right === undefined
              ? nothing
              : html`<span>${formatPercent(right)} of the batch right</span>`
          }
          <span class="key">mean</span><span class="key faint">each step</span>
        </p>
      </div>
      <svg
        role="img"
        aria-label=${
          known
            ? `Training loss, smoothed: ${now.toFixed(3)} after ${done}`
            : 'Training loss: nothing yet'
        }
        viewBox="0 0 ${width} ${height}"
      >
        ${y.ticks(4).map(
          (tick) => svg`
            <line class=${tick === 0 ? 'grid base' : 'grid'}
              x1=${MARGIN.left} x2=${width - MARGIN.right} y1=${y(tick)} y2=${y(tick)} />
            ${known ? svg`<text x=${MARGIN.left - 8} y=${y(tick)} dy="0.32em" text-anchor="end">${tick}</text>` : nothing}`,
        )}
        ${this.steps === 0 ? nothing : this.horizontalAxis(x, height)}
        ${this.taskEnds
          .filter((end) => end < steps)
          .map(
            (end) => svg`<line class="end" x1=${x(end)} x2=${x(end)}
              y1=${MARGIN.top} y2=${height - MARGIN.bottom} />`,
          )}
        <path class="raw" d=${path(faint) ?? ''} />
        <path class="smoothed" d=${path(strong) ?? ''} />
      </svg>
    `;
  }

  private horizontalAxis(x: (step: number) => number, height: number): unknown {
    const ticks = scaleLinear([0, this.steps], [0, 1]).ticks(this.width < 480 ? 3 : 6);
    const label = (step: number, anchor: string, text: string): unknown =>
      svg`<text x=${x(step)} y=${height - 6} text-anchor=${anchor}>${text}</text>`;
    return [
      label(0, 'start', 'step'),
      ...ticks
        .filter((tick) => x(tick) > MARGIN.left + 48 && Number.isInteger(tick))
        .map((tick) =>
          label(tick, x(tick) > this.width - 24 ? 'end' : 'middle', formatCount(tick)),
        ),
    ];
  }
}
