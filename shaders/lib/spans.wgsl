// Pointwise kernels: a workgroup of 64 takes 64 · SPAN neighbouring vec4s and each invocation every
// 64th of them, so that neighbouring lanes stay neighbours in memory. One vec4 an invocation took
// twice as long on lavapipe. src/nn/compile/pointwise.ts counts the invocations.

const SPAN = 8u;

// Where an invocation begins, and the end of its workgroup's span among `length` vec4s.
fn span_first(workgroup: u32, lane: u32) -> u32 {
  return workgroup * 64u * SPAN + lane;
}

fn span_end(workgroup: u32, length: u32) -> u32 {
  return min((workgroup + 1u) * 64u * SPAN, length);
}
