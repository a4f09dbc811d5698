/**
 * How much weights matter when some of them are to be dropped: |w| + Σ coefficient · |gradient|. Which gradients
 * enter, and with which coefficient, is said by the dynamic's `drop`.
 */
import type { Dynamic } from '../dynamics/dynamic.ts';
import { gradientOf, type Gradients, type GradientSource } from './gradients.ts';

/** What is added to |w|: coefficient · |gradient|, term by term. */
export type ScoreTerms = readonly (readonly [coefficient: number, gradients: Gradients])[];

export interface ImportanceOptions {
  /** Weight of the current gradient, or of the only one. */
  readonly importanceAlpha: number;
  /** Weight of the buffer's gradient. */
  readonly importanceBeta: number;
}

/** Asks for the gradients that a dynamic drops by. */
export async function scoreTerms(
  { drop }: Pick<Dynamic, 'drop'>,
  { importanceAlpha: alpha, importanceBeta: beta }: ImportanceOptions,
  gradients: GradientSource,
): Promise<ScoreTerms> {
  switch (drop) {
    case 'magnitude':
      return [];
    case 'last-gradient':
      return alpha === 0 ? [] : [[alpha, await gradients.last()]];
    case 'importance': {
      const { current, buffer } = await gradients.separate();
      return [[alpha, current], ...(buffer ? [[beta, buffer] as const] : [])];
    }
  }
}

/** The importance of each entry of the weight called `name`, whose values are `weights`, in the same order. */
export function importanceOf(name: string, weights: Float32Array, terms: ScoreTerms): Float32Array {
  const importance = weights.map(Math.abs);
  for (const [coefficient, gradients] of terms) {
    const gradient = gradientOf(gradients, name);
    for (let i = 0; i < importance.length; i++) {
      importance[i]! += coefficient * Math.abs(gradient[i]!);
    }
  }
  return importance;
}
