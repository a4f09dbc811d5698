// What the batch-norm kernels share. Groups of rows are contiguous and padded to whole vectors, so
// that a batch vector belongs to one group.
//! use step

fn group_of(n4: u32, groups: u32) -> u32 {
  var g = 0u;
  while (g + 1u < groups && n4 * 4u >= step.groups[g + 1u].x) {
    g++;
  }
  return g;
}

// The sum of the live rows among the four; whatever the others hold.
fn live_sum(rows: vec4f, live: vec4f) -> f32 {
  return dot(select(vec4f(0.0), rows, live > vec4f(0.0)), vec4f(1.0));
}
