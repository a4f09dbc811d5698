/**
 * The frame of a view. It fetches the view when there is something to show, and has a drawing of what is to come until
 * then. Above are its heading, and a disclosure with a short text about the algorithm that is running. The text is
 * fetched when it is first opened.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Recording } from '../../lab/recording/recording.ts';
import { sharedStyles } from '../style/shared-styles.ts';
import { emptyView, emptyViewStyles } from '../view/empty-view.ts';
import type { View } from '../view/view.ts';

const FETCH_PROBLEM = 'This part of the page could not be fetched. Is the network there?';

@customElement('lab-panel')
export class LabPanel extends LitElement {
  static override styles = [
    sharedStyles,
    ...emptyViewStyles,
    css`
      .head {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-4);
        min-height: 2.25rem;
        margin-bottom: var(--space-3);
        border-bottom: 1px solid var(--rule-strong);
      }

      .head button {
        min-height: 2rem;
        margin-right: calc(-1 * var(--space-2));
        padding: 0 var(--space-2);
        border-color: transparent;
        background: none;
        color: var(--accent);
        font-size: var(--text-small);
        white-space: nowrap;
      }

      @media (pointer: coarse) {
        .head button {
          min-height: var(--target);
        }
      }

      .text {
        margin-bottom: var(--space-4);
        padding: var(--space-3) var(--space-4);
        border-left: 3px solid var(--rule-strong);
        background: var(--note-paper);
      }
    `,
  ];

  @property({ attribute: false }) view!: View;
  @property({ attribute: false }) recording: Recording | null = null;
  @property({ type: Number }) at = 0;
  @property({ type: Number }) version = 0;
  @state() private open = false;
  @state() private problem = '';
  /** Whether the view itself has been asked for. */
  private asked = false;

  protected override updated(): void {
    if (this.recording) void this.fetch();
  }

  private async fetch(): Promise<void> {
    if (this.asked) return;
    this.asked = true;
    try {
      await this.view.load();
    } catch {
      this.asked = false;
      this.problem = FETCH_PROBLEM;
    }
  }

  private async toggle(): Promise<void> {
    this.open = !this.open;
    if (!this.open) return;
    try {
      await import('../explain/lab-explain.ts');
      this.problem = '';
    } catch {
      this.problem = FETCH_PROBLEM;
    }
  }

  override render(): unknown {
    const { view, recording, at, version } = this;
    return html`
      <div class="head">
        <h2 id="heading">${view.title}</h2>
        <button
          type="button"
          aria-expanded=${this.open ? 'true' : 'false'}
          aria-describedby="heading"
          @click=${this.toggle}
        >
          ${this.open ? 'Close' : 'How it works'}
        </button>
      </div>
      ${
        this.open
          ? html`<div class="text">
              ${
                this.problem === ''
                  ? html`<lab-explain
                      .view=${view.name}
                      .recording=${recording}
                      .at=${at}
                      .version=${version}
                    ></lab-explain>`
                  : html`<p class="error">${this.problem}</p>`
              }
            </div>`
          : nothing
      }
      ${this.problem !== '' && !this.open ? html`<p class="error">${this.problem}</p>` : nothing}
      ${recording ? html`<slot></slot>` : emptyView(view)}
    `;
  }
}
