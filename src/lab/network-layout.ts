/** From the config's fields about sparsity to the layout of a network, or a sentence about why there is none. */
import { LAYOUTS, type NetworkLayout } from '../sparse/layouts/registry.ts';
import { ConfigError, type Config } from './config.ts';

/** A pattern keeps four of nine taps, so it leaves out five at least. */
const LEAST_PATTERN_SPARSITY = 5 / 9;

/** Throws `ConfigError` on fields that do not go together. */
export function networkLayout({ layout, block, sparsity, model }: Config): NetworkLayout {
  if (layout === 'dense' && sparsity > 0) {
    throw new ConfigError(
      `sparsity: a dense network has none; with ${sparsity}, layout is block, channel, pattern or unstructured`,
    );
  }
  if (layout === 'pattern' && sparsity < LEAST_PATTERN_SPARSITY) {
    throw new ConfigError(
      `sparsity: patterns keep four taps of nine at most, so it is at least 5/9, not ${sparsity}`,
    );
  }
  if (layout === 'pattern' && model === 'mlp') {
    throw new ConfigError('layout: patterns are for 3×3 kernels, and the mlp has none');
  }
  const [rows = NaN, columns = NaN] = block.split('x').map(Number);
  try {
    return LAYOUTS[layout]({ sparsity, rows, columns });
  } catch (error) {
    if (error instanceof RangeError) throw new ConfigError(`layout: ${error.message}`);
    throw error;
  }
}
