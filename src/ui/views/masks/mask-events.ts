/** What the parts of the mask wall tell one another: DOM events that bubble out of shadow roots. */

/** A unit that somebody asks about. */
export interface UnitAsked {
  readonly layer: string;
  readonly unit: number;
  /** Where it is on the screen. */
  readonly anchor: DOMRect;
  /** Asked by key or finger, and so to be said aloud. */
  readonly aloud: boolean;
}

export interface MaskEvents {
  'lab-mask-unit': UnitAsked | null;
  /** The name of a layer to be opened; null: back to all. */
  'lab-mask-open': string | null;
  /** The one task whose units are to be seen; null: all. */
  'lab-mask-task': number | null;
}

declare global {
  interface HTMLElementEventMap {
    'lab-mask-unit': CustomEvent<MaskEvents['lab-mask-unit']>;
    'lab-mask-open': CustomEvent<MaskEvents['lab-mask-open']>;
    'lab-mask-task': CustomEvent<MaskEvents['lab-mask-task']>;
  }
}

export function tell<T extends keyof MaskEvents>(
  from: Element,
  type: T,
  detail: MaskEvents[T],
): void {
  from.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
}
