/** Kernels of block lists. Whatever lists one imports this. */
import { addShaders } from '../../../gpu/shader-source.ts';

addShaders(
  import.meta.glob<string>('../../../../shaders/blocks/**/*.wgsl', {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
);
