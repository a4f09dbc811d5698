// Batch-norm gradient with respect to its input (Ioffe and Szegedy, 2015):
//   dx = γ/σ · (dz − mean(dz) − x̂·mean(dz·x̂)),   means over the live elements of the row's group,
// as a·dz + b·x + c with the coefficients of `norm_grad_finalize`; 0 for padded rows. dz is the
// incoming gradient, 0 where a fused ReLU was off (seen as in `norm_grad_partial`), and goes on
// unchanged to the residual input where there is one.
// Invocations as in `norm_apply`. ACCUMULATE and ACCUMULATE_RESIDUAL: add to what is there. X_HALF,
// Y_HALF: values as pairs of halves. Writes: input_gradient, residual_gradient. Workgroup 64. Base
// profile.
//! use dispatch
//! use norm
//! use halves

struct Params {
  first_workgroup: u32,
  channels: u32,
  groups: u32,
  pixels: u32,
  batch4: u32,
  // Pixels of an invocation, the last one's may be fewer, and invocations a column of pixels.
  run: u32,
  splits: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<uniform> step: Step;
//! if X_HALF
@group(0) @binding(2) var<storage, read> x: array<vec2u>;
//! else
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
//! end
@group(0) @binding(3) var<storage, read> coefficients: array<vec4f>;
@group(0) @binding(4) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> input_gradient: array<vec4f>;
//! if RESIDUAL
@group(0) @binding(6) var<storage, read_write> residual_gradient: array<vec4f>;
//! if RELU
//! if Y_HALF
@group(0) @binding(7) var<storage, read> y: array<vec2u>;
//! else
@group(0) @binding(7) var<storage, read> y: array<vec4f>;
//! end
//! end
//! end

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let batch4 = p.batch4;
  let n4 = id % batch4;
  let split = (id / batch4) % p.splits;
  let c = id / (batch4 * p.splits);
  if (c >= p.channels) {
    return;
  }
  let g = group_of(n4, p.groups);
  let live = live_rows(step.groups[g], n4);
  let coefficient = coefficients[c * p.groups + g];
  let a = coefficient.x * live;
  let b = coefficient.z * live;
  let constant = coefficient.w * live;
  let plane = c * p.pixels * batch4;
  let end = plane + min((split + 1u) * p.run, p.pixels) * batch4;
  for (var i = plane + split * p.run * batch4 + n4; i < end; i += batch4) {
    //! if X_HALF
    let value = unpack_rows(x[i]);
    //! else
    let value = x[i];
    //! end
    var dz = gradient[i];
    //! if RELU
    //! if RESIDUAL
    //! if Y_HALF
    dz = select(vec4f(0.0), dz, unpack_rows(y[i]) > vec4f(0.0));
    //! else
    dz = select(vec4f(0.0), dz, y[i] > vec4f(0.0));
    //! end
    //! else
    dz = select(vec4f(0.0), dz, value * coefficient.x + coefficient.y > vec4f(0.0));
    //! end
    //! end
    let dx = a * dz + b * value + constant;
    //! if ACCUMULATE
    input_gradient[i] += dx;
    //! else
    input_gradient[i] = dx;
    //! end
    //! if RESIDUAL
    //! if ACCUMULATE_RESIDUAL
    residual_gradient[i] += dz * live;
    //! else
    residual_gradient[i] = dz * live;
    //! end
    //! end
  }
}
