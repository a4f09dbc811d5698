/** How pointwise kernels are cut; their side of it is shaders/lib/spans.wgsl. */

/** vec4s of an invocation, as the shaders have it. */
const SPAN = 8;

/** Invocations of a pointwise kernel over `vectors` vec4s. */
export const spanInvocations = (vectors: number): number => Math.ceil(vectors / SPAN);
