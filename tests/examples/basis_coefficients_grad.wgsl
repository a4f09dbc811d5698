// Gradient of the coefficients of `basis_weight`: dC[k][i][o] = Σ_tap dW[tap][i][o] · B[k][tap].
// One vec4 of output channels an invocation. Writes: gradients at the coefficients. Workgroup 64.
// Base profile.
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
@group(0) @binding(3) var<storage, read_write> gradients: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (id >= p.basis * p.plane) {
    return;
  }
  let k = id / p.plane;
  var sum = vec4f();
  for (var tap = 0u; tap < p.taps; tap++) {
    let at = p.basis_at + k * p.taps + tap;
    sum += weight_gradient[tap * p.plane + id % p.plane] * parameters[at / 4u][at % 4u];
  }
  if (p.accumulate == 1u) {
    sum += gradients[p.coefficients_at + id];
  }
  gradients[p.coefficients_at + id] = sum;
}
