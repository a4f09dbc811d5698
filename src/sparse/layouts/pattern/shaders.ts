/** Kernels of patterned weights. Whatever lists one imports this. */
import { addShaders } from '../../../gpu/shader-source.ts';

addShaders(
  import.meta.glob<string>('../../../../shaders/patterns/*.wgsl', {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
);
