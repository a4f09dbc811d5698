/** Kernels that some strategies bring: penalties, projections, averages, means of classes. Whatever lists one imports this. */
import { addShaders } from '../../../gpu/shader-source.ts';

addShaders(
  import.meta.glob<string>('../../../../shaders/strategies/*.wgsl', {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
);
