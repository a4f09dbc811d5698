/**
 * A visitor's own images as one more task: dropped as folders or a zip archive (a class each), picked as files, or
 * taken with the camera. They are shown as the network will see them. The page keeps them in memory, no longer than
 * it is open, and sends them nowhere.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { FEWEST_IMAGES } from '../../data/added-classes.ts';
import { emit } from '../parts/ui-events.ts';
import { sharedStyles } from '../style/shared-styles.ts';
import { decode } from './decoder.ts';
import { gatherDrop, GatherError, gatherFiles, MOST_FILES, type ImageFile } from './gather.ts';
import type { CameraImage } from './lab-camera.ts';
import './lab-camera.ts';
import {
  addedClasses,
  byFolder,
  freshName,
  imagesOf,
  lacking,
  MOST_CLASSES,
  MOST_OF_A_CLASS,
  withImages,
  type OwnClass,
} from './own-classes.ts';
import { paint } from './paint.ts';

/** Pictures of a class that are shown, and how many in a row. */
const SHOWN = 16;
const COLUMNS = 8;

@customElement('lab-own-images')
export class LabOwnImages extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-3);
      }

      .drop {
        display: grid;
        gap: var(--space-2);
        padding: var(--space-4);
        border: 1.5px dashed var(--rule-strong);
        border-radius: var(--radius);
      }

      .drop.over {
        border-color: var(--accent);
        background: var(--note-paper);
      }

      .picks {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }

      .pick {
        position: relative;
        display: inline-flex;
        align-items: center;
        min-height: var(--target);
        padding: 0 var(--space-3);
        border: 1px solid var(--rule-strong);
        border-radius: var(--radius);
        background: var(--sheet);
        color: var(--ink);
        cursor: pointer;
      }

      .pick:focus-within {
        outline: 2px solid var(--accent);
        outline-offset: 2px;
      }

      .pick input {
        position: absolute;
        width: 1px;
        height: 1px;
        opacity: 0;
      }

      .pick.locked {
        border-color: var(--rule);
        color: var(--ink-faint);
        cursor: default;
      }

      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr));
        gap: var(--space-3) var(--space-6);
        margin: 0;
        padding: 0;
        list-style: none;
      }

      li {
        display: grid;
        gap: var(--space-1);
      }

      .row {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto auto;
        align-items: center;
        gap: var(--space-2);
      }

      input[type='text'] {
        width: 100%;
        min-height: 2.25rem;
        padding: var(--space-1) var(--space-2);
        border: 1px solid var(--rule-strong);
        border-radius: var(--radius);
        background: var(--sheet);
        color: var(--ink);
        font: inherit;
      }

      .row button {
        min-height: 2.25rem;
        padding: 0 var(--space-2);
        font-size: var(--text-small);
      }

      canvas {
        width: 100%;
        max-width: 26rem;
        image-rendering: pixelated;
      }

      progress {
        width: 100%;
        accent-color: var(--accent);
      }
    `,
  ];

  /** A run is under way, and its images hold still. */
  @property({ type: Boolean }) locked = false;
  @state() private classes: readonly OwnClass[] = [];
  /** The class that the camera takes pictures for. */
  @state() private current = '';
  @state() private over = false;
  @state() private said = '';
  @state() private problem = '';
  @state() private reading: { readonly done: number; readonly of: number } | null = null;

  private change(classes: readonly OwnClass[]): void {
    this.classes = classes;
    emit(this, 'lab-added-classes', addedClasses(classes));
  }

  private async bring(gather: () => Promise<ImageFile[]>): Promise<void> {
    if (this.locked || this.reading) return;
    this.problem = '';
    this.said = '';
    this.reading = { done: 0, of: 0 };
    try {
      const files = await gather();
      if (files.length === 0) throw new GatherError('There are no pictures among these files.');
      let unreadable = 0;
      let done = 0;
      const read: { folder: string; images: Uint8Array<ArrayBuffer>[] }[] = [];
      for (const [folder, group] of byFolder(files)) {
        const some = group.slice(0, MOST_OF_A_CLASS);
        const images = await decode(
          some.map(({ blob }) => blob),
          (count) => {
            this.reading = { done: done + count, of: files.length };
          },
        );
        done += group.length;
        const sound = images.filter((image) => image !== null);
        unreadable += images.length - sound.length;
        if (sound.length > 0) read.push({ folder, images: sound });
      }
      // Classes may have been renamed or added to while this was decoded, so they are taken as they are now.
      const before = this.classes;
      const after = read.reduce(
        (classes, { folder, images }) => withImages(classes, folder || freshName(classes), images),
        before,
      );
      this.change(after);
      const taken = imagesOf(after) - imagesOf(before);
      const beyond = files.length - unreadable - taken;
      const left =
        files.length >= MOST_FILES ? ` Only the first ${MOST_FILES} files were looked at.` : '';
      this.said =
        `${taken} pictures read.` +
        (unreadable > 0 ? ` ${unreadable} could not be decoded and are left out.` : '') +
        (beyond > 0
          ? ` ${beyond} are left out: there is room for ${MOST_CLASSES} classes of ${MOST_OF_A_CLASS} pictures.`
          : '') +
        left;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : 'These files could not be read.';
    } finally {
      this.reading = null;
    }
  }

  private pick(event: InputEvent): void {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    void this.bring(() => gatherFiles(files));
    input.value = '';
  }

  private rename(from: string, event: InputEvent): void {
    const input = event.target as HTMLInputElement;
    const name = input.value.trim();
    if (name === '' || (name !== from && this.classes.some((each) => each.name === name))) {
      input.value = from;
      this.problem = name === '' ? 'A class needs a name.' : `There is a class “${name}” already.`;
      return;
    }
    this.problem = '';
    if (this.current === from) this.current = name;
    this.change(this.classes.map((each) => (each.name === from ? { ...each, name } : each)));
  }

  private taken(image: Uint8Array<ArrayBuffer>): void {
    if (this.locked) return;
    if (this.current === '') this.current = freshName(this.classes);
    this.change(withImages(this.classes, this.current, [image]));
  }

  protected override updated(): void {
    for (const canvas of this.renderRoot.querySelectorAll('canvas')) {
      const { images } = this.classes[Number(canvas.dataset.class)]!;
      // What came last stands first, so that a picture just taken is seen.
      paint(canvas, images.slice(-SHOWN).reverse(), COLUMNS);
    }
  }

  private renderClass(own: OwnClass, index: number): unknown {
    const { name, images } = own;
    const missing = lacking(own);
    return html`<li>
      <div class="row">
        <input
          type="text"
          aria-label="Name of class ${index + 1}"
          maxlength="40"
          .value=${name}
          ?disabled=${this.locked}
          @change=${(event: InputEvent): void => {
            this.rename(name, event);
          }}
        />
        <span class="small soft">${missing ?? `${images.length} images`}</span>
        <button
          type="button"
          aria-label="Remove ${name}"
          aria-disabled=${this.locked ? 'true' : 'false'}
          @click=${(): void => {
            if (!this.locked) this.change(this.classes.filter((each) => each !== own));
          }}
        >
          Remove
        </button>
      </div>
      <canvas role="img" aria-label="The latest images of ${name}" data-class=${index}></canvas>
    </li>`;
  }

  private renderPick(label: string, folder: boolean): unknown {
    return html`<label class=${this.locked ? 'pick locked' : 'pick'}>
      ${label}
      <input
        type="file"
        multiple
        accept=${folder ? nothing : 'image/*,.zip'}
        .webkitdirectory=${folder}
        ?disabled=${this.locked}
        @change=${this.pick}
      />
    </label>`;
  }

  private renderCamera(): unknown {
    if (this.locked || this.classes.length >= MOST_CLASSES) return nothing;
    const name = this.current === '' ? freshName(this.classes) : this.current;
    return html`<lab-camera
        .name=${name}
        @camera-image=${(event: CameraImage): void => {
          this.taken(event.detail);
        }}
      ></lab-camera>
      ${
        this.current !== ''
          ? html`<div>
              <button
                type="button"
                @click=${(): void => {
                  this.current = freshName(this.classes);
                }}
              >
                Next class for the camera
              </button>
            </div>`
          : nothing
      }`;
  }

  override render(): unknown {
    const { reading } = this;
    return html`
      <div
        class=${this.over ? 'drop over' : 'drop'}
        @dragover=${(event: DragEvent): void => {
          event.preventDefault();
          this.over = !this.locked;
        }}
        @dragleave=${(): void => {
          this.over = false;
        }}
        @drop=${(event: DragEvent): void => {
          event.preventDefault();
          this.over = false;
          const { dataTransfer } = event;
          if (dataTransfer) void this.bring(() => gatherDrop(dataTransfer));
        }}
      >
        <p>
          Drop folders or a zip here, a folder for each class. At least ${FEWEST_IMAGES} pictures of
          each; the middle square of a picture is used, at 32×32.
        </p>
        <div class="picks">
          ${this.renderPick('Choose a folder', true)}
          ${this.renderPick('Choose pictures or a zip', false)}
        </div>
        ${this.renderCamera()}
        <p class="small soft">
          They become the last task of the stream. They stay in this tab and are gone when it is
          closed; nothing is sent anywhere.
        </p>
      </div>
      ${
        reading
          ? html`<progress
              aria-label="Pictures read"
              max=${reading.of || 1}
              value=${reading.of ? reading.done : nothing}
            ></progress>`
          : nothing
      }
      <p class="small" role="status">${this.said}</p>
      ${this.problem === '' ? nothing : html`<p class="error" role="alert">${this.problem}</p>`}
      <ul aria-label="Your classes">
        ${this.classes.map((own, index) => this.renderClass(own, index))}
      </ul>
    `;
  }
}
