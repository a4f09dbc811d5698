// Adds one evaluated batch to its task's counts: (rightly classified over all outputs, rightly
// within the task's outputs, images). One invocation; batches follow one another, so no atomics are
// needed.
// Writes: counts[step.slot]. Workgroup 1. Base profile.
//! use step

struct Params {
  first_workgroup: u32,
  rows: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> row_loss: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> counts: array<vec4u>;

@compute @workgroup_size(1)
fn main() {
  var entry = vec4u();
  for (var row = 0u; row < p.rows; row++) {
    entry += vec4u(vec4f(row_loss[row].yzw, 0.0));
  }
  counts[step.slot] += entry;
}
