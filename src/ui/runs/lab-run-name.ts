/** The name of a run, which becomes a field when it is pressed: Enter keeps what was typed, Escape the old name. */
import { css, html, LitElement } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { sharedStyles } from '../style/shared-styles.ts';
import { ask } from './run-acts.ts';
import { LONGEST_NAME } from './run-store.ts';

@customElement('lab-run-name')
export class LabRunName extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      button {
        min-height: 1.75rem;
        padding: 0;
        border: 0;
        background: none;
        color: var(--ink);
        font-weight: 600;
        text-align: start;
        text-decoration: underline dotted var(--rule-strong) 1px;
        text-underline-offset: 0.25em;
        overflow-wrap: anywhere;
        cursor: text;
      }

      button:hover {
        text-decoration-color: var(--ink);
      }

      @media (pointer: coarse) {
        button {
          min-height: var(--target);
        }
      }

      input {
        width: 100%;
        min-height: 2.25rem;
        padding: 0 var(--space-2);
        border: 1px solid var(--rule-strong);
        border-radius: var(--radius);
        background: var(--sheet);
        color: var(--ink);
      }
    `,
  ];

  @property() run = '';
  @property() name = '';
  @state() private editing = false;

  private async begin(): Promise<void> {
    this.editing = true;
    await this.updateComplete;
    const field = this.renderRoot.querySelector('input');
    field?.focus();
    field?.select();
  }

  private async end(name: string | null): Promise<void> {
    if (!this.editing) return;
    const hadFocus = this.shadowRoot?.activeElement !== null;
    this.editing = false;
    if (name !== null && name !== this.name) ask(this, { act: 'rename', id: this.run, name });
    await this.updateComplete;
    if (hadFocus) this.renderRoot.querySelector('button')?.focus();
  }

  private readonly key = (event: KeyboardEvent): void => {
    const field = event.target as HTMLInputElement;
    if (event.key !== 'Enter' && event.key !== 'Escape') return;
    // Otherwise the same key would also press the button that takes the field's place.
    event.preventDefault();
    if (event.key === 'Enter') void this.end(field.value);
    else void this.end(null);
  };

  private readonly leave = (event: FocusEvent): void => {
    const field = event.target as HTMLInputElement;
    if (!this.editing) return;
    this.editing = false;
    if (field.value !== this.name) ask(this, { act: 'rename', id: this.run, name: field.value });
  };

  override render(): unknown {
    return this.editing
      ? html`<input
          aria-label="Name of the run"
          maxlength=${LONGEST_NAME}
          .value=${this.name}
          @keydown=${this.key}
          @blur=${this.leave}
        />`
      : html`<button
          type="button"
          title="Rename"
          aria-label="${this.name}, rename"
          @click=${this.begin}
        >
          ${this.name}
        </button>`;
  }
}
