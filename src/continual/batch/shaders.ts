/** The kernels that gather a batch, keep what came of its rows and count what it got right: every plan with a batch imports this. */
import { addShaders } from '../../gpu/shader-source.ts';

addShaders(
  import.meta.glob<string>('../../../shaders/batch/*.wgsl', {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
);
