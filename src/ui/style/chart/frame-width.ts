/** The width that an element has on the page, for pictures that are drawn to it; a change draws it anew. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** px */
const LEAST = 160;

export class FrameWidth implements ReactiveController {
  /** Content width, px; a phone's until it has been measured. */
  px = 360;

  private readonly observer = new ResizeObserver(([entry]) => {
    const px = Math.round(entry?.contentRect.width ?? 0);
    // Hidden elements have no width, and nothing can be drawn to a width of 0.
    if (px < LEAST || px === this.px) return;
    this.px = px;
    this.host.requestUpdate();
  });

  constructor(private readonly host: ReactiveControllerHost & Element) {
    host.addController(this);
  }

  hostConnected(): void {
    this.observer.observe(this.host);
  }

  hostDisconnected(): void {
    this.observer.disconnect();
  }
}
