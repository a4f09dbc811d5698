/**
 * Which layouts, dynamics, budgets and gradient sparsities do not go together, and why. What one layout has against a
 * config it says in its scheme; here are the rules that hold for all. They are asked before anything is made, by a run
 * and by the page alike, and need no GPU.
 */
import { dynamicOf } from './dynamics/dynamic-of.ts';
import { isBelow, restDensity } from './dynamics/schedule.ts';
import { LAYOUTS } from './layouts/registry.ts';
import { schemeOf } from './layouts/scheme-of.ts';
import type { LayoutScheme, MaskConfig } from './layouts/scheme.ts';

/** A sentence that begins with the field at fault, or false where the rule has nothing against the config. */
export type MaskRule = (config: MaskConfig) => string | false;

/** Names of layouts, as they stand in a sentence: "block, pattern or unstructured". */
function layoutsThat(has: (scheme: LayoutScheme) => boolean): string {
  const names = Object.values(LAYOUTS)
    .filter(has)
    .map(({ name }) => name);
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)!}`;
}

/** About gradients that are left out. */
export const GRADIENT_RULES: readonly MaskRule[] = [
  ({ gradientSparsity, layout }) =>
    gradientSparsity > 0 &&
    schemeOf(layout).weights === null &&
    `gradientSparsity: gradients are chosen among those of a mask, and layout ${layout} has none; layout is ${layoutsThat(({ weights }) => weights !== null)}`,
  // Where units keep a part of their weights alone, as patterns do, there is no rule: what lives is all that is kept.
  ({ gradientSparsity, sparsity, layout }) =>
    gradientSparsity > 0 &&
    (schemeOf(layout).weights?.most ?? 1) === 1 &&
    gradientSparsity < sparsity &&
    `gradientSparsity: ${gradientSparsity} would keep more gradients than there are weights at sparsity ${sparsity}`,
];

/** About the mask and how it changes. */
export const MASK_RULES: readonly MaskRule[] = [
  ({ layout, sparsity }) =>
    !schemeOf(layout).masked &&
    sparsity > 0 &&
    `sparsity: a ${layout} network has none; with ${sparsity}, layout is ${layoutsThat(({ masked }) => masked)}`,
  (config) => schemeOf(config.layout).refuses?.(config, dynamicOf(config.dynamic)) ?? false,
  ({ layout, dynamic }) =>
    !schemeOf(layout).masked &&
    dynamicOf(dynamic).still !== true &&
    `dynamic: ${dynamic} chooses which weights live, and in a ${layout} network all do; layout is ${layoutsThat(({ masked }) => masked)}`,
  (config) => {
    const dynamic = dynamicOf(config.dynamic);
    // A later task of a stream, and the first: no dynamic tells more than these apart.
    const changes = [0, 1].flatMap((index) => dynamic.changes(config, { index, tasks: 2 }));
    const least = changes.reduce((low, { dropTo }) => Math.min(low, dropTo ?? low), 1);
    const rest = restDensity(config);
    return (
      !isBelow(0, least) &&
      `maskChange: ${config.maskChange} of all weights cannot go, where ${+rest.toFixed(6)} of them live`
    );
  },
];

/** The first sentence about the mask that applies, or null where all goes together. */
export function maskRefusal(config: MaskConfig): string | null {
  for (const rule of MASK_RULES) {
    const refused = rule(config);
    if (refused !== false) return refused;
  }
  return null;
}
