// Products of all pairs of tokens, head by head: map[h][i][j] = scale · Σ_c a[h, c][i] · b[h, c][j],
// with a and b [channels][T][N], the channels of head h from h · width on, and maps [heads][T][T][N].
// Forward they are queries and keys, backward the output's gradient and the values. One vec4 of the
// batch an invocation. A_HALF, B_HALF: values as pairs of halves. Writes: map. Workgroup 64. Base
// profile.
//! use dispatch
//! use halves

struct Params {
  first_workgroup: u32,
  heads: u32,
  // Channels of a head.
  width: u32,
  tokens: u32,
  batch4: u32,
  // First channels.
  a_at: u32,
  b_at: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> p: Params;
//! if A_HALF
@group(0) @binding(1) var<storage, read> a: array<vec2u>;
//! else
@group(0) @binding(1) var<storage, read> a: array<vec4f>;
//! end
//! if B_HALF
@group(0) @binding(2) var<storage, read> b: array<vec2u>;
//! else
@group(0) @binding(2) var<storage, read> b: array<vec4f>;
//! end
@group(0) @binding(3) var<storage, read_write> map: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  let n = id % p.batch4;
  let j = (id / p.batch4) % p.tokens;
  let i = (id / (p.batch4 * p.tokens)) % p.tokens;
  let h = id / (p.batch4 * p.tokens * p.tokens);
  if (h >= p.heads) {
    return;
  }
  var sum = vec4f();
  for (var c = h * p.width; c < (h + 1u) * p.width; c++) {
    let left = ((p.a_at + c) * p.tokens + i) * p.batch4 + n;
    let right = ((p.b_at + c) * p.tokens + j) * p.batch4 + n;
    //! if A_HALF
    let l = unpack_rows(a[left]);
    //! else
    let l = a[left];
    //! end
    //! if B_HALF
    sum += l * unpack_rows(b[right]);
    //! else
    sum += l * b[right];
    //! end
  }
  map[id] = p.scale * sum;
}
