/**
 * The run as a line on which one can go back: a native slider over the steps, with the stretches of the tasks and
 * the changes of the mask behind it, and buttons to play it again and to come back to the present.
 */
import { css, html, LitElement, nothing, svg } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { Recording } from '../../lab/recording/recording.ts';
import { formatCount } from '../style/format.ts';
import { sharedStyles } from '../style/shared-styles.ts';
import { taskAt } from '../view/moment.ts';
import { icon } from './icons.ts';
import { emit } from '../parts/ui-events.ts';

/** Width of the track's picture in its own units. */
const TRACK = 1000;

@customElement('lab-scrubber')
export class LabScrubber extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        align-items: center;
        gap: var(--space-2);
      }

      .line {
        position: relative;
        height: 2.25rem;
      }

      .line svg {
        position: absolute;
        inset: 0 0.5rem;
        width: calc(100% - 1rem);
        height: 100%;
        overflow: visible;
        pointer-events: none;
      }

      .known {
        fill: var(--accent);
        opacity: 0.22;
      }

      .shown {
        fill: var(--accent);
      }

      .rest {
        fill: var(--rule);
      }

      .end {
        stroke: var(--rule-strong);
        stroke-width: 1;
        vector-effect: non-scaling-stroke;
      }

      .change {
        stroke: var(--ink-faint);
        stroke-width: 1;
        vector-effect: non-scaling-stroke;
      }

      input {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        margin: 0;
        appearance: none;
        background: none;
        cursor: pointer;
      }

      input::-webkit-slider-thumb {
        width: 1rem;
        height: 1rem;
        border: 2px solid var(--paper);
        border-radius: 50%;
        appearance: none;
        background: var(--accent);
        box-shadow: 0 0 0 1px var(--accent);
      }

      input::-moz-range-thumb {
        width: 0.75rem;
        height: 0.75rem;
        border: 2px solid var(--paper);
        border-radius: 50%;
        background: var(--accent);
      }

      input:disabled {
        cursor: default;
      }

      input:disabled::-webkit-slider-thumb {
        background: var(--rule-strong);
        box-shadow: none;
      }

      button {
        display: inline-flex;
        align-items: center;
        gap: var(--space-1);
        min-height: 2.25rem;
        padding: 0 var(--space-3);
        font-size: var(--text-small);
        white-space: nowrap;
      }

      @media (pointer: coarse) {
        button {
          min-height: var(--target);
        }
      }
    `,
  ];

  @property({ attribute: false }) recording: Recording | null = null;
  @property({ type: Number }) at = 0;
  /** Steps that are done. */
  @property({ type: Number }) done = 0;
  @property({ type: Number }) version = 0;
  @property({ type: Boolean }) following = true;
  @property({ type: Boolean }) playing = false;
  /** A run is under way, so that there is a present to come back to. */
  @property({ type: Boolean }) going = false;

  private words(): string {
    const { recording, at, done } = this;
    if (!recording?.plan) return 'nothing has been recorded yet';
    const task = taskAt(recording, Math.max(0, at - 1)) + 1;
    const present = this.following ? (this.going ? ', the present' : ', the end') : '';
    return `step ${formatCount(at)} of ${formatCount(done)}, task ${task}${present}`;
  }

  private track(steps: number): unknown {
    const { recording, at, done } = this;
    const x = (step: number): number => (TRACK * step) / steps;
    const { plan, changes = [] } = recording ?? {};
    const each = Math.max(1, Math.ceil(changes.length / 200));
    return svg`<svg viewBox="0 0 ${TRACK} 36" preserveAspectRatio="none" aria-hidden="true">
      <rect class="rest" x="0" y="16" width=${TRACK} height="4" />
      <rect class="known" x="0" y="16" width=${x(done)} height="4" />
      <rect class="shown" x="0" y="16" width=${x(at)} height="4" />
      ${changes
        .filter((_, i) => i % each === 0)
        .map(
          (change) =>
            svg`<line class="change" x1=${x(change.at)} x2=${x(change.at)} y1="23" y2="27" />`,
        )}
      ${(plan?.taskEnds ?? []).map(
        (end) => svg`<line class="end" x1=${x(end)} x2=${x(end)} y1="9" y2="27" />`,
      )}
    </svg>`;
  }

  override render(): unknown {
    const { at, done, playing, following, going } = this;
    const steps = Math.max(1, this.recording?.plan?.steps ?? 1, done);
    return html`
      <button
        type="button"
        aria-disabled=${done === 0 ? 'true' : 'false'}
        @click=${(): void => {
          if (done > 0) emit(this, 'lab-moment', playing ? 'pause' : 'play');
        }}
      >
        ${icon(playing ? 'pause' : 'replay')}${playing ? 'Hold' : 'Replay'}
      </button>
      <div class="line">
        ${this.track(steps)}
        <input
          type="range"
          aria-label="Moment of the run"
          aria-valuetext=${this.words()}
          min="0"
          max=${steps}
          step="1"
          .value=${live(String(at))}
          ?disabled=${done === 0}
          @input=${(event: InputEvent): void => {
            emit(this, 'lab-moment', Number((event.target as HTMLInputElement).value));
          }}
        />
      </div>
      ${
        following
          ? nothing
          : html`<button
              type="button"
              @click=${(): void => {
                emit(this, 'lab-moment', 'follow');
              }}
            >
              ${icon('end')}${going ? 'Live' : 'End'}
            </button>`
      }
    `;
  }
}
