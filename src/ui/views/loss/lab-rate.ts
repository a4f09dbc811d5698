/**
 * The learning rate over the run, as the config has it: a low strip that shares the horizontal axis of the loss
 * above it, so that a change in one is seen beside the other.
 * Part of the view `lab-loss`: drawn in the same frame as its parent.
 */
import { css, html, LitElement, nothing, svg } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { recordedSteps, type Recording } from '../../../lab/recording/recording.ts';
import { sharedStyles } from '../../style/shared-styles.ts';
import { chartStyles } from '../../style/chart/chart-styles.ts';
import { rateOfStep } from '../../view/moment.ts';

const HEIGHT = 40;
/** Most points that a task's curve is drawn from. */
const POINTS = 32;

@customElement('lab-rate')
export class LabRate extends LitElement {
  static override styles = [
    sharedStyles,
    chartStyles,
    css`
      .rate {
        fill: none;
        stroke: var(--ink-soft);
        stroke-width: 1.5;
      }
    `,
  ];

  @property({ attribute: false }) recording: Recording | null = null;
  @property({ type: Number }) at = 0;
  @property({ type: Number }) version = 0;
  /** Width of the picture and its margins, those of the loss; px. */
  @property({ type: Number }) width = 360;
  @property({ type: Number }) left = 34;
  @property({ type: Number }) right = 2;
  private kept: { readonly key: readonly unknown[]; readonly path: string } | null = null;

  private x(step: number): number {
    const { width, left, right } = this;
    return left + ((width - left - right) * step) / Math.max(1, this.recording?.plan?.steps ?? 1);
  }

  private y(rate: number): number {
    const top = this.recording?.config.rate ?? 0;
    return HEIGHT - 4 - (HEIGHT - 10) * (top > 0 ? rate / top : 0);
  }

  /** Task by task, since the rate begins anew with each; the jump between two is drawn. */
  private path(): string {
    const { recording, width } = this;
    const key = [recording?.plan, width];
    if (this.kept?.key.every((part, i) => part === key[i]) !== true) {
      this.kept = { key, path: this.drawn() };
    }
    return this.kept.path;
  }

  private drawn(): string {
    const { recording } = this;
    const ends = recording?.plan?.taskEnds ?? [];
    let path = '';
    for (const [task, end] of ends.entries()) {
      const start = ends[task - 1] ?? 0;
      const points = Math.min(POINTS, end - start);
      for (let i = 0; i < points; i++) {
        const step = start + Math.floor((i * (end - start)) / points);
        path += `${path === '' ? 'M' : 'L'}${this.x(step).toFixed(1)},${this.y(rateOfStep(recording!, step) ?? 0).toFixed(1)}`;
      }
      // The last step reaches to the end of its task.
      if (points > 0) {
        path += `L${this.x(end).toFixed(1)},${this.y(rateOfStep(recording!, end - 1) ?? 0).toFixed(1)}`;
      }
    }
    return path;
  }

  override render(): unknown {
    const { recording, at, width, left, right } = this;
    if (!recording?.plan) return nothing;
    const { config, plan } = recording;
    const rate = rateOfStep(recording, at) ?? config.rate;
    const value = rate < config.rate / 1000 ? 'almost 0' : String(Number(rate.toPrecision(3)));
    const words =
      config.rateSchedule === 'constant'
        ? `Learning rate ${value}, the same all along`
        : `Learning rate ${value}, falling from ${config.rate} in each task`;
    const past = at < recordedSteps(recording);
    return html`<p class="small soft">${words}</p>
      <svg role="img" aria-label=${words} viewBox="0 0 ${width} ${HEIGHT}">
        <line class="base" x1=${left} x2=${width - right} y1=${this.y(0)} y2=${this.y(0)} />
        <text x=${left - 8} y=${this.y(config.rate)} dy="0.5em" text-anchor="end">
          ${config.rate}
        </text>
        ${plan.taskEnds
          .slice(0, -1)
          .map(
            (end) =>
              svg`<line class="end" x1=${this.x(end)} x2=${this.x(end)} y1="0" y2=${this.y(0)} />`,
          )}
        <path class="rate" d=${this.path()} />
        ${
          past
            ? svg`<line class="moment" x1=${this.x(at)} x2=${this.x(at)} y1="0" y2=${this.y(0)} />`
            : nothing
        }
        ${at > 0 ? svg`<circle class="knob" cx=${this.x(Math.min(at, plan.steps))} cy=${this.y(rate)} r="3" />` : nothing}
      </svg>`;
  }
}
