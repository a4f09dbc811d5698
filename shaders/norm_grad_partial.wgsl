// Batch-norm gradient, first half: per channel, split and batch vector the sums of dz and dz·x̂
// over `run` pixels of the live rows, where dz is the incoming gradient (0 where a fused ReLU was
// off) and x̂ = (x − mean)/σ. Whether the ReLU was on is asked of scale·x + shift, which saves
// reading y; with a residual it takes y.
// Invocations as in `norm_partial`. X_HALF, Y_HALF: values as pairs of halves. Writes: partials
// [C][S][N/4] of (Σ dz, Σ dz·x̂). Workgroup 64, no barrier. Base profile.
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
@group(0) @binding(3) var<storage, read> statistics: array<vec4f>;
@group(0) @binding(4) var<storage, read> gradient: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> partials: array<vec2f>;
//! if RELU
//! if RESIDUAL
//! if Y_HALF
@group(0) @binding(6) var<storage, read> y: array<vec2u>;
//! else
@group(0) @binding(6) var<storage, read> y: array<vec4f>;
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
  let statistic = statistics[c * p.groups + g];
  let plane = c * p.pixels * batch4;
  let end = plane + min((split + 1u) * p.run, p.pixels) * batch4;
  var sum = vec4f();
  var products = vec4f();
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
    dz = select(vec4f(0.0), dz, value * statistic.z + statistic.w > vec4f(0.0));
    //! end
    //! end
    sum += dz;
    products += dz * (value - statistic.x);
  }
  let live = live_rows(step.groups[g], n4);
  partials[id] = vec2f(live_sum(sum, live), live_sum(products, live) * statistic.y);
}
