/**
 * The config that is about to run, as something to pass on: a link that holds what differs from the preset, and a file
 * that holds everything; and a file of either kind taken in again.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Config } from '../../lab/config/config.ts';
import { emit } from '../parts/ui-events.ts';
import { sharedStyles } from '../style/shared-styles.ts';

/** What happened last, in a sentence. */
interface Word {
  readonly text: string;
  readonly wrong: boolean;
}

const UNFETCHED: Word = {
  text: 'This part of the page could not be fetched. Is the network there?',
  wrong: true,
};

@customElement('lab-share')
export class LabShare extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      .acts {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }

      .acts > * {
        min-height: 2.25rem !important;
        padding: var(--space-1) var(--space-3) !important;
        font-size: var(--text-small) !important;
      }

      @media (pointer: coarse) {
        .acts > * {
          min-height: var(--target) !important;
        }
      }

      @media (max-width: 52rem) {
        .acts > * {
          flex: 1 0 auto;
          justify-content: center;
        }
      }

      label.button {
        position: relative;
        display: inline-flex;
        align-items: center;
        min-height: var(--target);
        padding: var(--space-2) var(--space-4);
        border: 1px solid var(--rule-strong);
        border-radius: var(--radius);
        background: var(--sheet);
        color: var(--ink);
        font-size: inherit;
        cursor: pointer;
      }

      label.button:hover {
        border-color: var(--ink);
      }

      label.button:focus-within {
        outline: 2px solid var(--accent);
        outline-offset: 2px;
      }

      label.button[aria-disabled='true'] {
        border-color: var(--rule);
        background: transparent;
        color: var(--ink-faint);
        cursor: default;
      }

      input[type='file'] {
        position: absolute;
        inset: 0;
        opacity: 0;
        cursor: inherit;
      }

      .link {
        width: 100%;
        min-height: var(--target);
        margin-top: var(--space-2);
        padding: var(--space-2) var(--space-3);
        border: 1px solid var(--rule-strong);
        border-radius: var(--radius);
        background: var(--sheet);
        color: var(--ink);
        font-family: var(--font-code);
        font-size: var(--text-small);
      }

      [role='status'] {
        font-size: var(--text-small);
      }

      [role='status']:not(:empty) {
        max-width: 22rem;
        margin-top: var(--space-1);
      }
    `,
  ];

  @property() preset = '';
  @property({ attribute: false }) config!: Config;
  /** The address's query, as `searchOf` gives it. */
  @property() search = '';
  /** A run is under way and its config holds still. */
  @property({ type: Boolean }) locked = false;
  @state() private word: Word | null = null;
  /** Shown where the clipboard may not be written. */
  @state() private shown = false;

  /** The link that gives this config on any device. */
  get link(): string {
    return new URL(this.search, document.baseURI).href;
  }

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.link);
      this.shown = false;
      this.word = { text: 'The link is copied: it holds this config and its seed.', wrong: false };
    } catch {
      this.shown = true;
      this.word = {
        text: 'This browser does not let pages copy. The link is below.',
        wrong: false,
      };
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLInputElement>('.link')?.select();
    }
  }

  private async save(): Promise<void> {
    const { preset, config } = this;
    const name = `palimpsest-${preset}-${String(config.seed)}.json`;
    try {
      const { saveConfig } = await import('./config-file.ts');
      saveConfig(name, { preset, config });
      this.word = { text: `Saved as ${name}.`, wrong: false };
    } catch {
      this.word = UNFETCHED;
    }
  }

  private async take(event: Event): Promise<void> {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    if (!file || this.locked) return;
    const reader = await import('./config-file.ts').catch(() => null);
    if (!reader) {
      this.word = UNFETCHED;
      return;
    }
    const reading = reader.configFromText(await file.text().catch(() => ''));
    // The same file may be chosen again once it has been mended.
    input.value = '';
    if (reading.ok) {
      const { preset, config } = reading;
      emit(this, 'lab-open-setup', { preset, config });
      this.word = { text: `${file.name} is set up and ready to run.`, wrong: false };
    } else {
      this.word = { text: `${file.name}: ${reading.message} Nothing has changed.`, wrong: true };
    }
  }

  override render(): unknown {
    const { word } = this;
    return html`<div class="acts">
        <button
          type="button"
          @click=${(): void => {
            void this.copy();
          }}
        >
          Copy link
        </button>
        <button
          type="button"
          @click=${(): void => {
            void this.save();
          }}
        >
          Export config
        </button>
        <label class="button" aria-disabled=${this.locked ? 'true' : 'false'}
          >Import config
          <input
            type="file"
            accept=".json,application/json"
            ?disabled=${this.locked}
            @change=${(event: Event): void => {
              void this.take(event);
            }}
          />
        </label>
      </div>
      ${
        this.shown
          ? html`<input
              class="link"
              aria-label="Link to this config"
              readonly
              .value=${this.link}
            />`
          : nothing
      }
      <p role="status" class=${word?.wrong === true ? 'error' : 'soft'}>
        ${word?.text ?? nothing}
      </p>`;
  }
}
