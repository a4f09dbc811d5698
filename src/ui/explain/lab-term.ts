/**
 * A word with its definition behind it: a button that opens a note beside itself, by hovering, tapping or Enter,
 * and closes by Escape or a tap elsewhere. The definition is the element's content.
 */
import { css, html, LitElement } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { sharedStyles } from '../style/shared-styles.ts';

/** Between the word and its note, and between the note and the edge of the window; px. */
const GAP = 8;

@customElement('lab-term')
export class LabTerm extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: inline-block;
      }

      button {
        display: inline-flex;
        align-items: center;
        min-height: 1.5rem;
        padding: 0;
        border: 0;
        border-radius: 2px;
        background: none;
        color: inherit;
        text-align: start;
        text-decoration: underline dotted var(--rule-strong);
        text-underline-offset: 0.25em;
      }

      @media (pointer: coarse) {
        button {
          min-width: var(--target);
          min-height: var(--target);
        }
      }

      [popover] {
        position: fixed;
        inset: auto;
        width: min(22rem, calc(100vw - 1rem));
        margin: 0;
        padding: var(--space-3) var(--space-4);
        border: 1px solid var(--rule-strong);
        border-radius: var(--radius);
        background: var(--sheet);
        color: var(--ink);
        font-size: var(--text-small);
        line-height: 1.5;
      }
    `,
  ];

  @property() name = '';
  @query('button') private button!: HTMLButtonElement;
  @query('[popover]') private note!: HTMLElement;

  /** Below the word, or above it where the window has more room there. */
  private place(event: ToggleEvent): void {
    if (event.newState !== 'open') return;
    const { left, top, bottom } = this.button.getBoundingClientRect();
    const below = bottom < window.innerHeight / 2;
    const width = Math.min(352, window.innerWidth - 2 * GAP);
    const { style } = this.note;
    style.left = `${Math.max(GAP, Math.min(left, window.innerWidth - width - GAP))}px`;
    style.top = below ? `${bottom + GAP / 2}px` : 'auto';
    style.bottom = below ? 'auto' : `${window.innerHeight - top + GAP / 2}px`;
  }

  override render(): unknown {
    return html`<button
        type="button"
        popovertarget="note"
        popovertargetaction="show"
        @pointerenter=${(event: PointerEvent): void => {
          if (event.pointerType === 'mouse' && !this.note.matches(':popover-open')) {
            this.note.showPopover();
          }
        }}
        @pointerleave=${(event: PointerEvent): void => {
          if (event.pointerType === 'mouse') this.note.hidePopover();
        }}
      >
        ${this.name}
      </button>
      <div id="note" popover @beforetoggle=${this.place}><slot></slot></div>`;
  }
}
