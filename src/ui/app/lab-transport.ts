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
import { emit, type LabCommand } from '../parts/ui-events.ts';

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
        border-top: 1px solid var(--rule-strong);
        background: var(--sheet);
      }

      .bar {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        align-items: center;
        gap: 0 var(--space-8);
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

      .buttons svg {
        flex: none;
      }

      .primary {
        min-width: 7.5rem;
      }

      [role='status'] {
        font-weight: 600;
      }

      .told {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 var(--space-2);
        font-size: var(--text-small);
        white-space: nowrap;
      }

      .facts {
        display: flex;
        gap: var(--space-3);
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

      /* The state and the figures keep to one line, so that the bar keeps its height. */
      @media (max-width: 96rem) {
        .facts .optional:nth-child(2),
        .hindered .facts .optional {
          display: none;
        }
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
          flex: 3 !important;
          min-width: 0;
          padding-inline: var(--space-1) !important;
        }

        .word {
          position: absolute;
          clip-path: inset(50%);
        }

        .primary .word {
          position: static;
          clip-path: none;
        }

        .facts .optional,
        .hindered .facts {
          display: none;
        }

        .told {
          font-size: 0.75rem;
        }

        .facts dt {
          position: absolute;
          clip-path: inset(50%);
        }

        .facts > div:last-child dd::after {
          content: ' left';
        }

        /* Why nothing can be started says more than the state, and there is room for one of them. */
        .hindered [role='status'] {
          position: absolute;
          clip-path: inset(50%);
        }

        .hindered .dot {
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
      ${icon(picture)}<span class=${main ? 'word' : 'word narrow-hidden'}>${label}</span>
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
      ['Time left', formatDuration(going ? (progress?.etaSeconds ?? NaN) : NaN), !going],
    ];
  }

  override render(): unknown {
    const { lab } = this;
    const main = mainButton(lab.run);
    const hindered = this.hindrance !== null && !underWay(lab.run);
    return html`<div class="bar">
      <div class="buttons" role="group" aria-label="Run">
        ${this.button(main.label, main.command, main.icon, true)}
        ${this.button('Step', 'step', 'step')}
        ${this.button('To the end of the task', 'finish-task', 'task')}
        ${this.button('Stop', 'stop', 'stop')} ${this.button('Reset', 'reset', 'reset')}
      </div>
      <div>
        <div class=${hindered ? 'told hindered' : 'told'}>
          <span>
            <span role="status">${statusSentence(lab)}</span> ${this.preparation()}
            ${
              hindered
                ? html`<span class="why soft"><span class="dot"> · </span>${this.hindrance}</span>`
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
