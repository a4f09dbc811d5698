// Batch-norm gradient, first half: per channel, split and batch vector the sums of dz and dz·x̂
// over `run` pixels of the live rows, where dz is the incoming gradient (0 where a fused ReLU was
// off) and x̂ = (x − mean)/σ. Whether the ReLU was on is asked of scale·x + shift, which saves
// reading y. With a residual it takes y, and dz, 0 for padded rows, is kept: it is the gradient of
// the residual, and what `norm_grad_apply` goes on with.
// Invocations as in `norm_partial`. X_HALF, Y_HALF: values as pairs of halves. Writes: partials
// [C][S][N/4] of (Σ dz, Σ dz·x̂), residual_gradient. Workgroup 64, no barrier. Base profile.
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
@group(0) @binding(3) var<storage, read> statistics: array<vec4f>;
@group(0) @binding(4) var<storage, read> gradient: array<array<vec4f, $WIDE>>;
@group(0) @binding(5) var<storage, read_write> partials: array<vec2f>;
//! if RESIDUAL
@group(0) @binding(6) var<storage, read_write> residual_gradient: array<array<vec4f, $WIDE>>;
//! if RELU
//! if Y_HALF
@group(0) @binding(7) var<storage, read> y: array<array<vec2u, $WIDE>>;
//! else
@group(0) @binding(7) var<storage, read> y: array<array<vec4f, $WIDE>>;
//! end
//! end
//! end

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
  let statistic = statistics[c * p.groups + g];
  //! for k in 0..WIDE
  var sum$k = vec4f();
  var products$k = vec4f();
  let live$k = live_rows(step.groups[g], n4 + $ku);
  //! end
  let plane = c * p.pixels * lanes;
  let end = plane + min((split + 1u) * p.run, p.pixels) * lanes;
  for (var i = plane + split * p.run * lanes + id % lanes; i < end; i += lanes) {
    let xs = x[i];
    let gradients = gradient[i];
    //! if RELU
    //! if RESIDUAL
    let ys = y[i];
    //! end
    //! end
    //! for k in 0..WIDE
    //! if X_HALF
    let value$k = unpack_rows(xs[$k]);
    //! else
    let value$k = xs[$k];
    //! end
    var dz$k = gradients[$k];
    //! if RELU
    //! if RESIDUAL
    //! if Y_HALF
    dz$k = select(vec4f(0.0), dz$k, unpack_rows(ys[$k]) > vec4f(0.0));
    //! else
    dz$k = select(vec4f(0.0), dz$k, ys[$k] > vec4f(0.0));
    //! end
    //! else
    dz$k = select(vec4f(0.0), dz$k, value$k * statistic.z + statistic.w > vec4f(0.0));
    //! end
    //! end
    sum$k += dz$k;
    products$k += dz$k * (value$k - statistic.x);
    //! end
    //! if RESIDUAL
    residual_gradient[i] = array(
      //! for k in 0..WIDE
      dz$k * live$k,
      //! end
    );
    //! end
  }
  //! for k in 0..WIDE
  partials[id * $WIDEu + $ku] =
    vec2f(live_sum(sum$k, live$k), live_sum(products$k, live$k) * statistic.y);
  //! end
}
