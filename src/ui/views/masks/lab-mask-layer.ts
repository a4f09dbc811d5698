/** One layer of the mask wall, opened: its picture large, how its mask has moved over the run, and in numbers. */
import { css, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import { recordedSteps } from '../../../lab/recording/recording.ts';
import type { UnitMagnitudes } from '../../../lab/protocol.ts';
import { formatCount, formatPercent } from '../../style/format.ts';
import { sharedStyles } from '../../style/shared-styles.ts';
import { LabView } from '../../view/lab-view.ts';
import { chartStyles, churnChart, densityChart } from './mask-charts.ts';
import { tell } from './mask-events.ts';
import type { Moment } from './mask-freshness.ts';
import type { Palette } from './mask-palette.ts';
import { fitPitch, pictureOf, type MaskPicture } from './mask-picture.ts';
import { NEVER, type LayerState } from './mask-replay.ts';
import { turnoverOf, type Turnover } from './mask-series.ts';
import { formatMagnitude, layerName, unitWord } from './mask-words.ts';
import './lab-mask-figure.ts';

/** Pixels from which on the picture and the charts stand side by side. */
const TWO_COLUMNS = 760;

@customElement('lab-mask-layer')
export class LabMaskLayer extends LabView {
  static override styles = [
    sharedStyles,
    chartStyles,
    css`
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-4);
        margin-bottom: var(--space-4);
      }

      h3 {
        margin: 0;
        font: 400 var(--text-heading) / 1.3 var(--font-display);
      }

      .columns {
        display: grid;
        gap: var(--space-6) var(--space-8);
      }

      .wide.columns {
        grid-template-columns: auto minmax(18rem, 1fr);
        align-items: start;
      }

      .axes {
        margin-top: var(--space-2);
      }

      .charts {
        display: grid;
        gap: var(--space-4);
      }

      h4 {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--space-4);
        margin: 0 0 var(--space-1);
        color: var(--ink-soft);
        font: inherit;
        font-size: var(--text-small);
      }

      h4 span::before {
        content: '';
        display: inline-block;
        width: 0.65em;
        height: 0.65em;
        margin-right: 0.4em;
        border: 1.25px solid var(--drop);
      }

      h4 .up::before {
        border-color: var(--grow);
        background: var(--grow);
      }

      dl {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr));
        gap: var(--space-3) var(--space-4);
        margin: 0;
      }

      dt {
        color: var(--ink-soft);
        font-size: var(--text-small);
      }

      dd {
        margin: 0;
      }

      slot {
        display: block;
        margin-top: var(--space-6);
      }
    `,
  ];

  @property({ attribute: false }) layer: LayerState | null = null;
  @property({ attribute: false }) palette: Palette | null = null;
  @property({ attribute: false }) moment: Moment | null = null;
  /** [units] where gradients are to be marked. */
  @property({ attribute: false }) gradient: Float32Array | null = null;
  /** The latest magnitudes. */
  @property({ attribute: false }) measured: UnitMagnitudes | null = null;
  /** The one task whose units are to be seen; null: all. */
  @property({ attribute: false }) task: number | null = null;

  @state() private width = 0;
  @query('header button') private readonly back!: HTMLButtonElement;
  private picture: { readonly of: readonly unknown[]; readonly is: MaskPicture } | null = null;
  private focused = false;

  private readonly observer = new ResizeObserver(([entry]) => {
    if (entry) this.width = Math.floor(entry.contentRect.width);
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    this.observer.disconnect();
    super.disconnectedCallback();
  }

  override render(): unknown {
    const { recording, layer, at, width, moment } = this;
    if (!recording || !layer || !moment || width === 0) return nothing;
    const wide = width >= TWO_COLUMNS;
    const { mask, live, revision } = layer;
    const { full } = layerName(mask.name);
    const turns = turnoverOf(recording, mask.name, at);
    const ratio = devicePixelRatio;
    const picture = this.fit(wide ? 0.58 * width : width, ratio);
    const columns = wide ? width - picture.width / ratio - 32 : width;
    const steps = Math.max(recording.plan?.steps ?? 0, recordedSteps(recording), 1);
    const frame = {
      width: Math.max(240, Math.round(columns)),
      steps,
      at: Math.min(at, steps),
      taskEnds: recording.plan?.taskEnds ?? [],
    };
    const first = { first: mask.live.length, units: mask.units };
    return html`
      <div @keydown=${this.onKey}>
        <header>
          <button type="button" @click=${this.close}>← All layers</button>
          <h3>${full}</h3>
        </header>
        <div class=${wide ? 'columns wide' : 'columns'}>
          <div>
            <lab-mask-figure
              .layer=${layer}
              .picture=${picture}
              .ratio=${ratio}
              .palette=${this.palette}
              .moment=${moment}
              .gradient=${this.gradient}
              .changedAt=${recording.changes[revision - 1]?.at ?? -1}
              .task=${this.task}
              .label=${`${full}: ${formatCount(live)} of ${formatCount(mask.units)} ${unitWord(mask.grid, mask.units)} live. Arrow keys tell of each.`}
            ></lab-mask-figure>
            <p class="axes small soft">
              ${
                mask.grid.kind === 'filter'
                  ? 'Filters from the first to the last, line by line.'
                  : 'Rows: outputs from the top. Columns: inputs from the left.'
              }
            </p>
          </div>
          <div class="charts">
            ${guard([layer, revision, this.measured], () => this.numbers(layer, turns))}
            <div>
              <h4>Share that lives</h4>
              ${densityChart(turns, first, frame)}
            </div>
            <div>
              <h4>At each change of the mask <span class="up">grown</span><span>dropped</span></h4>
              ${
                turns.length === 0
                  ? html`<p class="small soft">This mask has not changed yet.</p>`
                  : churnChart(turns, frame)
              }
            </div>
          </div>
        </div>
        <slot></slot>
      </div>
    `;
  }

  protected override updated(): void {
    // The focus moves into what was opened, and reading begins at its top.
    if (this.focused || this.width === 0) return;
    this.focused = true;
    this.back.focus();
  }

  private fit(width: number, ratio: number): MaskPicture {
    const { grid } = this.layer!.mask;
    const of = [grid, Math.round(width), ratio];
    if (!this.picture || of.some((part, i) => part !== this.picture!.of[i])) {
      const room = {
        width,
        tallest: 600,
        height: 700,
        gap: 0,
        caption: 0,
        least: 0,
        largest: 26,
      };
      this.picture = { of, is: pictureOf(grid, fitPitch([[grid]], room, ratio), ratio) };
    }
    return this.picture.is;
  }

  private numbers(layer: LayerState, turns: readonly Turnover[]): unknown {
    const { mask, live, living, born, churn } = layer;
    const never = born.reduce((count, each) => (each === NEVER ? count + 1 : count), 0);
    const grown = turns.reduce((sum, turn) => sum + turn.grown, 0);
    const restless = churn.reduce((most, each) => Math.max(most, each), 0);
    const weight = this.measured?.weight.reduce((sum, each) => sum + each, 0);
    const say = (term: string, what: unknown): unknown =>
      html`<div>
        <dt>${term}</dt>
        <dd>${what}</dd>
      </div>`;
    return html`<dl>
      ${say(
        'Live now',
        `${formatCount(live)} of ${formatCount(mask.units)} (${formatPercent(live / mask.units)})`,
      )}
      ${say(
        'Of these, since the first task',
        live === 0 ? '–' : formatPercent((living[0] ?? 0) / live),
      )}
      ${say('Grown so far', formatCount(grown))}
      ${say('Dropped, leaving a trace', formatCount(mask.units - live - never))}
      ${say('Never lived', formatCount(never))} ${say('Most changes of one', formatCount(restless))}
      ${
        weight === undefined || live === 0
          ? nothing
          : say('Mean |w| of what lives', formatMagnitude(weight / live))
      }
    </dl>`;
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    this.close();
  }

  private close(): void {
    tell(this, 'lab-mask-open', null);
  }
}
