/**
 * A contact sheet: small pictures in rows on one 2D canvas. Pointing at one, or moving to it with the arrow keys,
 * shows it enlarged with its caption. It draws only when the pictures or its width change.
 */
import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { Thumbnails } from '../../../lab/protocol.ts';
import { customProperty } from '../../style/custom-property.ts';
import { sharedStyles } from '../../style/shared-styles.ts';
import { moved, pictureAt, placeOf, sheetLayout, type SheetLayout } from './sheet-layout.ts';
import { atlasOf, context2d, EDGE } from '../../view/thumbnail-atlas.ts';

const GAP = 2;
/** Edge of the enlarged picture and width of its frame, in pixels of the page. */
const LENS = 112;
const FRAME = 128;

@customElement('lab-contact-sheet')
export class LabContactSheet extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        position: relative;
      }

      .sheet {
        position: relative;
        width: fit-content;
        max-width: 100%;
        border-radius: 2px;
      }

      canvas {
        display: block;
      }

      .sheet canvas {
        width: var(--sheet-width);
        height: var(--sheet-height);
      }

      .mark {
        position: absolute;
        top: var(--mark-y);
        left: var(--mark-x);
        width: var(--mark-edge);
        height: var(--mark-edge);
        outline: 2px solid var(--ink);
        outline-offset: 1px;
        pointer-events: none;
      }

      .lens {
        position: absolute;
        z-index: 3;
        top: var(--lens-y);
        left: var(--lens-x);
        width: ${FRAME}px;
        padding: 7px;
        border: 1px solid var(--rule-strong);
        border-radius: var(--radius);
        background: var(--sheet);
        color: var(--ink);
        font-size: var(--text-small);
        line-height: 1.35;
        text-wrap: balance;
        pointer-events: none;
        transform: translateY(-100%);
      }

      .lens canvas {
        width: ${LENS}px;
        height: ${LENS}px;
        margin-bottom: var(--space-1);
        border-radius: 2px;
      }
    `,
  ];

  @property({ attribute: false }) thumbnails: Thumbnails | null = null;
  /** Which of them are shown, in this order. */
  @property({ attribute: false }) pictures: readonly number[] = [];
  /** What the pictures are of: "Task 1, left out". */
  @property() label = '';
  /** What is said of picture `i`. */
  @property({ attribute: false }) caption: (i: number) => string = String;
  /** Edge of a picture in pixels of the page. */
  @property({ type: Number }) edge = 36;

  @state() private width = 0;
  /** Place on the sheet of the picture that is enlarged. */
  @state() private current: number | null = null;
  @query('.sheet canvas') private readonly canvas!: HTMLCanvasElement | null;
  @query('.lens canvas') private readonly lens!: HTMLCanvasElement | null;

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

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('pictures') && !changed.has('thumbnails')) return;
    if (this.current !== null && this.current >= this.pictures.length) this.current = null;
  }

  override updated(changed: Map<PropertyKey, unknown>): void {
    if (['thumbnails', 'pictures', 'width', 'edge'].some((name) => changed.has(name))) this.draw();
    this.enlarge();
  }

  private layout(): SheetLayout {
    return sheetLayout(this.pictures.length, this.width, this.edge, GAP);
  }

  private draw(): void {
    const { canvas, thumbnails, width } = this;
    if (!canvas || !thumbnails || width === 0) return;
    const layout = this.layout();
    // Whole pixels of the screen, so that no picture's edge falls between two.
    const scale = Math.max(1, Math.round(globalThis.devicePixelRatio));
    canvas.width = layout.width * scale;
    canvas.height = layout.height * scale;
    const context = context2d(canvas);
    if (!context) return;
    context.imageSmoothingQuality = 'high';
    context.scale(scale, scale);
    const atlas = atlasOf(thumbnails);
    for (const [at, picture] of this.pictures.entries()) {
      const from = atlas.place(picture);
      const to = placeOf(layout, at);
      context.drawImage(
        atlas.canvas,
        ...[from.x, from.y, EDGE, EDGE],
        ...[to.x, to.y, layout.edge, layout.edge],
      );
    }
  }

  private enlarge(): void {
    const { lens, thumbnails, current } = this;
    const picture = current === null ? undefined : this.pictures[current];
    if (!lens || !thumbnails || picture === undefined) return;
    lens.width = lens.height = 2 * LENS;
    const context = context2d(lens);
    if (!context) return;
    context.imageSmoothingQuality = 'high';
    const atlas = atlasOf(thumbnails);
    const { x, y } = atlas.place(picture);
    context.drawImage(atlas.canvas, ...[x, y, EDGE, EDGE], ...[0, 0, 2 * LENS, 2 * LENS]);
  }

  private readonly point = (event: PointerEvent): void => {
    const { left, top } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    this.current = pictureAt(this.layout(), this.pictures.length, x, y);
  };

  private readonly leave = (): void => {
    this.current = null;
  };

  private readonly focused = (event: FocusEvent): void => {
    if ((event.currentTarget as HTMLElement).matches(':focus-visible')) this.current ??= 0;
  };

  private readonly key = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') this.current = null;
    const next = moved(this.current ?? 0, this.pictures.length, this.layout().columns, event.key);
    if (next === null) return;
    event.preventDefault();
    this.current = next;
  };

  override render(): unknown {
    if (this.pictures.length === 0) return nothing;
    const layout = this.layout();
    const { current } = this;
    const place = current === null ? null : placeOf(layout, current);
    const picture = current === null ? undefined : this.pictures[current];
    const count = this.pictures.length;
    return html`
      <div
        class="sheet"
        role="application"
        aria-roledescription="contact sheet"
        aria-label="${this.label}: ${count} ${count === 1 ? 'picture' : 'pictures, arrow keys move'}"
        tabindex="0"
        @pointermove=${this.point}
        @pointerdown=${this.point}
        @pointerleave=${this.leave}
        @focus=${this.focused}
        @blur=${this.leave}
        @keydown=${this.key}
        ${customProperty('--sheet-width', `${layout.width}px`)}
        ${customProperty('--sheet-height', `${layout.height}px`)}
      >
        <canvas></canvas>
        ${
          place
            ? html`<div
                class="mark"
                ${customProperty('--mark-x', `${place.x}px`)}
                ${customProperty('--mark-y', `${place.y}px`)}
                ${customProperty('--mark-edge', `${layout.edge}px`)}
              ></div>`
            : nothing
        }
      </div>
      ${
        place
          ? html`<div
              class="lens"
              aria-hidden="true"
              ${customProperty('--lens-x', `${this.beside(place.x)}px`)}
              ${customProperty('--lens-y', `${place.y - 6}px`)}
            >
              <canvas></canvas>
              ${picture === undefined ? nothing : this.caption(picture)}
            </div>`
          : nothing
      }
      <span class="visually-hidden" role="status">
        ${picture === undefined ? nothing : this.caption(picture)}
      </span>
    `;
  }

  /** The frame over a picture at `x`, kept within the sheet's own width. */
  private beside(x: number): number {
    const middle = x + (this.edge - FRAME) / 2;
    return Math.max(0, Math.min(this.width - FRAME, middle));
  }
}
