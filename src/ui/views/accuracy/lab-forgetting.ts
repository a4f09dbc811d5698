/**
 * Forgetting as curves: how well each task is still known, over the steps of the run. A curve is dotted until its
 * task is learnt and drawn in full from there on, so that one look tells which fall when the next task comes and
 * which stay. Curves are named where they end; the strip along the bottom says which task was being learnt.
 * Part of the view `lab-accuracy`: drawn in the same frame as its parent, for one later the recording may have grown
 * past the moment that was given.
 */
import { line } from 'd3';
import { css, html, LitElement, nothing, svg, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { trainsJointly } from '../../../lab/config/joint.ts';
import { countAt, recordedSteps, type Recording } from '../../../lab/recording/recording.ts';
import { customProperty } from '../../style/custom-property.ts';
import { formatCount, formatPercent } from '../../style/format.ts';
import { sharedStyles } from '../../style/shared-styles.ts';
import {
  accuracyCurves,
  endLabels,
  taskRanges,
  verdict,
  type AccuracyCurve,
  type TestedPoint,
} from './accuracy-curves.ts';
import { arrowStep } from '../../style/chart/arrow-keys.ts';
import { chartStyles } from '../../style/chart/chart-styles.ts';
import { FrameWidth } from '../../style/chart/frame-width.ts';
import { chanceLevel } from '../../view/matrix-summary.ts';
import {
  divergedBy,
  matrixAt,
  taskAt,
  taskEndsAt,
  type Readout,
  type Scenario,
} from '../../view/moment.ts';
import { spread } from '../../style/chart/spread.ts';

/** The left edge is that of the loss curve. */
const MARGIN = { top: 18, right: 66, bottom: 28, left: 34 };
/** Colours of tasks there are; the next ones begin anew with dashes. */
const COLOURS = 10;
const STRIP = 4;

interface Pointed {
  readonly task: number;
  /** Index of the test: 0 is the first that the curve has. */
  readonly test: number;
}

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

  /** Most steps add nothing to see here: only rows of the matrix and the moment do, once it is in the past. */
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

  private height(tasks: number): number {
    const height = Math.min(320, Math.max(220, 0.6 * this.frame.px));
    return Math.round(Math.max(height, Math.min(400, 12 * tasks + MARGIN.top + MARGIN.bottom)));
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

  /** Horizontal place of a step, and the step of a place. */
  private x(step: number): number {
    const steps = Math.max(1, this.recording?.plan?.steps ?? 1);
    return MARGIN.left + ((this.frame.px - MARGIN.left - MARGIN.right) * step) / steps;
  }

  private y(value: number): number {
    const height = this.height(this.recording?.plan?.tasks.length ?? 0);
    return height - MARGIN.bottom - (height - MARGIN.top - MARGIN.bottom) * value;
  }

  private picture(recording: Recording, curves: readonly AccuracyCurve[]): unknown {
    const { at } = this;
    const width = this.frame.px;
    const { tasks, taskEnds } = recording.plan!;
    const height = this.height(tasks.length);
    const chance = chanceLevel(tasks, this.scenario);
    const right = width - MARGIN.right;
    const past = at < recordedSteps(recording);
    const going = taskAt(recording, at);
    const begun = at > 0 && at < (taskEnds.at(-1) ?? 0);
    return html`<svg
      role="img"
      aria-label=${this.verdict(curves) || 'Accuracy on each task: nothing tested yet'}
      class=${tasks.length > 10 ? 'many' : ''}
      viewBox="0 0 ${width} ${height}"
    >
      ${
        begun && !this.joint()
          ? svg`<rect class="now" x=${this.x(taskEnds[going - 1] ?? 0)} y=${MARGIN.top}
              width=${this.x(taskEnds[going]!) - this.x(taskEnds[going - 1] ?? 0)}
              height=${height - MARGIN.top - MARGIN.bottom} />`
          : nothing
      }
      ${[0, 0.25, 0.5, 0.75, 1].map(
        (
          tick,
        ) => svg`<line class="grid" x1=${MARGIN.left} x2=${right} y1=${this.y(tick)} y2=${this.y(tick)} />
          <text x=${MARGIN.left - 8} y=${this.y(tick)} dy="0.32em" text-anchor="end">${100 * tick}</text>`,
      )}
      ${taskEnds.map(
        (end) => svg`<line class="end" x1=${this.x(end)} x2=${this.x(end)}
          y1=${MARGIN.top} y2=${height - MARGIN.bottom} />`,
      )}
      ${
        chance === null
          ? nothing
          : svg`<line class="chance" x1=${MARGIN.left} x2=${right} y1=${this.y(chance)} y2=${this.y(chance)} />`
      }
      ${this.strip(recording, height)} ${this.lines(recording, curves)}
      ${
        chance === null
          ? nothing
          : svg`<text class="name" x=${MARGIN.left + 4} y=${this.y(chance) - 5}>chance</text>`
      }
      ${
        past
          ? svg`<line class="moment" x1=${this.x(at)} x2=${this.x(at)} y1=${MARGIN.top - 2}
                y2=${height - MARGIN.bottom} />
              <circle class="knob" cx=${this.x(at)} cy=${MARGIN.top - 2} r="3" />
              <text x=${this.x(at)} y="9"
                text-anchor=${this.x(at) > width / 2 ? 'end' : 'start'}>step ${formatCount(at)}</text>`
          : nothing
      }
      ${this.names(curves)}
    </svg>`;
  }

  private colour(task: number): unknown {
    return customProperty('--colour', `var(--task-${(task % COLOURS) + 1}, var(--accent))`);
  }

  /** Which task was being learnt when, in the colours of the curves. */
  private strip(recording: Recording, height: number): unknown {
    const { tasks, taskEnds } = recording.plan!;
    const top = height - MARGIN.bottom;
    if (this.joint()) {
      return svg`<text x=${(this.x(0) + this.x(taskEnds.at(-1) ?? 0)) / 2} y=${height - 6}
        text-anchor="middle">learning all tasks at once</text>`;
    }
    const each = (this.frame.px - MARGIN.left - MARGIN.right) / Math.max(1, tasks.length);
    const every = Math.max(1, Math.ceil(18 / each));
    const word = each > 48 ? 'task ' : '';
    return svg`<g class="strip">${taskEnds.map((end, task) => {
      const start = this.x(taskEnds[task - 1] ?? 0);
      const wide = Math.max(0, this.x(end) - start - 1);
      return svg`<rect ${this.colour(task)} class=${end > this.at ? 'coming' : ''}
          x=${start + 0.5} y=${top + 2} width=${wide} height=${STRIP} />
        ${
          task % every === 0
            ? svg`<text x=${start + wide / 2} y=${height - 7} text-anchor="middle">${word}${task + 1}</text>`
            : nothing
        }`;
    })}</g>`;
  }

  private path(points: readonly TestedPoint[]): string {
    return (
      line<TestedPoint>(
        (point) => this.x(point.at),
        (point) => this.y(point.value),
      )(points) ?? ''
    );
  }

  private lines(recording: Recording, curves: readonly AccuracyCurve[]): unknown {
    const all = countAt(recording.accuracy, this.at) < recording.accuracy.length;
    const whole = all ? this.curvesAt(Infinity) : curves;
    const many = curves.length > 10;
    return whole.map((full) => {
      const { task, before, since } = curves[full.task] ?? { ...full, before: [], since: [] };
      const aside = this.pointed !== null && this.pointed.task !== task;
      return svg`<g ${this.colour(task)}
          class=${`curve${task >= COLOURS ? ' dashed' : ''}${aside ? ' aside' : ''}`}>
        ${all ? svg`<path class="ghost" d=${this.path(full.since)} />` : nothing}
        <path class="before" d=${this.path(before)} />
        <path class="since" d=${this.path(since)} />
        ${since.map(
          (point, i) => svg`<circle cx=${this.x(point.at)} cy=${this.y(point.value)}
            r=${i === 0 ? (many ? 3.5 : 4.5) : many ? 2 : 3} />`,
        )}
        ${this.ring(full.task, [...before, ...since.slice(1)])}
      </g>`;
    });
  }

  /** The names of the tasks that have been learnt, where their curves end. */
  private names(curves: readonly AccuracyCurve[]): unknown {
    const learnt = curves.filter(({ since }) => since.length > 0);
    const many = curves.length > 10;
    const gap = many ? 12 : 15;
    const ends = learnt.map(({ since }) => this.y(since.at(-1)!.value));
    const labels = endLabels(ends, gap);
    const places = spread(
      labels.map(({ position }) => position),
      gap,
      this.y(1),
      this.y(0),
    );
    return labels.map((label, i) => {
      const tasks = label.curves.map((k) => learnt[k]!.task);
      const x = this.x(learnt[label.curves[0]!]!.since.at(-1)!.at);
      const ranges = taskRanges(tasks);
      const word = many ? '' : tasks.length > 1 ? 'tasks ' : 'task ';
      const name = word.length + ranges.length > 10 ? `${tasks.length} tasks` : word + ranges;
      return svg`${label.curves.map(
        (k) => svg`<path class="leader" ${this.colour(learnt[k]!.task)}
          d=${`M${x + 5},${ends[k]!}L${x + 11},${places[i]!}`} />`,
      )}
        <text class="name" x=${x + 14} y=${places[i]!} dy="0.32em">${name}</text>`;
    });
  }

  private ring(task: number, points: readonly TestedPoint[]): unknown {
    const point = this.pointed?.task === task ? points[this.pointed.test] : undefined;
    if (!point) return nothing;
    return svg`<circle class="ring" cx=${this.x(point.at)} cy=${this.y(point.value)} r="7" />`;
  }

  private points(curve: AccuracyCurve): readonly TestedPoint[] {
    return [...curve.before, ...curve.since.slice(1)];
  }

  /** The test that is nearest. */
  private pointAt(event: PointerEvent): void {
    const frame = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const scale = this.frame.px / Math.max(1, frame.width);
    const [px, py] = [(event.clientX - frame.left) * scale, (event.clientY - frame.top) * scale];
    let nearest = Infinity;
    for (const curve of this.curvesAt(this.at)) {
      if (curve.since.length === 0) continue;
      for (const [test, point] of this.points(curve).entries()) {
        // Along the run first: what is compared are the tasks at one test.
        const distance = 4 * Math.abs(this.x(point.at) - px) + Math.abs(this.y(point.value) - py);
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
    const length = this.points(curves[0]!).length;
    const { task, test } = this.pointed ?? { task: -step[0], test: length - 1 - step[1] };
    this.pointed = {
      task: Math.max(0, Math.min(last, task + step[0])),
      test: Math.max(0, Math.min(length - 1, test + step[1])),
    };
  }

  private reading(curves: readonly AccuracyCurve[]): string {
    const curve = curves.find(({ task }) => task === this.pointed?.task);
    const point = curve && this.points(curve)[this.pointed!.test];
    if (!point) return '';
    const when =
      point.after < 0
        ? 'before training'
        : this.joint()
          ? 'after training'
          : `after task ${point.after + 1}`;
    const learnt = curve.since[0];
    const change = learnt && point.at > learnt.at ? 100 * (point.value - learnt.value) : null;
    const since =
      change === null
        ? learnt && point.at < learnt.at
          ? ', not learnt yet'
          : ''
        : `, ${Math.abs(change).toFixed(1)} points ${change < 0 ? 'below' : 'above'} what it was when learnt`;
    return `Task ${curve.task + 1} ${when}: ${formatPercent(point.value)}${since}.`;
  }
}
