// A-GEM's projection (Chaudhry et al., 2019): where the gradient g points against the reference r,
// what points against it is taken out,
//   g − (g·r / r·r)·r   if g·r < 0,   else g.
// products[0] has g·r and r·r. An all-zero reference leaves g as it is.
// Writes: gradients, which hold r before and the result after. Workgroup 64. Base profile.
//! use dispatch
//! use spans

struct Params {
  first_workgroup: u32,
  // In vec4s.
  length: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> products: array<vec4f>;
@group(0) @binding(2) var<storage, read> stream: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> gradients: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let workgroup = workgroup_index(wid, p.first_workgroup);
  let end = span_end(workgroup, p.length);
  let product = products[0].x;
  let against = product < 0.0;
  var share = 0.0;
  if (against) {
    share = product / products[0].y;
  }
  for (var i = span_first(workgroup, lane); i < end; i += 64u) {
    let g = stream[i];
    if (against) {
      gradients[i] = g - share * gradients[i];
    } else {
      gradients[i] = g;
    }
  }
}
