// Gradient of the basis of `basis_weight`: dB[k][tap] = Σ_{i,o} C[k][i][o] · dW[tap][i][o].
// One number an invocation. Writes: gradients at the basis. Workgroup 64. Base profile.
//! use dispatch

struct Params {
  first_workgroup: u32,
  taps: u32,
  basis: u32,
  plane: u32,
  // Coefficients in vec4s, basis in floats.
  coefficients_at: u32,
  basis_at: u32,
  // 1: add to the gradients that are there.
  accumulate: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> parameters: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight_gradient: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> gradients: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (id >= p.basis * p.taps) {
    return;
  }
  let coefficients = p.coefficients_at + id / p.taps * p.plane;
  let of_tap = id % p.taps * p.plane;
  var sum = 0.0;
  for (var i = 0u; i < p.plane; i++) {
    sum += dot(parameters[coefficients + i], weight_gradient[of_tap + i]);
  }
  if (p.accumulate == 1u) {
    sum += gradients[p.basis_at + id];
  }
  gradients[p.basis_at + id] = sum;
}
