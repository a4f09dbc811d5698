/** How far a run is: state in words, task, epoch and step, speed, time left, and one bar for all of it. */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { formatCount, formatDuration, formatPercent, formatRate } from '../style/format.ts';
import type { LabState } from './run-state.ts';
import { INITIAL, shareDone, stepsDone } from './run-state.ts';
import { sharedStyles } from '../style/shared-styles.ts';
import { statusSentence } from './status-sentence.ts';
import { emit } from './ui-events.ts';

@customElement('lab-progress')
export class LabProgress extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        justify-content: space-between;
        gap: var(--space-1) var(--space-4);
      }

      progress {
        display: block;
        width: 100%;
        height: 0.5rem;
        margin-block: var(--space-3);
        border: 0;
        border-radius: 0.25rem;
        appearance: none;
        background: var(--rule);
        overflow: hidden;
      }

      progress::-webkit-progress-bar {
        background: var(--rule);
      }

      progress::-webkit-progress-value {
        background: var(--accent);
        transition: inline-size var(--quick) linear;
      }

      progress::-moz-progress-bar {
        background: var(--accent);
      }

      dl {
        display: grid;
        grid-template-columns: repeat(4, 1fr);
        gap: var(--space-3) var(--space-4);
        margin: 0;
      }

      dt {
        color: var(--ink-soft);
        font-size: var(--text-small);
      }

      dd {
        margin: 0;
        white-space: nowrap;
      }

      @media (max-width: 52rem) {
        dl {
          grid-template-columns: repeat(2, 1fr);
        }
      }
    `,
  ];

  @property({ attribute: false }) lab: LabState = INITIAL;
  /** Share done in [0, 1], of the preparation while there is no plan; null where it is not known. */
  private share(): number | null {
    const { run, plan, preparing } = this.lab;
    if (run !== 'preparing' || plan !== null) return shareDone(this.lab);
    return preparing !== null && preparing.of > 0 ? preparing.done / preparing.of : null;
  }

  private epoch(): string {
    const { run, config, progress } = this.lab;
    if (config === null || progress === null) return '–';
    const epoch = run === 'finished' ? config.epochs : progress.epoch + 1;
    return `${formatCount(epoch)} of ${formatCount(config.epochs)}`;
  }

  override render(): unknown {
    const { lab } = this;
    const { progress, plan, run } = lab;
    const share = this.share();
    const underPlan = plan !== null;
    const left = run === 'training' || run === 'evaluating' || (run === 'preparing' && underPlan);
    const facts: readonly (readonly [string, string])[] = [
      ['Epoch', this.epoch()],
      ['Step', underPlan ? `${formatCount(stepsDone(lab))} of ${formatCount(plan.steps)}` : '–'],
      ['Images a second', formatRate(progress?.imagesPerSecond ?? 0)],
      ['Time left', formatDuration(left ? (progress?.etaSeconds ?? NaN) : NaN)],
    ];
    return html`
      <div class="head">
        <h2><span role="status">${statusSentence(lab)}</span></h2>
        <span class="soft"
          >${run === 'idle' || share === null ? nothing : formatPercent(share)}</span
        >
      </div>
      <progress
        max="1"
        value=${share ?? nothing}
        aria-label=${run === 'preparing' && !underPlan ? 'Preparation' : 'Steps of the run done'}
      ></progress>
      ${
        run === 'preparing' && lab.preparing?.what === 'tuning'
          ? html`<button
              type="button"
              class="secondary"
              @click=${(): void => {
                emit(this, 'lab-skip-tuning', null);
              }}
            >
              Skip tuning
            </button>`
          : nothing
      }
      <dl>
        ${facts.map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
    `;
  }
}
