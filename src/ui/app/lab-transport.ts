/**
 * The bar at the bottom edge: run, pause, single step, to the end of the task, stop, reset; what the run is doing;
 * and the line on which one can go back. Buttons that cannot be used are `aria-disabled`, not `disabled`: a step in
 * progress must not take the keyboard focus away from Step.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { RunState } from '../../lab/protocol.ts';
import { formatCount, formatDuration, formatRate } from '../style/format.ts';
import { sharedStyles } from '../style/shared-styles.ts';
import { icon, type IconName } from './icons.ts';
import './lab-scrubber.ts';
import { INITIAL, stepsDone, underWay, type LabState } from './run-state.ts';
import { statusSentence } from './status-sentence.ts';
import { emit, type LabCommand } from './ui-events.ts';

interface Main {
  readonly label: string;
  readonly command: LabCommand;
  readonly icon: IconName;
}

/** The main button: what it says and asks for in each state. */
function mainButton(run: RunState): Main {
  if (run === 'paused') return { label: 'Resume', command: 'resume', icon: 'play' };
  if (underWay(run)) return { label: 'Pause', command: 'pause', icon: 'pause' };
  return { label: run === 'idle' ? 'Run' : 'Run again', command: 'run', icon: 'play' };
}

@customElement('lab-transport')
export class LabTransport extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        position: fixed;
        z-index: 3;
        inset: auto 0 0;
        padding-bottom: env(safe-area-inset-bottom);
        border-top: 1px solid var(--rule);
        background: var(--paper);
      }

      .bar {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        align-items: center;
        gap: 0 var(--space-6);
        max-width: var(--page);
        margin-inline: auto;
        padding: var(--space-2) max(var(--space-8), env(safe-area-inset-left));
      }

      .buttons {
        display: flex;
        gap: var(--space-2);
      }

      .buttons button {
        display: inline-flex;
        align-items: center;
        justify-content: center;
        gap: var(--space-2);
        white-space: nowrap;
      }

      .primary {
        min-width: 7.5rem;
      }

      .told {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 var(--space-4);
        font-size: var(--text-small);
        white-space: nowrap;
      }

      .facts {
        display: flex;
        gap: var(--space-4);
        margin: 0;
        color: var(--ink-soft);
      }

      .facts > div {
        display: flex;
        gap: var(--space-1);
      }

      dd {
        margin: 0;
        color: var(--ink);
      }

      .why {
        white-space: normal;
      }

      progress {
        width: 8rem;
        height: 0.4rem;
        accent-color: var(--accent);
      }

      @media (max-width: 75rem) {
        .narrow-hidden {
          position: absolute;
          clip-path: inset(50%);
        }
      }

      @media (max-width: 52rem) {
        .bar {
          grid-template-columns: minmax(0, 1fr);
          gap: var(--space-1);
          padding: var(--space-1) var(--space-4) var(--space-2);
        }

        .buttons {
          order: 2;
        }

        .buttons button {
          flex: 1;
          padding-inline: var(--space-2);
        }

        .primary {
          flex: 2.2 !important;
          min-width: 0;
        }

        .label {
          position: absolute;
          clip-path: inset(50%);
        }

        .primary .label {
          position: static;
          clip-path: none;
        }

        .facts .optional {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) lab: LabState = INITIAL;
  @property({ type: Number }) at = 0;
  @property({ type: Boolean }) following = true;
  @property({ type: Boolean }) playing = false;
  /** A command whose effect the worker has not reported yet. */
  @property() asked: LabCommand | null = null;
  /** Why nothing can be started: one sentence; null where it can. */
  @property({ attribute: false }) hindrance: string | null = null;

  private usable(command: LabCommand): boolean {
    const { run, recording } = this.lab;
    const going = underWay(run);
    if (command === 'stop') return going && this.asked !== 'stop' && this.asked !== 'run';
    if (command === 'reset') return recording !== null && this.asked !== 'run';
    if (this.asked !== null) return false;
    if (command === 'pause' || command === 'resume') return going;
    const ready = this.hindrance === null;
    if (command === 'run') return ready;
    if (command === 'finish-task') return going ? run !== 'preparing' : ready;
    return going ? run === 'paused' : ready;
  }

  private button(label: string, command: LabCommand, picture: IconName, main = false): unknown {
    const usable = this.usable(command);
    return html`<button
      type="button"
      class=${main ? 'primary' : 'secondary'}
      title=${main ? nothing : label}
      aria-disabled=${usable ? 'false' : 'true'}
      @click=${(): void => {
        if (this.usable(command)) emit(this, 'lab-command', command);
      }}
    >
      ${icon(picture)}<span class=${main ? 'label' : 'label narrow-hidden'}>${label}</span>
    </button>`;
  }

  private preparation(): unknown {
    const { run, preparing } = this.lab;
    if (run !== 'preparing' || preparing === null) return nothing;
    return html`${
      preparing.of > 0
        ? html`<progress
            max="1"
            value=${preparing.done / preparing.of}
            aria-label="Preparation"
          ></progress>`
        : nothing
    }
    ${
      preparing.what === 'tuning'
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
    }`;
  }

  private facts(): readonly (readonly [name: string, value: string, optional: boolean])[] {
    const { recording, progress, run } = this.lab;
    const { plan, config } = recording ?? {};
    const going = underWay(run);
    return [
      ['Step', plan ? `${formatCount(this.at)} of ${formatCount(plan.steps)}` : '–', false],
      ['Epoch', progress && config ? `${progress.epoch + 1} of ${config.epochs}` : '–', true],
      ['Images a second', formatRate(going ? (progress?.imagesPerSecond ?? 0) : 0), true],
      ['Time left', formatDuration(going ? (progress?.etaSeconds ?? NaN) : NaN), false],
    ];
  }

  override render(): unknown {
    const { lab } = this;
    const main = mainButton(lab.run);
    return html`<div class="bar">
      <div class="buttons" role="group" aria-label="Run">
        ${this.button(main.label, main.command, main.icon, true)}
        ${this.button('Step', 'step', 'step')}
        ${this.button('To the end of the task', 'finish-task', 'task')}
        ${this.button('Stop', 'stop', 'stop')} ${this.button('Reset', 'reset', 'reset')}
      </div>
      <div>
        <div class="told">
          <span>
            <span role="status">${statusSentence(lab)}</span> ${this.preparation()}
            ${
              this.hindrance !== null && !underWay(lab.run)
                ? html`<span class="why soft"> · ${this.hindrance}</span>`
                : nothing
            }
          </span>
          <dl class="facts">
            ${this.facts().map(
              ([name, value, optional]) =>
                html`<div class=${optional ? 'optional' : ''}>
                  <dt>${name}</dt>
                  <dd>${value}</dd>
                </div>`,
            )}
          </dl>
        </div>
        <lab-scrubber
          .recording=${lab.recording}
          .version=${lab.version}
          .at=${this.at}
          .done=${stepsDone(lab)}
          .following=${this.following}
          .playing=${this.playing}
          .going=${underWay(lab.run)}
        ></lab-scrubber>
      </div>
    </div>`;
  }
}
