// Gradient of a table that is added to all rows: result[c·T + t] = Σ over rows of gradient [C][T][N];
// rows without a loss carry zeros. One number an invocation. Writes: result, its padding 0.
// Workgroup 64. Base profile.
//! use dispatch

struct Params {
  first_workgroup: u32,
  // Channels · tokens, and that with its padding.
  places: u32,
  storage: u32,
  batch4: u32,
  // In floats.
  result_at: u32,
  accumulate: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let place = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (place >= p.storage) {
    return;
  }
  var sum = vec4f();
  if (place < p.places) {
    for (var n = 0u; n < p.batch4; n++) {
      sum += gradient[place * p.batch4 + n];
    }
  }
  var total = sum.x + sum.y + sum.z + sum.w;
  if (p.accumulate == 1u) {
    total += result[p.result_at + place];
  }
  result[p.result_at + place] = total;
}
