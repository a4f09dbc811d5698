/** Kernels of strategies: penalties, projections, averages, means of classes. What lists one imports this. */
import { addShaders } from '../../../gpu/shader-source.ts';

addShaders(
  import.meta.glob<string>('../../../../shaders/strategies/*.wgsl', {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
);
