/**
 * The device that a run would use: which it is, what it can do, how fast it was in half a second; or why there is none
 * and what to do about it in this browser.
 */
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { AdapterSummary, Failure } from '../../lab/protocol.ts';
import { isDeviceFailure } from '../parts/device-failure.ts';
import { sharedStyles } from '../style/shared-styles.ts';
import { adapterName, featureSentence, formatSpeed, speedMeaning } from '../parts/device-words.ts';

export { adapterName };

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

      summary {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0 var(--space-2);
        cursor: pointer;
        list-style: none;
        font-size: var(--text-small);
        line-height: 1.45;
      }

      summary::-webkit-details-marker {
        display: none;
      }

      .name {
        overflow-wrap: anywhere;
      }

      .more {
        color: var(--accent);
        text-decoration: underline;
        text-underline-offset: 0.2em;
      }

      details p {
        max-width: 34rem;
        padding-bottom: var(--space-1);
        color: var(--ink-soft);
        font-size: var(--text-small);
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

      @media (pointer: coarse) {
        summary {
          align-items: center;
          min-height: var(--target);
        }
      }
    `,
  ];

  /** Null until the worker has opened a device. */
  @property({ attribute: false }) adapter: AdapterSummary | null = null;
  @property({ attribute: false }) failure: Failure | null = null;
  /** What the speed test gave, in 10⁹ floating-point operations a second; null before it. */
  @property({ attribute: false }) gigaflops: number | null = null;

  /** What to do about a missing device in this browser. It is fetched when there is none. */
  @state() private advice = '';

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('failure')) return;
    this.advice = '';
    if (this.failure !== null && isDeviceFailure(this.failure.kind)) void this.advise(this.failure);
  }

  private async advise(failure: Failure): Promise<void> {
    const words = await import('../parts/failure-advice.ts').catch(() => null);
    if (!words || this.failure !== failure) return;
    const browser = words.browserOf(navigator.userAgent, navigator.maxTouchPoints);
    this.advice = words.deviceAdvice(failure.kind, browser, isSecureContext);
  }

  private missing({ message }: Failure): unknown {
    return html`<div class="failure" role="alert">
      <p><strong>${message}</strong></p>
      <p>${this.advice}</p>
    </div>`;
  }

  override render(): unknown {
    const { adapter, failure, gigaflops } = this;
    if (failure !== null && isDeviceFailure(failure.kind)) return this.missing(failure);
    if (adapter === null) {
      // Any other failure is told elsewhere; there is nothing left to wait for here.
      return failure === null
        ? html`<p class="small soft"><span class="dot"></span>Looking for a GPU…</p>`
        : nothing;
    }
    const speed = gigaflops === null ? 'measuring…' : formatSpeed(gigaflops);
    return html`<details>
      <summary class=${adapter.software ? '' : 'gpu'}>
        <span class="name"><span class="dot"></span>${adapterName(adapter)}</span>
        <span class="soft"
          >${adapter.software ? 'emulated on the CPU: right, but slow' : 'GPU'} · ${speed}</span
        >
        <span class="more">what this means</span>
      </summary>
      <p>
        ${
          adapter.software
            ? 'This browser offers no graphics card, so the processor does its work. Results are the same; times say nothing about a GPU.'
            : 'Everything is computed on this graphics card. Nothing leaves the device.'
        }
        ${featureSentence(adapter)}
      </p>
      <p>
        ${
          gigaflops === null
            ? 'A test of half a second tells how fast it is.'
            : `In half a second it made ${formatSpeed(gigaflops)} of dense convolutions: that many floating-point operations a second. ${speedMeaning(gigaflops)}`
        }
      </p>
    </details>`;
  }
}
