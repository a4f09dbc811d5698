/** Kernels that choose among units: top-k, and the scores that it goes by. Whatever lists one imports this. */
import { addShaders } from '../../gpu/shader-source.ts';

addShaders(
  import.meta.glob<string>('../../../shaders/select/**/*.wgsl', {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
);
