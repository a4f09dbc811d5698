/** The kernels that gather a batch, store its rows and count its results; every plan with a batch imports this. */
import { addShaders } from '../../gpu/shader-source.ts';

addShaders(
  import.meta.glob<string>('../../../shaders/batch/*.wgsl', {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
);
