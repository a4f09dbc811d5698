/** The kernels of layers, of the loss and of the update: whatever lists a network imports this. */
import { addShaders } from '../../gpu/shader-source.ts';

addShaders(
  import.meta.glob<string>(
    '../../../shaders/{convolution,loss,norm,pointwise,pool,update}/*.wgsl',
    { query: '?raw', import: 'default', eager: true },
  ),
);
