/**
 * Sentences that a visitor should not miss: parameters of the address that could not be used, parts of the page that
 * could not be fetched, why a run failed and what to do next, and what the data set asks for (a citation, a stand-in).
 */
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Failure } from '../../lab/protocol.ts';
import { isDeviceFailure } from '../parts/device-failure.ts';
import { sharedStyles } from '../style/shared-styles.ts';

@customElement('lab-notices')
export class LabNotices extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-3);
        font-size: var(--text-small);
      }

      div {
        padding: var(--space-2) var(--space-3);
        border-left: 3px solid var(--rule-strong);
        background: var(--note-paper);
        overflow-wrap: anywhere;
      }

      /* What the data set asks for is said in passing. */
      div:not(.alert) {
        padding: 0 0 0 var(--space-2);
        border-left-width: 2px;
        background: none;
        color: var(--ink-soft);
        font-size: 0.75rem;
      }

      p + p {
        margin-top: var(--space-1);
      }

      .alert {
        border-left-color: var(--rubric);
        background: var(--rubric-paper);
      }

      .alert strong {
        color: var(--rubric);
      }
    `,
  ];

  /** Sentences about parameters of the address. */
  @property({ attribute: false }) problems: readonly string[] = [];
  @property({ attribute: false }) notices: readonly string[] = [];
  /** Failures of the device are left to `lab-device`. */
  @property({ attribute: false }) failure: Failure | null = null;
  /** Part of the page could not be fetched. */
  @property({ type: Boolean }) unfetched = false;
  /** What to do about the failure. It is fetched when there is one; without it the failure's own words stand alone. */
  @state() private advice = '';

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('failure')) return;
    this.advice = '';
    if (this.failure !== null) void this.advise(this.failure);
  }

  private async advise(failure: Failure): Promise<void> {
    const { ADVICE } = await import('../parts/failure-advice.ts').catch(() => ({ ADVICE: null }));
    if (this.failure === failure) this.advice = ADVICE?.[failure.kind] ?? '';
  }

  protected override updated(): void {
    // An empty grid item would still cost a gap.
    this.hidden = this.renderRoot.querySelector('div') === null;
  }

  override render(): unknown {
    const { failure, problems, notices } = this;
    return html`
      ${
        failure === null || isDeviceFailure(failure.kind)
          ? nothing
          : html`<div class="alert" role="alert">
              <p><strong>${failure.message}</strong></p>
              <p>${this.advice}</p>
            </div>`
      }
      ${
        this.unfetched
          ? html`<div class="alert" role="alert">
              <p><strong>Part of this page could not be fetched. Is the network there?</strong></p>
              <p>What was asked for last has not been done.</p>
            </div>`
          : nothing
      }
      ${
        problems.length === 0
          ? nothing
          : html`<div class="alert" role="alert">
              <p><strong>Part of this page’s address could not be used.</strong></p>
              ${problems.map((problem) => html`<p>${problem}</p>`)}
              <p class="soft">The rest of it stands.</p>
            </div>`
      }
      ${notices.map((notice) => html`<div><p>${notice}</p></div>`)}
    `;
  }
}
