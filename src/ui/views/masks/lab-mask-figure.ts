/**
 * The picture of one layer's mask: a canvas that is painted anew where something in it is different, and asked about
 * by pointer, finger or arrow keys. It knows nothing of runs; what it shows is given.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { sharedStyles } from '../../style/shared-styles.ts';
import { tell } from './mask-events.ts';
import { freshness, type Moment } from './mask-freshness.ts';
import { paintMask } from './mask-paint.ts';
import type { Palette } from './mask-palette.ts';
import { placeOf, type MaskPicture } from './mask-picture.ts';
import type { LayerState } from './mask-replay.ts';

const ARROWS: Readonly<Record<string, readonly [-1 | 0 | 1, -1 | 0 | 1]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

@customElement('lab-mask-figure')
export class LabMaskFigure extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      .sheet {
        position: relative;
        width: fit-content;
        cursor: crosshair;
        -webkit-tap-highlight-color: transparent;
      }

      .sheet.opens {
        cursor: pointer;
      }

      .sheet:focus-visible {
        outline-offset: 4px;
      }

      canvas {
        display: block;
      }

      .cursor {
        position: absolute;
        inset: 0 auto auto 0;
        border: 2px solid var(--ink);
        outline: 1px solid var(--sheet);
        pointer-events: none;
      }
    `,
  ];

  @property({ attribute: false }) layer: LayerState | null = null;
  @property({ attribute: false }) picture: MaskPicture | null = null;
  /** Device pixels of a CSS pixel, as the picture has them. */
  @property({ type: Number }) ratio = 1;
  @property({ attribute: false }) palette: Palette | null = null;
  @property({ attribute: false }) moment: Moment | null = null;
  /** [units] where gradients are to be marked. */
  @property({ attribute: false }) gradient: Float32Array | null = null;
  /** When the last change of this layer was made; −1: never. */
  @property({ type: Number }) changedAt = -1;
  /** The one task whose units are to be seen; null: all. */
  @property({ attribute: false }) task: number | null = null;
  /** What is told of it as a whole. */
  @property() label = '';
  /** Whether a click asks for the layer to be opened. */
  @property({ type: Boolean }) opens = false;

  @state() private cursor: number | null = null;
  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  @query('.sheet') private readonly sheet!: HTMLElement;
  private painted: readonly unknown[] = [];
  private lastUnit = 0;
  /** What kind of pointer was pressed last, since not every browser tells it with a click. */
  private pointerType = 'mouse';

  override focus(options?: FocusOptions): void {
    this.sheet.focus(options);
  }

  override render(): unknown {
    return html`<div
      class=${this.opens ? 'sheet opens' : 'sheet'}
      role="application"
      aria-roledescription="mask"
      aria-label=${this.label}
      tabindex="0"
      @keydown=${this.onKey}
      @blur=${this.leave}
      @pointerdown=${this.onDown}
      @pointermove=${this.onMove}
      @pointerleave=${this.onLeave}
      @click=${this.onClick}
    >
      <canvas></canvas>
      ${this.cursor === null ? nothing : html`<div class="cursor"></div>`}
    </div>`;
  }

  protected override updated(): void {
    const { layer, picture, palette, moment } = this;
    if (!layer || !picture || !palette || !moment) return;
    const key = [
      layer.mask,
      layer.revision,
      picture,
      palette,
      this.gradient,
      this.task,
      ...this.freshnessKey(moment),
    ];
    const same =
      key.length === this.painted.length && key.every((part, i) => part === this.painted[i]);
    if (!same) {
      this.painted = key;
      this.paint(layer, picture, palette, moment);
    }
    this.placeCursor(picture);
  }

  /** What the marks of fresh changes depend on, in steps that an eye can tell apart. */
  private freshnessKey(moment: Moment): readonly number[] {
    if (this.changedAt < 0) return [];
    const pulses = moment.pulses.filter(({ from }) => this.changedAt > from);
    return [this.changedAt, ...pulses.map(({ to }) => to)].map((when) =>
      Math.round(24 * freshness(moment, when)),
    );
  }

  private paint(layer: LayerState, picture: MaskPicture, palette: Palette, moment: Moment): void {
    const { canvas } = this;
    if (canvas.width !== picture.width || canvas.height !== picture.height) {
      canvas.width = picture.width;
      canvas.height = picture.height;
    }
    canvas.style.width = `${picture.width / this.ratio}px`;
    canvas.style.height = `${picture.height / this.ratio}px`;
    const context = canvas.getContext('2d');
    if (!context) return;
    // Few changes are in sight at once: each is asked for by every unit that it touched.
    const known = new Map<number, number>();
    const fresh = (changedAt: number): number => {
      let share = known.get(changedAt);
      if (share === undefined) {
        share = freshness(moment, changedAt);
        known.set(changedAt, share);
      }
      return share;
    };
    paintMask(context, picture, layer, {
      palette,
      freshness: fresh,
      gradient: this.gradient,
      task: this.task,
    });
  }

  private placeCursor(picture: MaskPicture): void {
    const mark = this.renderRoot.querySelector<HTMLElement>('.cursor');
    if (!mark || this.cursor === null) return;
    const { x, y, width, height } = this.cssBox(picture, this.cursor);
    mark.style.transform = `translate(${x - 2}px, ${y - 2}px)`;
    mark.style.width = `${width + 4}px`;
    mark.style.height = `${height + 4}px`;
  }

  private cssBox(picture: MaskPicture, unit: number): DOMRect {
    const { tap, row, column } = placeOf(picture.grid, unit);
    const { x, y, width, height } = picture.box(...picture.cellOf(tap, row, column));
    const { ratio } = this;
    return new DOMRect(
      x / ratio,
      y / ratio,
      Math.max(3, width / ratio),
      Math.max(3, height / ratio),
    );
  }

  private ask(unit: number, aloud: boolean): void {
    const { layer, picture } = this;
    if (!layer || !picture) return;
    this.cursor = unit;
    this.lastUnit = unit;
    const box = this.cssBox(picture, unit);
    const sheet = this.canvas.getBoundingClientRect();
    const anchor = new DOMRect(sheet.x + box.x, sheet.y + box.y, box.width, box.height);
    tell(this, 'lab-mask-unit', { layer: layer.mask.name, unit, anchor, aloud });
  }

  private leave(): void {
    if (this.cursor === null) return;
    this.cursor = null;
    tell(this, 'lab-mask-unit', null);
  }

  private unitUnder({ clientX, clientY }: MouseEvent): number | null {
    const { x, y } = this.canvas.getBoundingClientRect();
    return this.picture?.unitAt((clientX - x) * this.ratio, (clientY - y) * this.ratio) ?? null;
  }

  private onDown({ pointerType }: PointerEvent): void {
    this.pointerType = pointerType;
  }

  private onMove(event: PointerEvent): void {
    if (event.pointerType !== 'mouse') return;
    const unit = this.unitUnder(event);
    if (unit === null) this.leave();
    else if (unit !== this.cursor) this.ask(unit, false);
  }

  private onLeave(event: PointerEvent): void {
    if (event.pointerType === 'mouse') this.leave();
  }

  /** A tap asks about a unit, since a finger cannot hover. A mouse has asked by hovering, so its click opens the layer. */
  private onClick(event: MouseEvent): void {
    if (this.pointerType === 'touch' || !this.opens) {
      const unit = this.unitUnder(event);
      if (unit !== null) this.ask(unit, true);
    } else if (this.layer) {
      this.open(this.layer);
    }
  }

  private onKey(event: KeyboardEvent): void {
    const { layer, picture } = this;
    if (!layer || !picture || event.altKey || event.ctrlKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      const next =
        this.cursor === null
          ? Math.min(this.lastUnit, layer.mask.units - 1)
          : picture.neighbour(this.cursor, ...arrow);
      this.ask(next, true);
    } else if ((event.key === 'Enter' || event.key === ' ') && this.opens) {
      this.open(layer);
    } else if (event.key === 'Escape' && this.cursor !== null) {
      this.leave();
      event.stopPropagation();
    } else {
      return;
    }
    event.preventDefault();
  }

  private open(layer: LayerState): void {
    this.leave();
    tell(this, 'lab-mask-open', layer.mask.name);
  }
}
