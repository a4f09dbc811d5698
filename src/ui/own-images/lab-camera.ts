/**
 * The camera as a source of images: a live picture with the square that will be seen, and a button that takes one, or
 * one after another as long as it is held. Pictures go to whoever listens, and nowhere else.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { sharedStyles } from '../style/shared-styles.ts';
import { squareOf } from './square.ts';

/** Between two pictures while the button is held, in milliseconds. */
const EVERY_MS = 200;

export type CameraImage = CustomEvent<Uint8Array<ArrayBuffer>>;

@customElement('lab-camera')
export class LabCamera extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-2);
      }

      video {
        width: min(100%, 14rem);
        aspect-ratio: 1;
        border-radius: var(--radius);
        background: var(--rule);
        object-fit: cover;
      }

      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
    `,
  ];

  /** The class that pictures are taken for, as it is said on the button. */
  @property() name = '';
  @state() private stream: MediaStream | null = null;
  @state() private problem = '';
  private timer: ReturnType<typeof setInterval> | undefined;
  /** Counts openings and closings. Where permission comes late, it tells whether the camera is still wanted. */
  private turn = 0;

  override disconnectedCallback(): void {
    this.close();
    super.disconnectedCallback();
  }

  private async open(): Promise<void> {
    const turn = ++this.turn;
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: 'environment', width: 640, height: 640 },
      });
    } catch (error) {
      if (turn !== this.turn) return;
      const denied = error instanceof DOMException && error.name === 'NotAllowedError';
      this.problem = denied
        ? 'The browser was not allowed to use the camera. Its address bar has a switch for that.'
        : 'No camera was found.';
      return;
    }
    if (turn !== this.turn) {
      end(stream);
      return;
    }
    this.problem = '';
    this.stream = stream;
    await this.updateComplete;
    const video = this.renderRoot.querySelector('video');
    if (!video || turn !== this.turn) return;
    video.srcObject = stream;
    // The button that was pressed is gone.
    this.renderRoot.querySelector<HTMLElement>('.primary')?.focus();
    // Closed before the first picture came: there is nothing to play.
    await video.play().catch(() => undefined);
  }

  private close(): void {
    this.turn++;
    this.release();
    if (this.stream) end(this.stream);
    this.stream = null;
  }

  private async take(): Promise<void> {
    const video = this.renderRoot.querySelector('video');
    if (!video || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    const detail = await createImageBitmap(video).then(squareOf, () => null);
    // The camera was closed meanwhile, or gave nothing.
    if (detail === null || this.stream === null) return;
    this.dispatchEvent(new CustomEvent('camera-image', { detail }));
  }

  private readonly hold = (): void => {
    this.release();
    void this.take();
    this.timer = setInterval(() => void this.take(), EVERY_MS);
  };

  private readonly release = (): void => {
    clearInterval(this.timer);
  };

  override render(): unknown {
    if (this.stream === null) {
      return html`<div><button type="button" @click=${this.open}>Use the camera</button></div>
        ${this.problem === '' ? nothing : html`<p class="error" role="alert">${this.problem}</p>`}`;
    }
    return html`
      <video muted playsinline aria-label="What the camera sees"></video>
      <div class="buttons">
        <button
          type="button"
          class="primary"
          @pointerdown=${this.hold}
          @pointerup=${this.release}
          @pointerleave=${this.release}
          @pointercancel=${this.release}
          @click=${(event: MouseEvent): void => {
            // A click without a pointer comes from the keyboard.
            if (event.detail === 0) void this.take();
          }}
        >
          Take “${this.name}” (hold for many)
        </button>
        <button type="button" @click=${this.close}>Close the camera</button>
      </div>
    `;
  }
}

function end(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
