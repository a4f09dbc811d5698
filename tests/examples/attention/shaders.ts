/** The kernels of the attention example, added as every room adds its own. */
import { addShaders } from '../../../src/gpu/shader-source.ts';

addShaders(import.meta.glob<string>('./*.wgsl', { query: '?raw', import: 'default', eager: true }));
