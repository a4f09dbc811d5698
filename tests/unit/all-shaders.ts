/** Every kernel there is, for tests that go over all of them; runs load those that they list. */
import '../../src/gpu/pattern-shaders.ts';
import '../../src/gpu/sparse-shaders.ts';
import '../../src/gpu/strategy-shaders.ts';

/** Names of all kernels: the files of `shaders/`, without those of `shaders/lib/`. */
export const SHADER_NAMES: readonly string[] = Object.keys(
  import.meta.glob('../../shaders/*.wgsl', { query: '?raw' }),
).map((path) => path.slice('../../shaders/'.length, -'.wgsl'.length));
