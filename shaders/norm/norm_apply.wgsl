// y = γ·(x − mean)/σ + β as scale·x + shift, then optionally + residual, then optionally ReLU, over
// [C][P][N] with the statistics of each row's group, or in evaluation (RUNNING) with the running
// mean and variance for all. Padded rows come out finite.
// An invocation takes WIDE batch vectors over `run` pixels, so that channel and group are looked up
// once; neighbouring lanes hold neighbouring vectors. WIDE divides batch4 and what the groups start
// at.
// X_HALF, Y_HALF, RESIDUAL_HALF: values as pairs of halves. Writes: y. Workgroup 64. Base profile.
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
  //! if RUNNING
  // In vec2s.
  running_at: u32,
  // In floats.
  gamma_at: u32,
  beta_at: u32,
  epsilon: f32,
  //! end
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<uniform> step: Step;
//! if X_HALF
@group(0) @binding(2) var<storage, read> x: array<array<vec2u, $WIDE>>;
//! else
@group(0) @binding(2) var<storage, read> x: array<array<vec4f, $WIDE>>;
//! end
//! if RUNNING
@group(0) @binding(3) var<storage, read> running: array<vec2f>;
@group(0) @binding(6) var<storage, read> parameters: array<f32>;
//! else
@group(0) @binding(3) var<storage, read> statistics: array<vec4f>;
//! end
//! if Y_HALF
@group(0) @binding(4) var<storage, read_write> y: array<array<vec2u, $WIDE>>;
//! else
@group(0) @binding(4) var<storage, read_write> y: array<array<vec4f, $WIDE>>;
//! end
//! if RESIDUAL
//! if RESIDUAL_HALF
@group(0) @binding(5) var<storage, read> residual: array<array<vec2u, $WIDE>>;
//! else
@group(0) @binding(5) var<storage, read> residual: array<array<vec4f, $WIDE>>;
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
  //! if RUNNING
  let average = running[p.running_at + c];
  let scale = parameters[p.gamma_at + c] / sqrt(average.y + p.epsilon);
  let shift = parameters[p.beta_at + c] - average.x * scale;
  //! else
  let statistic = statistics[c * p.groups + group_of(n4, p.groups)];
  let scale = statistic.z;
  let shift = statistic.w;
  //! end
  let plane = c * p.pixels * lanes;
  let end = plane + min((split + 1u) * p.run, p.pixels) * lanes;
  for (var i = plane + split * p.run * lanes + id % lanes; i < end; i += lanes) {
    let xs = x[i];
    //! if RESIDUAL
    let residuals = residual[i];
    //! end
    //! for k in 0..WIDE
    //! if X_HALF
    var value$k = unpack_rows(xs[$k]) * scale + shift;
    //! else
    var value$k = xs[$k] * scale + shift;
    //! end
    //! if RESIDUAL
    //! if RESIDUAL_HALF
    value$k += unpack_rows(residuals[$k]);
    //! else
    value$k += residuals[$k];
    //! end
    //! end
    //! if RELU
    value$k = max(value$k, vec4f(0.0));
    //! end
    //! end
    y[i] = array(
      //! for k in 0..WIDE
      //! if Y_HALF
      pack_rows(value$k),
      //! else
      value$k,
      //! end
      //! end
    );
  }
}
