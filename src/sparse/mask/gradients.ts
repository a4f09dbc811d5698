/** Gradients as a change of mask asks for them: which there are, and where they come from. */

/** Gradients of weights by name, in PyTorch's order, dead entries 0 where they are not asked for. */
export type Gradients = ReadonlyMap<string, Float32Array>;

/** Where gradients come from when the mask changes. What it runs moves no weight and no statistics. */
export interface GradientSource {
  /** Of a current batch under the masked head, and of a batch of the buffer over all classes; null: no buffer. */
  separate(): Promise<{ readonly current: Gradients; readonly buffer: Gradients | null }>;
  /** Of the last training step, as the update had it. */
  last(): Promise<Gradients>;
  /** Of all weights, dead ones too, for the training loss on one batch. */
  dense(): Promise<Gradients>;
}

/** The gradient of one weight. Throws where it is missing. */
export function gradientOf(gradients: Gradients, name: string): Float32Array {
  const gradient = gradients.get(name);
  if (!gradient) throw new Error(`the gradient of ${name} was not given`);
  return gradient;
}
