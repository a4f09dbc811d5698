/** Every kernel there is, for tests that go over all of them; runs load those that they list. */
import '../../src/nn/compile/shaders.ts';
import '../../src/sparse/layouts/block/shaders.ts';
import '../../src/sparse/layouts/pattern/shaders.ts';
import '../../src/sparse/select/shaders.ts';
import '../../src/continual/batch/shaders.ts';
import '../../src/continual/strategies/parts/shaders.ts';

/** Names of all kernels: the files of `shaders/` that are no preludes. */
export const SHADER_NAMES: readonly string[] = Object.keys(
  import.meta.glob(['../../shaders/*/*.wgsl', '!../../shaders/lib/*.wgsl'], { query: '?raw' }),
).map((path) => path.slice(path.lastIndexOf('/') + 1, -'.wgsl'.length));

/** The text of a kernel, or of a prelude as `lib/NAME`, before any define; its family is not named. */
export function shaderText(name: string): string {
  const [text] = Object.entries(TEXTS).find(([path]) => path.endsWith(`/${name}.wgsl`)) ?? [];
  return text === undefined ? '' : TEXTS[text]!;
}

const TEXTS = import.meta.glob<string>('../../shaders/**/*.wgsl', {
  query: '?raw',
  import: 'default',
  eager: true,
});
