/**
 * Every sparse layer of a network as a picture of which of its units live, from input to output. Each unit has the ink
 * of the task in which it was grown, so that a task writes over what earlier tasks left. Any unit can be asked about,
 * and any layer opened.
 */
import { css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import type { Recording } from '../../../lab/recording/recording.ts';
import { formatCount, formatPercent } from '../../style/format.ts';
import { sharedStyles } from '../../style/shared-styles.ts';
import { emptyPictureStyles } from '../../view/empty-view.ts';
import { LabView } from '../../view/lab-view.ts';
import type { MaskEvents, UnitAsked } from './mask-events.ts';
import { emptyWall } from './mask-empty.ts';
import { howToRead, magnitudesAt, namesOf, sharesOf } from './mask-facts.ts';
import { pulsesAfter, type Moment, type Pulse } from './mask-freshness.ts';
import { readPalette, type Palette } from './mask-palette.ts';
import { MaskReplay, type LayerState } from './mask-replay.ts';
import { layerName, unitWord } from './mask-words.ts';
import { unitReading } from './unit-reading.ts';
import { NARROW, sameLook, wallPage, type WallPage } from './wall-page.ts';
import { wallSummary } from './wall-summary.ts';
import './lab-mask-figure.ts';
import type { LabMaskFigure } from './lab-mask-figure.ts';
import './lab-mask-legend.ts';
import './lab-mask-tip.ts';

@customElement('lab-mask-wall')
export class LabMaskWall extends LabView {
  static override styles = [
    sharedStyles,
    ...emptyPictureStyles,
    css`
      :host {
        position: relative;
      }

      .summary {
        margin-bottom: var(--space-4);
        max-width: 46rem;
      }

      .summary b {
        font-weight: 600;
      }

      .group + .group {
        margin-top: var(--space-6);
      }

      .group.named {
        display: grid;
        grid-template-columns: 5.5rem minmax(0, 1fr);
      }

      h3 {
        margin: 0;
        color: var(--rubric);
        font: italic 400 var(--text-lead) / 1.2 var(--font-display);
      }

      .flow {
        display: flex;
        flex-wrap: wrap;
        align-items: flex-start;
        gap: var(--space-4) 1.5rem;
      }

      figure {
        min-width: var(--least, 4.5rem);
        margin: 0;
      }

      figcaption {
        margin-top: var(--space-1);
      }

      .open {
        display: block;
        min-height: 0;
        padding: var(--space-1) 0;
        border: 0;
        background: none;
        text-align: left;
        font-size: var(--text-small);
        line-height: 1.35;
      }

      .open:hover {
        text-decoration: underline;
        text-decoration-color: var(--ink-faint);
        text-underline-offset: 0.2em;
      }

      .open span {
        color: var(--ink-soft);
      }

      lab-mask-legend {
        margin-top: var(--space-6);
      }

      :host([compact]) lab-mask-legend {
        margin-top: var(--space-4);
      }

      :host([compact]) .summary {
        font-size: var(--text-small);
      }

      @media (pointer: coarse) {
        .open {
          display: flex;
          gap: 0.35em;
          min-height: var(--target);
        }
      }

      .narrow .flow {
        column-gap: 0.75rem;
      }

      .narrow .group.named {
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-2);
      }
    `,
  ];

  /** For two beside one another: smaller, with few words. */
  @property({ type: Boolean, reflect: true }) compact = false;

  @state() private width = 0;
  @state() private asked: UnitAsked | null = null;
  @state() private opened: string | null = null;
  /** The one task whose units are to be seen. */
  @state() private task: number | null = null;

  private page: WallPage | null = null;
  private palette: Palette | null = null;
  private pulses: readonly Pulse[] = [];
  private drawnAt = 0;
  private returnTo: string | null = null;

  private readonly observer = new ResizeObserver(([entry]) => {
    if (entry) this.width = Math.floor(entry.contentRect.width);
  });
  private readonly dark = matchMedia('(prefers-color-scheme: dark)');
  private readonly still = matchMedia('(prefers-reduced-motion: reduce)');
  private readonly repaint = (): void => {
    this.requestUpdate();
  };
  private readonly forget = (): void => {
    this.asked = null;
  };

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer.observe(this);
    this.dark.addEventListener('change', this.repaint);
    // The tip stands beside a place on the screen, which scrolling moves away.
    addEventListener('scroll', this.forget, { passive: true, capture: true });
  }

  override disconnectedCallback(): void {
    this.observer.disconnect();
    this.dark.removeEventListener('change', this.repaint);
    removeEventListener('scroll', this.forget, { capture: true });
    super.disconnectedCallback();
  }

  override render(): unknown {
    const { recording, at, width } = this;
    if (!recording || recording.masks.length === 0) {
      this.page = null;
      this.pulses = [];
      return emptyWall(recording);
    }
    if (width === 0) return nothing;
    this.palette = readPalette(this, this.palette);
    const page = this.layOut(recording);
    page.replay.seek(at);
    const moment = this.momentAt(recording, page);
    const open = page.replay.layers.find(({ mask }) => mask.name === this.opened);
    return html`
      <div
        class=${width < NARROW ? 'narrow' : nothing}
        @lab-mask-unit=${({ detail }: CustomEvent<MaskEvents['lab-mask-unit']>) => {
          this.asked = detail;
        }}
        @lab-mask-open=${({ detail }: CustomEvent<MaskEvents['lab-mask-open']>) => {
          void this.open(detail);
        }}
        @lab-mask-task=${({ detail }: CustomEvent<MaskEvents['lab-mask-task']>) => {
          this.task = detail;
        }}
      >
        ${open ? this.layerOpen(recording, open, moment) : this.wall(recording, page, moment)}
      </div>
      <lab-mask-tip
        .reading=${unitReading(recording, page.replay.layers, this.asked, at)}
      ></lab-mask-tip>
    `;
  }

  protected override updated(): void {
    if (this.pulses.length > 0) this.requestUpdate();
    if (this.returnTo !== null && this.opened === null) {
      const figures = this.renderRoot.querySelectorAll<LabMaskFigure>('lab-mask-figure');
      const back = Array.from(figures).find(({ layer }) => layer?.mask.name === this.returnTo);
      this.returnTo = null;
      void back?.updateComplete.then(() => {
        back.focus();
      });
    }
  }

  private layOut(recording: Recording): WallPage {
    const { width, compact, page } = this;
    const look = { width, compact, ratio: devicePixelRatio };
    const replayed = page?.replay.recording === recording && page.replay.masks === recording.masks;
    if (page && replayed && sameLook(page, look)) return page;
    if (!replayed) {
      this.opened = null;
      this.task = null;
      this.pulses = [];
      this.drawnAt = this.at;
    }
    this.page = wallPage(replayed ? page.replay : new MaskReplay(recording), look);
    return this.page;
  }

  private momentAt(recording: Recording, { replay }: WallPage): Moment {
    const now = performance.now();
    const { at } = this;
    if (this.still.matches) {
      this.pulses = [];
    } else {
      const before = recording.changes[replay.done - 1]?.at ?? -1;
      // A move that passes no change shows nothing new.
      const to = at >= this.drawnAt && before <= this.drawnAt ? this.drawnAt : at;
      // After a leap over several changes, only the last of them is marked as new.
      const leapt = recording.changes[replay.done - 2]?.at ?? -1;
      const from = to > this.drawnAt ? Math.max(this.drawnAt, leapt) : this.drawnAt;
      this.pulses = pulsesAfter(this.pulses, from, to, now);
    }
    this.drawnAt = at;
    const window = Math.max(3, Math.round((recording.plan?.steps ?? 0) / 100));
    return { at, window, pulses: this.pulses, now };
  }

  private wall(recording: Recording, page: WallPage, moment: Moment): unknown {
    return html`
      ${guard([page, page.replay.done], () =>
        wallSummary(recording, page.replay.layers, this.compact),
      )}
      ${page.groups.map(
        ({ name, layers }) => html`
          <div class=${name === null ? 'group' : 'group named'}>
            ${name === null ? nothing : html`<h3>${name}</h3>`}
            <div class="flow">${layers.map((i) => this.figure(recording, page, i, moment))}</div>
          </div>
        `,
      )}
      <lab-mask-legend
        .tasks=${sharesOf(recording, page.replay.layers)}
        .selected=${this.task}
        .gradients=${recording.config.gradientSparsity > 0}
        .reading=${[howToRead(page.replay.layers, recording.config.layout), namesOf(page.groups)].join(' ')}
        .compact=${this.compact}
      ></lab-mask-legend>
    `;
  }

  private figure(recording: Recording, page: WallPage, i: number, moment: Moment): unknown {
    const layer = page.replay.layers[i]!;
    const { mask, live, revision } = layer;
    const { short, full } = layerName(mask.name);
    const share = formatPercent(live / mask.units);
    const units = `${formatCount(live)} of ${formatCount(mask.units)} ${unitWord(mask.grid, mask.units)} live`;
    return html`
      <figure>
        <lab-mask-figure
          opens
          .layer=${layer}
          .picture=${page.pictures[i]!}
          .ratio=${page.ratio}
          .palette=${this.palette}
          .moment=${moment}
          .gradient=${this.gradientOf(recording, mask.name)}
          .changedAt=${recording.changes[revision - 1]?.at ?? -1}
          .task=${this.task}
          .label=${`${full}: ${units}. Arrow keys tell of each, Enter opens the layer.`}
        ></lab-mask-figure>
        <figcaption>
          <button
            type="button"
            class="open"
            tabindex="-1"
            title=${`${full}: ${units}. Open`}
            @click=${() => {
              void this.open(mask.name);
            }}
          >
            ${short} <span>${share}</span>
          </button>
        </figcaption>
      </figure>
    `;
  }

  private layerOpen(recording: Recording, layer: LayerState, moment: Moment): unknown {
    const { name } = layer.mask;
    return html`<lab-mask-layer
      .recording=${recording}
      .at=${this.at}
      .version=${this.version}
      .layer=${layer}
      .palette=${this.palette}
      .moment=${moment}
      .gradient=${this.gradientOf(recording, name)}
      .measured=${magnitudesAt(recording, name, this.at)?.layer ?? null}
      .task=${this.task}
    >
      <lab-mask-legend
        .tasks=${sharesOf(recording, [layer])}
        .selected=${this.task}
        .gradients=${recording.config.gradientSparsity > 0}
        .reading=${howToRead([layer], recording.config.layout)}
        .compact=${this.compact}
      ></lab-mask-legend>
    </lab-mask-layer>`;
  }

  private gradientOf(recording: Recording, name: string): Float32Array | null {
    if (recording.config.gradientSparsity === 0) return null;
    return magnitudesAt(recording, name, this.at)?.layer.gradient ?? null;
  }

  private async open(name: string | null): Promise<void> {
    this.asked = null;
    if (name === null) {
      this.returnTo = this.opened;
    } else {
      await import('./lab-mask-layer.ts');
    }
    this.opened = name;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-mask-wall': LabMaskWall;
    'lab-mask-figure': LabMaskFigure;
  }
}
