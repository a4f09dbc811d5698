/**
 * What is run and the buttons that run it: preset, seed, Run / Pause / Resume, Step, Stop. On a phone
 * the buttons stand in a bar at the bottom edge. Buttons that cannot be used are `aria-disabled`, not
 * `disabled`: a step in progress must not take the keyboard focus away from Step.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { Config } from '../../lab/config.ts';
import { PRESETS } from '../../lab/presets.ts';
import type { RunState } from '../../lab/protocol.ts';
import type { FieldProblem } from './config-fields.ts';
import { underWay } from '../app/run-state.ts';
import { sharedStyles } from '../style/shared-styles.ts';
import { emit } from '../app/ui-events.ts';
import type { LabCommand } from '../app/ui-events.ts';

const SEED_MOST = 0xffffffff;

/** The main button: what it says and asks for in each state. */
function primary(run: RunState): { readonly label: string; readonly command: LabCommand } {
  if (run === 'paused') return { label: 'Resume', command: 'resume' };
  if (underWay(run)) return { label: 'Pause', command: 'pause' };
  return { label: run === 'idle' ? 'Run' : 'Run again', command: 'run' };
}

@customElement('lab-controls')
export class LabControls extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      form {
        display: grid;
        gap: var(--space-4);
      }

      .preset {
        display: grid;
        gap: var(--space-1);
      }

      .line {
        margin-top: var(--space-1);
        color: var(--ink-soft);
        font-size: var(--text-small);
      }

      .seed {
        display: grid;
        grid-template-columns: auto 8rem;
        align-items: center;
        justify-content: start;
        gap: var(--space-1) var(--space-3);
      }

      .error {
        grid-column: 1 / -1;
      }

      .bar {
        display: grid;
        grid-template-columns: 2fr 1fr 1fr;
        gap: var(--space-2);
      }

      .bar .error {
        grid-row: 1;
      }

      button {
        white-space: nowrap;
      }

      @media (max-width: 52rem) {
        .bar {
          position: fixed;
          z-index: 1;
          inset: auto 0 0;
          padding: var(--space-3) max(var(--space-4), env(safe-area-inset-left))
            calc(var(--space-3) + env(safe-area-inset-bottom));
          border-top: 1px solid var(--rule);
          background: var(--paper);
        }
      }
    `,
  ];

  @property() preset = '';
  @property({ attribute: false }) config!: Config;
  @property() run: RunState = 'idle';
  /** A command whose effect the worker has not reported yet. */
  @property() asked: LabCommand | null = null;
  /** No device, so nothing can run. */
  @property({ type: Boolean }) unavailable = false;
  /** The seed as typed, where it cannot be used. */
  @property({ attribute: false }) seedProblem: FieldProblem | null = null;
  /** Some setting as typed cannot be used. */
  @property({ type: Boolean }) invalid = false;

  private choose(event: InputEvent): void {
    emit(this, 'lab-preset', (event.target as HTMLSelectElement).value);
  }

  private seed(event: InputEvent): void {
    emit(this, 'lab-field', { key: 'seed', text: (event.target as HTMLInputElement).value });
  }

  private submit(event: SubmitEvent): void {
    event.preventDefault();
    if (!underWay(this.run) && this.usable('run')) emit(this, 'lab-command', 'run');
  }

  private press(event: MouseEvent, command: LabCommand): void {
    if (command === 'run') return; // a submit button: the form speaks for it, Enter in a field too
    event.preventDefault();
    if (this.usable(command)) emit(this, 'lab-command', command);
  }

  private usable(command: LabCommand): boolean {
    const going = underWay(this.run);
    if (command === 'stop') return going && this.asked !== 'stop' && this.asked !== 'run';
    if (this.asked !== null) return false;
    if (command === 'pause' || command === 'resume') return going;
    const ready = !this.unavailable && !this.invalid;
    if (command === 'run') return ready;
    return going ? this.run === 'paused' : ready;
  }

  private button(label: string, command: LabCommand, main = false): unknown {
    return html`<button
      type=${command === 'run' ? 'submit' : 'button'}
      class=${main ? 'primary' : 'secondary'}
      aria-disabled=${this.usable(command) ? 'false' : 'true'}
      @click=${(event: MouseEvent): void => {
        this.press(event, command);
      }}
    >
      ${label}
    </button>`;
  }

  override render(): unknown {
    const main = primary(this.run);
    const going = underWay(this.run);
    const wrong = this.seedProblem;
    return html`<form novalidate @submit=${this.submit}>
      <div class="preset">
        <label for="preset">Preset</label>
        <select id="preset" aria-describedby="line" ?disabled=${going} @change=${this.choose}>
          ${PRESETS.map(
            ({ name, title }) =>
              html`<option value=${name} .selected=${name === this.preset}>${title}</option>`,
          )}
        </select>
        <p class="line" id="line">${PRESETS.find(({ name }) => name === this.preset)?.line}</p>
      </div>
      <div class="seed">
        <label for="seed">Seed</label>
        <input
          id="seed"
          type="number"
          inputmode="numeric"
          min="0"
          max=${SEED_MOST}
          step="1"
          .value=${live(wrong?.text ?? String(this.config.seed))}
          ?disabled=${going}
          aria-invalid=${wrong ? 'true' : 'false'}
          aria-describedby=${wrong ? 'seed-problem' : nothing}
          @change=${this.seed}
        />
        ${wrong ? html`<p class="error" id="seed-problem">${wrong.message}</p>` : nothing}
      </div>
      <div class="bar" role="group" aria-label="Run">
        ${this.invalid ? html`<p class="error">Mend the marked setting first.</p>` : nothing}
        ${this.button(main.label, main.command, true)} ${this.button('Step', 'step')}
        ${this.button('Stop', 'stop')}
      </div>
    </form>`;
  }
}
