/** Kernels that some strategies bring: penalties, projections, averages, means of classes. Whoever lists one imports this. */
import { addShaders } from './shader-source.ts';

addShaders(
  import.meta.glob<string>(
    [
      '../../shaders/{add_fisher,anchor_penalty,average_weights,consolidate_path}.wgsl',
      '../../shaders/{dot_partials,exchange,keep_marked,nearest_mean}.wgsl',
      '../../shaders/{norm_hold,norm_hold_gradient,project_gradient,row_major}.wgsl',
    ],
    { query: '?raw', import: 'default', eager: true },
  ),
);
