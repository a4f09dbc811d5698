/** Kernels of patterned weights. Whoever lists one imports this. */
import { addShaders } from './shader-source.ts';

addShaders(
  import.meta.glob<string>(['../../shaders/pattern_*.wgsl'], {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
);
