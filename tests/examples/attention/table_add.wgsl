// Adds a number for each channel and token to all rows: y[c, t] = x[c, t] + table[c·T + t], with x
// [C][T][N]. One vec4 of the batch an invocation. X_HALF, Y_HALF: values as pairs of halves.
// Writes: y. Workgroup 64. Base profile.
//! use dispatch
//! use halves

struct Params {
  first_workgroup: u32,
  // Channels · tokens.
  places: u32,
  batch4: u32,
  // In floats.
  table_at: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
//! if X_HALF
@group(0) @binding(1) var<storage, read> x: array<vec2u>;
//! else
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
//! end
@group(0) @binding(2) var<storage, read> parameters: array<f32>;
//! if Y_HALF
@group(0) @binding(3) var<storage, read_write> y: array<vec2u>;
//! else
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
//! end

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let place = id / p.batch4;
  if (place >= p.places) {
    return;
  }
  //! if X_HALF
  let value = unpack_rows(x[id]) + parameters[p.table_at + place];
  //! else
  let value = x[id] + parameters[p.table_at + place];
  //! end
  //! if Y_HALF
  y[id] = pack_rows(value);
  //! else
  y[id] = value;
  //! end
}
