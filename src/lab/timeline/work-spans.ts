/** What happens in a run while the mask aims at one density, added up: passes over rows, by what they are for. */

/** Passes, and the rows with an image in them that they work on together. */
export interface Passes {
  readonly passes: number;
  readonly rows: number;
}

/** Every reason for which a network is run forward, or forward and backward, in training. */
export const HAPPENINGS = [
  /** Training steps. */
  'training',
  /** Those among them that compute the gradient of every live weight, to choose which are kept (DGM). */
  'refresh',
  /** Beside them, without an update, at live weights: current images for a score, and images of the buffer. */
  'score',
  'recall',
  /** Beside them, with the gradient of every weight, live or dead: of a step's rows, and of current ones alone. */
  'dense',
  'saliency',
  /** Forward alone, before or after a task, for answers or features that a strategy keeps. */
  'answers',
  /** One image at a time, for the squares of its gradients (Fisher information). */
  'fisher',
] as const;
export type Happening = (typeof HAPPENINGS)[number];

export type Span = {
  /** Share of the weights of the sparse layers. */
  readonly density: number;
} & Readonly<Record<Happening, Passes>>;

/** Adds passes up by density. */
export class Spans {
  readonly #spans = new Map<number, Record<Happening, { passes: number; rows: number }>>();

  /** One pass of each kind that is named, with so many rows. */
  add(density: number, happening: Readonly<Partial<Record<Happening, number>>>): void {
    for (const [kind, rows] of Object.entries(happening)) {
      this.addPasses(density, kind as Happening, { passes: 1, rows });
    }
  }

  addPasses(density: number, kind: Happening, { passes, rows }: Passes): void {
    let span = this.#spans.get(density);
    if (!span) {
      span = Object.fromEntries(HAPPENINGS.map((each) => [each, { passes: 0, rows: 0 }])) as Record<
        Happening,
        { passes: number; rows: number }
      >;
      this.#spans.set(density, span);
    }
    span[kind].passes += passes;
    span[kind].rows += rows;
  }

  list(): Span[] {
    return [...this.#spans].map(([density, span]) => ({ density, ...span }));
  }
}
