// One entry of the history ring: (loss, current images classified rightly, current images, 0) of
// this step, summed over rows in order; a later part of the batch goes on where the one before
// ended. One invocation: there are at most a few hundred rows.
// Writes: history[step.slot]. Workgroup 1. Base profile.
//! use step
//! use rows

struct Params {
  first_workgroup: u32,
  rows: u32,
  first_row: u32,
  all_rows: u32,
  // 1: go on from what the entry holds.
  accumulate: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> rows: array<u32>;
@group(0) @binding(3) var<storage, read> row_loss: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> history: array<vec4f>;

@compute @workgroup_size(1)
fn main() {
  var entry = vec4f();
  if (p.accumulate == 1u) {
    entry = history[step.slot];
  }
  for (var row = 0u; row < p.rows; row++) {
    entry.x += row_loss[row].x;
    if (record(ROW_SOURCE, row) == SOURCE_STREAM) {
      entry.y += row_loss[row].y;
      entry.z += 1.0;
    }
  }
  history[step.slot] = entry;
}
