// Classifies each row by the class whose mean feature is nearest, the first of equals: iCaRL's rule
// (Rebuffi et al., CVPR 2017, algorithm 1), over all classes that have a mean and, beside that,
// over those of the current task alone. Where none has one, no row is right. features: [F][N];
// means: [K][F]; known: [K], 1 for a class that has a mean. One row an invocation. Writes:
// row_nearest [N] of (0, right, right within the task, live), as row_loss has them. Workgroup 64.
// Base profile.
//! use dispatch
//! use step
//! use rows

struct Params {
  first_workgroup: u32,
  rows: u32,
  first_row: u32,
  all_rows: u32,
  classes: u32,
  channels: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> rows: array<u32>;
@group(0) @binding(3) var<storage, read> features: array<f32>;
@group(0) @binding(4) var<storage, read> means: array<f32>;
@group(0) @binding(5) var<storage, read> known: array<u32>;
@group(0) @binding(6) var<storage, read_write> row_nearest: array<vec4f>;

const NO_CLASS = 0xffffffffu;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (row >= p.rows) {
    return;
  }
  if (record(ROW_SOURCE, row) == SOURCE_NONE) {
    row_nearest[row] = vec4f();
    return;
  }
  var best = NO_CLASS;
  var best_in_task = NO_CLASS;
  var least = 0.0;
  var least_in_task = 0.0;
  for (var k = 0u; k < p.classes; k++) {
    if (known[k] == 0u) {
      continue;
    }
    var squares = 0.0;
    for (var c = 0u; c < p.channels; c++) {
      let difference = features[c * p.rows + row] - means[k * p.channels + c];
      squares += difference * difference;
    }
    if (best == NO_CLASS || squares < least) {
      best = k;
      least = squares;
    }
    let in_task = k >= step.task_first && k < step.task_first + step.task_count;
    if (in_task && (best_in_task == NO_CLASS || squares < least_in_task)) {
      best_in_task = k;
      least_in_task = squares;
    }
  }
  let label = record(ROW_LABEL, row);
  row_nearest[row] = vec4f(0.0, f32(best == label), f32(best_in_task == label), 1.0);
}
