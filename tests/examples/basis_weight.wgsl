// The weight of a convolution from a basis that all its kernels share (PENNI; Li et al., 2020):
// weight[tap][i][o] = Σ_k C[k][i][o] · B[k][tap], output channels innermost as in the dense layout.
// One vec4 of output channels an invocation. Writes: weight. Workgroup 64. Base profile.
//! use dispatch

struct Params {
  first_workgroup: u32,
  taps: u32,
  basis: u32,
  // vec4s of one tap, and of one vector of the basis: input channels × padded output channels / 4.
  plane: u32,
  // Coefficients in vec4s, basis in floats.
  coefficients_at: u32,
  basis_at: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> parameters: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> weight: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (id >= p.taps * p.plane) {
    return;
  }
  let tap = id / p.plane;
  var sum = vec4f();
  for (var k = 0u; k < p.basis; k++) {
    let at = p.basis_at + k * p.taps + tap;
    let coefficients = parameters[p.coefficients_at + k * p.plane + id % p.plane];
    sum += coefficients * parameters[at / 4u][at % 4u];
  }
  weight[id] = sum;
}
