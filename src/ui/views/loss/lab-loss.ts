/**
 * Training loss over the whole run: the chart of `loss-chart.ts`, its smoothing, what the curves say where the pointer
 * is, and the learning rate as a strip below.
 */
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { Recording } from '../../../lab/recording/recording.ts';
import { formatCount, formatPercent } from '../../style/format.ts';
import { sharedStyles } from '../../style/shared-styles.ts';
import { Envelope, RunningMean } from '../../style/chart/curve.ts';
import { LOSS_MARGIN as MARGIN, lossChart, lossScales, type LossScales } from './loss-chart.ts';
import './lab-rate.ts';
import { chartStyles } from '../../style/chart/chart-styles.ts';
import { FrameWidth } from '../../style/chart/frame-width.ts';
import { LabView } from '../../view/lab-view.ts';
import { taskAt } from '../../view/moment.ts';

/** Choices of the smoothing: mean age of what is averaged, in steps. */
const WINDOWS = [0, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** What is kept between two frames, each for as long as what it depends on stays the same. */
interface Kept {
  /** Smoothed: depends on the series and the smoothing. */
  readonly loss: RunningMean;
  readonly right: RunningMean;
  /** Depends on the series and the axis. */
  readonly envelope: Envelope;
}

const equal = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((part, i) => part === b[i]);

@customElement('lab-loss')
export class LabLoss extends LabView {
  static override styles = [
    sharedStyles,
    chartStyles,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        justify-content: space-between;
        gap: var(--space-1) var(--space-6);
        margin-bottom: var(--space-2);
      }

      dl {
        display: flex;
        gap: var(--space-6);
        margin: 0;
      }

      dt {
        color: var(--ink-soft);
        font-size: var(--text-small);
      }

      dd {
        min-width: 5ch;
        margin: 0;
        font-size: var(--text-figure);
        line-height: 1.2;
      }

      .smoothing {
        display: grid;
        grid-template-columns: auto 6.5rem 4.5rem;
        align-items: center;
        gap: var(--space-2);
      }

      input[type='range'] {
        width: 100%;
        min-height: 1.5rem;
        margin: 0;
        accent-color: var(--accent);
      }

      @media (pointer: coarse) {
        input[type='range'] {
          min-height: var(--target);
        }
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

      .shadow .raw {
        opacity: 0.1;
      }

      .shadow .smoothed {
        stroke: var(--ink-faint);
        stroke-width: 1.25;
        opacity: 0.6;
      }

      .broken {
        fill: var(--rubric);
        opacity: 0.1;
      }

      .hair {
        stroke: var(--ink-faint);
        shape-rendering: crispedges;
      }

      .keys {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--space-4);
        min-height: 1.5em;
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

      lab-rate,
      .error {
        margin-top: var(--space-2);
      }
    `,
  ];

  /** Chosen by the visitor; null: by the length of the run. */
  @state() private chosen: number | null = null;
  /** Step under the pointer. */
  @state() private pointed: number | null = null;
  private kept: Kept | null = null;
  private meansOf: readonly unknown[] = [];
  private envelopeOf: readonly unknown[] = [];

  private readonly frame = new FrameWidth(this);

  /** The axis: the steps of the whole run. */
  private steps(recording: Recording): number {
    return Math.max(recording.plan?.steps ?? 0, recording.loss.length, 1);
  }

  /** Index into WINDOWS. */
  private smoothing(steps: number): number {
    if (this.chosen !== null) return this.chosen;
    const window = Math.min(200, Math.max(2, steps / 100));
    return WINDOWS.findLastIndex((each) => each <= window);
  }

  /** Brought up to date with the recording; made anew when it, the width or the smoothing is another. */
  private follow(recording: Recording): Kept {
    const steps = this.steps(recording);
    const columns = Math.max(1, this.frame.px - MARGIN.left - MARGIN.right);
    const window = WINDOWS[this.smoothing(steps)]!;
    const meansOf = [recording.loss, recording.plan, window];
    const envelopeOf = [recording.loss, steps, columns];
    const means = equal(meansOf, this.meansOf);
    const restarts = recording.plan?.taskEnds ?? [];
    const kept: Kept = {
      loss: (means && this.kept?.loss) || new RunningMean(window, restarts),
      right: (means && this.kept?.right) || new RunningMean(window, restarts),
      envelope:
        (equal(envelopeOf, this.envelopeOf) && this.kept?.envelope) || new Envelope(columns, steps),
    };
    this.kept = kept;
    this.meansOf = meansOf;
    this.envelopeOf = envelopeOf;
    kept.loss.follow(recording.loss);
    kept.right.follow(recording.right);
    kept.envelope.follow(recording.loss);
    return kept;
  }

  override render(): unknown {
    const { recording, at } = this;
    if (!recording?.plan && !recording?.loss.length) {
      return html`<p class="soft small">
        When a run starts, its loss is drawn here, step by step: how wrong the network is on the
        images it is learning from. Lower is better.
      </p>`;
    }
    const kept = this.follow(recording);
    const done = Math.min(at, recording.loss.length);
    const broken = kept.loss.finite < recording.loss.length ? kept.loss.finite : null;
    const diverged = broken !== null && done > broken;
    return html`
      <div class="head">
        ${this.figures(kept, done, diverged)} ${this.control(this.steps(recording))}
      </div>
      ${this.picture(recording, kept, done, broken)} ${this.keys(recording, kept)}
      ${
        diverged
          ? html`<p class="error" role="status">
              The loss stopped being a number at step ${formatCount(broken + 1)}: training has
              diverged, and what the network answers from there on is noise. A smaller learning rate
              usually mends it.
            </p>`
          : nothing
      }
      <lab-rate
        .recording=${recording}
        .at=${at}
        .version=${this.version}
        .width=${this.frame.px}
        .left=${MARGIN.left}
        .right=${MARGIN.right}
      ></lab-rate>
    `;
  }

  private figures({ loss, right }: Kept, done: number, diverged: boolean): unknown {
    const mean = loss.values[done - 1];
    const share = right.values[done - 1];
    const known = mean !== undefined && Number.isFinite(mean);
    return html`<dl>
      <div>
        <dt>Loss</dt>
        <dd>${diverged ? 'diverged' : known ? mean.toFixed(3) : '–'}</dd>
      </div>
      <div>
        <dt>Of the batch right</dt>
        <dd>${share !== undefined && Number.isFinite(share) ? formatPercent(share) : '–'}</dd>
      </div>
    </dl>`;
  }

  private control(steps: number): unknown {
    const index = this.smoothing(steps);
    const window = WINDOWS[index]!;
    const words = window === 0 ? 'none' : `${formatCount(window)} steps`;
    return html`<div class="smoothing">
      <label for="smoothing">Smoothing</label>
      <input
        id="smoothing"
        type="range"
        min="0"
        max=${WINDOWS.length - 1}
        step="1"
        .value=${String(index)}
        aria-valuetext=${words}
        @input=${(event: InputEvent): void => {
          this.chosen = Number((event.target as HTMLInputElement).value);
        }}
      />
      <span class="small soft" aria-hidden="true">${words}</span>
    </div>`;
  }

  private picture(recording: Recording, kept: Kept, done: number, broken: number | null): unknown {
    const width = this.frame.px;
    const scales = lossScales(width, this.steps(recording), kept);
    const mean = kept.loss.values[done - 1];
    const told = done <= kept.loss.finite && mean !== undefined && Number.isFinite(mean);
    const point = (event: PointerEvent): void => {
      this.point(event, scales);
    };
    return html`<svg
      role="img"
      aria-label=${
        told
          ? `Training loss, smoothed: ${mean.toFixed(3)} after ${formatCount(done)} of ${formatCount(scales.steps)} steps`
          : `Training loss: ${done === 0 ? 'nothing yet' : 'no number'}`
      }
      viewBox="0 0 ${width} ${scales.height}"
      @pointermove=${point}
      @pointerdown=${point}
      @pointerleave=${(): void => {
        this.pointed = null;
      }}
    >
      ${lossChart(recording, scales, {
        done,
        broken,
        mean: told ? mean : null,
        pointed: this.pointed,
      })}
    </svg>`;
  }

  /** What the two lines are or, under the pointer, what they say there. */
  private keys(recording: Recording, { loss }: Kept): unknown {
    const { pointed } = this;
    const value = pointed === null ? undefined : recording.loss[pointed];
    if (pointed === null || value === undefined) {
      return html`<p class="keys small soft">
        <span class="key">moving average</span><span class="key faint">each step</span>
      </p>`;
    }
    const write = (n: number | undefined): string =>
      n !== undefined && Number.isFinite(n) ? n.toFixed(3) : 'no number';
    return html`<p class="keys small soft">
      <span>Step ${formatCount(pointed + 1)}, task ${taskAt(recording, pointed) + 1}:</span>
      <span class="key">${write(loss.values[pointed])}</span
      ><span class="key faint">${write(value)}</span>
    </p>`;
  }

  private point(event: PointerEvent, { x }: LossScales): void {
    const frame = (event.currentTarget as SVGElement).getBoundingClientRect();
    const scale = this.frame.px / Math.max(1, frame.width);
    const step = Math.round(x.invert((event.clientX - frame.left) * scale)) - 1;
    const last = (this.recording?.loss.length ?? 0) - 1;
    this.pointed = last < 0 ? null : Math.max(0, Math.min(last, step));
  }
}
