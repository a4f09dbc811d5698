/**
 * Forgetting as curves: how well each task is still known, over the steps of the run. The chart is that of
 * `forgetting-chart.ts`; here it is decided when it is drawn, and tests are read out where the pointer or the arrow
 * keys are. Part of the view `lab-accuracy`. It is drawn in the same frame as its parent: a frame later, the recording
 * may have grown past the moment that was given.
 */
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { trainsJointly } from '../../../lab/config/joint.ts';
import { countAt, recordedSteps, type Recording } from '../../../lab/recording/recording.ts';
import { arrowStep } from '../../style/chart/arrow-keys.ts';
import { chartStyles } from '../../style/chart/chart-styles.ts';
import { FrameWidth } from '../../style/chart/frame-width.ts';
import { sharedStyles } from '../../style/shared-styles.ts';
import { chanceLevel } from '../../view/matrix-summary.ts';
import {
  divergedBy,
  matrixAt,
  taskEndsAt,
  type Readout,
  type Scenario,
} from '../../view/moment.ts';
import {
  accuracyCurves,
  testSentence,
  testsOf,
  verdict,
  type AccuracyCurve,
} from './accuracy-curves.ts';
import {
  forgettingChart,
  forgettingScales,
  MANY,
  type ForgettingScales,
  type Pointed,
} from './forgetting-chart.ts';

@customElement('lab-forgetting')
export class LabForgetting extends LitElement {
  static override styles = [
    sharedStyles,
    chartStyles,
    css`
      .now {
        fill: var(--note-paper);
      }

      .chance {
        stroke: var(--ink-faint);
        stroke-dasharray: 6 4;
      }

      .name {
        fill: var(--ink);
        paint-order: stroke;
        stroke: var(--paper);
        stroke-width: 3px;
        stroke-linejoin: round;
      }

      .many .name {
        font-size: 0.6875rem;
      }

      .curve path {
        fill: none;
        stroke: var(--colour);
        stroke-linecap: round;
        stroke-linejoin: round;
      }

      .curve .since {
        stroke-width: 2.5;
      }

      .many .curve .since {
        stroke-width: 1.75;
      }

      .curve.dashed .since {
        stroke-dasharray: 6 4;
        stroke-linecap: butt;
      }

      .curve .before {
        stroke-width: 1.5;
        stroke-dasharray: 0.5 4;
        opacity: 0.75;
      }

      .curve .ghost {
        stroke-width: 1;
        opacity: 0.35;
      }

      .curve circle {
        fill: var(--colour);
        stroke: var(--paper);
        stroke-width: 1.5;
      }

      .leader {
        fill: none;
        stroke: var(--colour);
        stroke-width: 1;
        opacity: 0.7;
      }

      .curve.aside {
        opacity: 0.25;
      }

      .curve .ring {
        fill: none;
        stroke: var(--ink);
        stroke-width: 2;
      }

      .strip rect {
        fill: var(--colour);
      }

      .strip .coming {
        opacity: 0.3;
      }

      .reading {
        min-height: 3.2em;
        margin-bottom: var(--space-2);
      }
    `,
  ];

  @property({ attribute: false }) recording: Recording | null = null;
  @property({ type: Number }) at = 0;
  @property({ type: Number }) version = 0;
  @property() scenario: Scenario = 'classIncremental';
  @property() readout: Readout = 'strategy';
  @state() private pointed: Pointed | null = null;

  private drawn: readonly unknown[] | null = null;
  private readonly frame = new FrameWidth(this);

  /** Draws only what can be seen: a new row of the matrix, or the moment where it is in the past. Most steps bring neither. */
  protected override shouldUpdate(changed: PropertyValues): boolean {
    const { recording, at } = this;
    const key = recording && [
      recording.accuracy.length,
      countAt(recording.accuracy, at),
      at < recordedSteps(recording) ? at : null,
      at > 0,
      taskEndsAt(recording, at).length,
      divergedBy(recording, at),
      recording.plan,
      this.frame.px,
    ];
    const same = key?.every((part, i) => part === this.drawn?.[i]) === true;
    this.drawn = key;
    return !same || [...changed.keys()].some((name) => name !== 'at' && name !== 'version');
  }

  private joint(): boolean {
    return this.recording !== null && trainsJointly(this.recording.config);
  }

  private curvesAt(at: number): readonly AccuracyCurve[] {
    if (!this.recording) return [];
    const matrix = matrixAt(this.recording, at, this.scenario, this.readout);
    return accuracyCurves(matrix, this.joint());
  }

  private verdict(curves: readonly AccuracyCurve[]): string {
    const chance = chanceLevel(this.recording?.plan?.tasks ?? [], this.scenario) ?? 0;
    return verdict(curves, this.joint(), chance);
  }

  override render(): unknown {
    const { recording, at } = this;
    const curves = this.curvesAt(at);
    const said =
      this.verdict(curves) ||
      `${this.joint() ? 'All tasks are being learnt at once; they are' : 'The first task is being learnt; it is'} tested when that ends.`;
    if (!recording?.plan) {
      return html`<p class="soft small">
        When a run starts, a line is drawn here for every task: how many of its test images the
        network still names rightly, tested each time a task ends.
      </p>`;
    }
    return html`<p id="reading" class="reading" aria-live="polite">
        ${this.reading(curves) || said}
        ${
          divergedBy(recording, at)
            ? html`<span class="error"
                >Training has diverged: these are answers of a broken network.</span
              >`
            : nothing
        }
      </p>
      <div
        class="chart"
        role="group"
        tabindex="0"
        aria-label="Accuracy on each task over the run; the arrow keys read it out"
        aria-describedby="reading"
        @keydown=${this.move}
        @pointermove=${this.pointAt}
        @pointerdown=${this.pointAt}
        @pointerleave=${(event: PointerEvent): void => {
          if (event.pointerType === 'mouse') this.pointed = null;
        }}
        @blur=${(): void => {
          this.pointed = null;
        }}
      >
        ${this.picture(recording, curves)}
      </div>`;
  }

  private scales(recording: Recording): ForgettingScales {
    return forgettingScales(this.frame.px, recording.plan!);
  }

  private picture(recording: Recording, curves: readonly AccuracyCurve[]): unknown {
    const scales = this.scales(recording);
    const all = countAt(recording.accuracy, this.at) < recording.accuracy.length;
    return html`<svg
      role="img"
      aria-label=${this.verdict(curves) || 'Accuracy on each task: nothing tested yet'}
      class=${recording.plan!.tasks.length > MANY ? 'many' : ''}
      viewBox="0 0 ${scales.width} ${scales.height}"
    >
      ${forgettingChart(recording, scales, {
        at: this.at,
        curves,
        later: all ? this.curvesAt(Infinity) : null,
        chance: chanceLevel(recording.plan!.tasks, this.scenario),
        joint: this.joint(),
        pointed: this.pointed,
      })}
    </svg>`;
  }

  /** The test that is nearest. */
  private pointAt(event: PointerEvent): void {
    if (!this.recording?.plan) return;
    const { x, y } = this.scales(this.recording);
    const frame = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const scale = this.frame.px / Math.max(1, frame.width);
    const [px, py] = [(event.clientX - frame.left) * scale, (event.clientY - frame.top) * scale];
    let nearest = Infinity;
    for (const curve of this.curvesAt(this.at)) {
      if (curve.since.length === 0) continue;
      for (const [test, point] of testsOf(curve).entries()) {
        // Distance along the run counts more: what is compared are the tasks at one test.
        const distance = 4 * Math.abs(x(point.at) - px) + Math.abs(y(point.value) - py);
        const faint = test < curve.before.length - 1 ? 12 : 0;
        if (distance + faint >= nearest) continue;
        nearest = distance + faint;
        this.pointed = { task: curve.task, test };
      }
    }
  }

  private move(event: KeyboardEvent): void {
    if (event.key === 'Escape') this.pointed = null;
    const step = arrowStep(event);
    const curves = this.curvesAt(this.at).filter(({ since }) => since.length > 0);
    if (!step || curves.length === 0) return;
    event.preventDefault();
    const last = curves.length - 1;
    const length = testsOf(curves[0]!).length;
    const { task, test } = this.pointed ?? { task: -step[0], test: length - 1 - step[1] };
    this.pointed = {
      task: Math.max(0, Math.min(last, task + step[0])),
      test: Math.max(0, Math.min(length - 1, test + step[1])),
    };
  }

  private reading(curves: readonly AccuracyCurve[]): string {
    const { pointed } = this;
    const curve = curves.find(({ task }) => task === pointed?.task);
    return curve && pointed ? testSentence(curve, pointed.test, this.joint()) : '';
  }
}
