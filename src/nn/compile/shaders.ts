/** Makes the kernels of layers, of the loss and of the update known. Modules that emit a network's dispatches import this. */
import { addShaders } from '../../gpu/shader-source.ts';

addShaders(
  import.meta.glob<string>(
    '../../../shaders/{convolution,loss,norm,pointwise,pool,update}/*.wgsl',
    { query: '?raw', import: 'default', eager: true },
  ),
);
