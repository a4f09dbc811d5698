// Sums of tokens by a map, head by head: y[h, c][i] = scale · Σ_j map[h][i][j] · x[h, c][j], with x and
// y [channels][T][N], the channels of head h from h · width on, and maps [heads][T][T][N]. TRANSPOSED:
// by map[h][j][i]. ACCUMULATE: adds to what is there. Forward it makes the output of the values,
// backward the gradients of queries, keys and values. One vec4 of the batch an invocation. X_HALF,
// Y_HALF: values as pairs of halves. Writes: y. Workgroup 64. Base profile.
//! use dispatch
//! use halves

struct Params {
  first_workgroup: u32,
  // Channels of all heads, and of one.
  channels: u32,
  width: u32,
  tokens: u32,
  batch4: u32,
  // First channels.
  x_at: u32,
  y_at: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> map: array<vec4f>;
//! if X_HALF
@group(0) @binding(2) var<storage, read> x: array<vec2u>;
//! else
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
//! end
//! if Y_HALF
@group(0) @binding(3) var<storage, read_write> y: array<vec2u>;
//! else
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
//! end

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let n = id % p.batch4;
  let i = (id / p.batch4) % p.tokens;
  let c = id / (p.batch4 * p.tokens);
  if (c >= p.channels) {
    return;
  }
  let h = c / p.width;
  var sum = vec4f();
  for (var j = 0u; j < p.tokens; j++) {
    //! if TRANSPOSED
    let share = map[((h * p.tokens + j) * p.tokens + i) * p.batch4 + n];
    //! else
    let share = map[((h * p.tokens + i) * p.tokens + j) * p.batch4 + n];
    //! end
    let at = ((p.x_at + c) * p.tokens + j) * p.batch4 + n;
    //! if X_HALF
    sum += share * unpack_rows(x[at]);
    //! else
    sum += share * x[at];
    //! end
  }
  let to = ((p.y_at + c) * p.tokens + i) * p.batch4 + n;
  //! if Y_HALF
  y[to] = pack_rows(p.scale * sum);
  //! else
  //! if ACCUMULATE
  y[to] += p.scale * sum;
  //! else
  y[to] = p.scale * sum;
  //! end
  //! end
}
