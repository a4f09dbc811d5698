// Counts how training goes with each image of the current task: forgetting events are those of
// Toneva et al., *An Empirical Study of Example Forgetting during Deep Neural Network Learning*,
// ICLR 2019, as SparCL counts them: the arg-max over all outputs, in the training pass, before the
// update. The margin is the label's logit over the largest other one. counters: [5][images], planes
// of presentations, wrong answers, right answers that became wrong ones, outcomes (bit 0: the last
// one, bit 1: ever right), and the sum of margins as the bits of a float. One row an invocation; no
// image is twice in a batch. Writes: counters. Workgroup 64. Base profile.
//! use dispatch
//! use rows

struct Params {
  first_workgroup: u32,
  rows: u32,
  first_row: u32,
  all_rows: u32,
  classes: u32,
  // Length of a plane.
  images: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> rows: array<u32>;
@group(0) @binding(2) var<storage, read> row_loss: array<vec4f>;
@group(0) @binding(3) var<storage, read> logits: array<f32>;
@group(0) @binding(4) var<storage, read_write> counters: array<u32>;

const LOWEST = -3.4e38;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (row >= p.rows) {
    return;
  }
  if (record(ROW_SOURCE, row) != SOURCE_STREAM) {
    return;
  }
  let image = record(ROW_INDEX, row);
  let label = record(ROW_LABEL, row);
  let right = row_loss[row].y == 1.0;
  var other = LOWEST;
  for (var k = 0u; k < p.classes; k++) {
    if (k != label) {
      other = max(other, logits[k * p.rows + row]);
    }
  }
  let outcome = counters[3u * p.images + image];
  let margin = bitcast<f32>(counters[4u * p.images + image]) + logits[label * p.rows + row] - other;
  counters[image] += 1u;
  counters[p.images + image] += select(1u, 0u, right);
  counters[2u * p.images + image] += select(outcome & 1u, 0u, right);
  counters[3u * p.images + image] = select(outcome & 2u, 3u, right);
  counters[4u * p.images + image] = bitcast<u32>(margin);
}
