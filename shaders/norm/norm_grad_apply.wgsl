// Batch-norm gradient with respect to its input (Ioffe and Szegedy, 2015):
//   dx = γ/σ · (dz − mean(dz) − x̂·mean(dz·x̂)),   means over the live elements of the row's group,
// as a·dz + b·x + c with the coefficients of `norm_grad_finalize`; 0 for padded rows. dz is the
// incoming gradient, 0 where a fused ReLU was off, which is asked of scale·x + shift.
// Invocations as in `norm_apply`. ACCUMULATE: adds to what is there. X_HALF: x as pairs of halves.
// Writes: input_gradient. Workgroup 64. Base profile.
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
@group(0) @binding(2) var<storage, read> x: array<array<vec2u, $WIDE>>;
//! else
@group(0) @binding(2) var<storage, read> x: array<array<vec4f, $WIDE>>;
//! end
@group(0) @binding(3) var<storage, read> coefficients: array<vec4f>;
@group(0) @binding(4) var<storage, read> gradient: array<array<vec4f, $WIDE>>;
@group(0) @binding(5) var<storage, read_write> input_gradient: array<array<vec4f, $WIDE>>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let lanes = p.batch4 / $WIDEu;
  let n4 = (id % lanes) * $WIDEu;
  let split = (id / lanes) % p.splits;
  let c = id / (lanes * p.splits);
  if (c >= p.channels) {
    return;
  }
  let g = group_of(n4, p.groups);
  let coefficient = coefficients[c * p.groups + g];
  //! for k in 0..WIDE
  let live$k = live_rows(step.groups[g], n4 + $ku);
  let a$k = coefficient.x * live$k;
  let b$k = coefficient.z * live$k;
  let constant$k = coefficient.w * live$k;
  //! end
  let plane = c * p.pixels * lanes;
  let end = plane + min((split + 1u) * p.run, p.pixels) * lanes;
  for (var i = plane + split * p.run * lanes + id % lanes; i < end; i += lanes) {
    let xs = x[i];
    let gradients = gradient[i];
    //! if ACCUMULATE
    let before = input_gradient[i];
    //! end
    //! for k in 0..WIDE
    //! if X_HALF
    let value$k = unpack_rows(xs[$k]);
    //! else
    let value$k = xs[$k];
    //! end
    var dz$k = gradients[$k];
    //! if RELU
    dz$k = select(vec4f(0.0), dz$k, value$k * coefficient.x + coefficient.y > vec4f(0.0));
    //! end
    //! end
    input_gradient[i] = array(
      //! for k in 0..WIDE
      //! if ACCUMULATE
      before[$k] + (a$k * dz$k + b$k * value$k + constant$k),
      //! else
      a$k * dz$k + b$k * value$k + constant$k,
      //! end
      //! end
    );
  }
}
