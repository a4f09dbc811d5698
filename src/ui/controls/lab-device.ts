/** The line that names the GPU a run would use, or says why there is none and what to do about it. */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { AdapterSummary, Failure } from '../../lab/protocol.ts';
import { ADVICE, isDeviceFailure } from '../app/failure-advice.ts';
import { sharedStyles } from '../style/shared-styles.ts';

/** The adapter's own description where it has one, else vendor and architecture. */
export function adapterName(adapter: AdapterSummary): string {
  const named = adapter.description.trim();
  const built = [adapter.vendor, adapter.architecture].filter((part) => part !== '').join(' ');
  return named || built || 'unnamed GPU';
}

@customElement('lab-device')
export class LabDevice extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      p {
        overflow-wrap: anywhere;
      }

      .dot {
        display: inline-block;
        width: 0.5rem;
        height: 0.5rem;
        margin-right: var(--space-2);
        border: 1.5px solid var(--accent);
        border-radius: 50%;
      }

      .gpu .dot {
        background: var(--accent);
      }

      .failure {
        padding: var(--space-3) var(--space-4);
        border-left: 3px solid var(--rubric);
        background: var(--rubric-paper);
      }

      .failure p + p {
        margin-top: var(--space-1);
        font-size: var(--text-small);
      }

      .failure strong {
        color: var(--rubric);
      }
    `,
  ];

  /** Null until the worker has opened a device. */
  @property({ attribute: false }) adapter: AdapterSummary | null = null;
  @property({ attribute: false }) failure: Failure | null = null;

  override render(): unknown {
    const { adapter, failure } = this;
    if (failure !== null && isDeviceFailure(failure.kind)) {
      return html`<div class="failure" role="alert">
        <p><strong>${failure.message}</strong></p>
        <p>${ADVICE[failure.kind]}</p>
      </div>`;
    }
    if (adapter === null) {
      // Any other failure is told elsewhere; there is nothing left to wait for here.
      return failure === null
        ? html`<p class="small soft"><span class="dot"></span>Looking for a GPU…</p>`
        : nothing;
    }
    return html`<p class=${adapter.software ? 'small' : 'small gpu'}>
      <span class="dot"></span>${adapterName(adapter)}${
        adapter.software
          ? html`<span class="soft"> · emulated on the CPU: right, but slow</span>`
          : html`<span class="soft"> · GPU</span>`
      }
    </p>`;
  }
}
