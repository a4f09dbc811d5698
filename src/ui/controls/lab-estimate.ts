/**
 * What the run will take, told before it is started: time here, operations and memory, each beside the dense twin.
 * Settings can change faster than a run is counted. So the worker is asked for the newest config alone, a moment after
 * the last change.
 */
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Config } from '../../lab/config/config.ts';
import type { Amounts, Estimate } from '../../lab/protocol.ts';
import type { Event } from '../../lab/protocol.ts';
import { formatBytes, formatCount } from '../style/format.ts';
import { sharedStyles } from '../style/shared-styles.ts';
import { emit } from '../parts/ui-events.ts';
import { aboutTime, against, formatFlops } from './estimate-words.ts';

export type EstimateAnswer = Extract<Event, { type: 'estimate' }>;

/** After the last change, in milliseconds. */
const PAUSE_MS = 120;

interface Figure {
  readonly title: string;
  readonly of: (amounts: Amounts) => number | null;
  readonly show: (value: number | null) => string;
}

const FIGURES: readonly Figure[] = [
  { title: 'Time here', of: ({ seconds }) => seconds, show: aboutTime },
  { title: 'Operations', of: ({ flops }) => flops, show: (n) => formatFlops(n ?? 0) },
  { title: 'Memory', of: (a) => a.trainingBytes, show: (n) => formatBytes(n ?? 0) },
];

@customElement('lab-estimate')
export class LabEstimate extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      .all {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: var(--space-1) var(--space-8);
      }

      dl {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: var(--space-1) var(--space-8);
        margin: 0;
      }

      dt {
        color: var(--ink-soft);
        font-size: var(--text-small);
      }

      dd {
        margin: 0;
      }

      .own {
        font: 400 var(--text-lead) / 1.4 var(--font-display);
        white-space: nowrap;
      }

      .twin {
        color: var(--ink-soft);
        font-size: 0.75rem;
        line-height: 1.4;
      }

      .twin span {
        white-space: nowrap;
      }

      .notes {
        flex: 1 1 16rem;
        color: var(--ink-soft);
        font-size: 0.75rem;
        line-height: 1.45;
      }

      [aria-busy='true'] .own {
        color: var(--ink-soft);
      }

      @media (max-width: 52rem) {
        dl {
          flex: 1 0 100%;
        }
      }
    `,
  ];

  @property({ attribute: false }) config!: Config;
  /** What the speed test gave; null before it, and where there is no device. */
  @property({ attribute: false }) gigaflops: number | null = null;
  /** The speed is about to be known; a count can wait for it. */
  @property({ type: Boolean }) waiting = false;
  /** The config cannot run, and nothing is estimated. The reasons stand beside the settings. */
  @property({ type: Boolean }) refused = false;
  /** The newest answer to `lab-estimate`. */
  @property({ attribute: false }) answer: EstimateAnswer | null = null;
  @state() private busy = false;
  private asked = 0;
  private timer = 0;

  private get estimate(): Estimate | null {
    return this.answer?.estimate ?? null;
  }

  override disconnectedCallback(): void {
    clearTimeout(this.timer);
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('answer')) this.busy = this.answer?.id !== this.asked;
    const known = ['config', 'gigaflops', 'waiting', 'refused'] as const;
    if (!known.some((name) => changed.has(name))) return;
    clearTimeout(this.timer);
    if (this.refused || this.waiting) return;
    this.busy = true;
    this.timer = window.setTimeout(() => {
      const { config, gigaflops } = this;
      emit(this, 'lab-estimate', { id: ++this.asked, config, gigaflops });
    }, PAUSE_MS);
  }

  private figure({ title, of, show }: Figure): unknown {
    const { run = null, dense = null } = this.estimate ?? {};
    const own = run && of(run);
    const twin = dense && of(dense);
    return html`<div>
      <dt>${title}</dt>
      <dd class="own">${run ? show(own) : '–'}</dd>
      ${
        twin === null || own === null
          ? nothing
          : html`<dd class="twin">dense: <span>${show(twin)}</span><br />${against(own, twin)}</dd>`
      }
    </div>`;
  }

  private notes(): string {
    const { estimate } = this;
    if (this.refused) return 'This config cannot run yet: the reason stands beside the setting.';
    const problem = this.answer?.problem ?? null;
    if (problem !== null) return problem;
    if (!estimate) return 'Counting…';
    const steps = `${formatCount(estimate.steps)} steps, ${formatCount(estimate.parameters)} weights.`;
    const images = `With all its images it takes ${formatBytes(estimate.run.bytes)}.`;
    const speed =
      this.gigaflops === null
        ? 'The time is known once this device has been measured.'
        : 'Operations and memory are counted; the time is a guess from this device’s speed.';
    return `${steps} ${images} ${speed}`;
  }

  override render(): unknown {
    const nothingToShow = this.refused || (this.answer?.problem ?? null) !== null;
    return html`<div class="all" aria-busy=${this.busy && !this.refused ? 'true' : 'false'}>
      <h2 class="visually-hidden">What it will take</h2>
      ${nothingToShow ? nothing : html`<dl>${FIGURES.map((each) => this.figure(each))}</dl>`}
      <p class="notes">${this.notes()}</p>
    </div>`;
  }
}
