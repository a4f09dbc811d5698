// Stochastic gradient descent over the whole parameter arena in one dispatch, as PyTorch's SGD:
//   g ← g + λ·w,   v ← μ·v + g (with momentum),   w ← w − η·(v or g)
// With MASKED only live weights move, and their velocity with them: `live` has a bit a float. With
// GROUP one range of the arena, at a rate and decay of its own.
// Writes: parameters, velocity. Workgroup 64. Base profile.
//! use dispatch
//! use spans
//! use live
//! use step

struct Params {
  first_workgroup: u32,
  // In vec4s.
  length: u32,
  //! if GROUP
  // Where the group begins, and its factors of the step's rate and weight decay.
  first: u32,
  rate: f32,
  decay: f32,
  //! end
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> parameters: array<vec4f>;
//! if MOMENTUM
@group(0) @binding(4) var<storage, read_write> velocity: array<vec4f>;
//! end
//! if MASKED
@group(0) @binding(5) var<storage, read> live: array<u32>;
//! end

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let workgroup = workgroup_index(wid, p.first_workgroup);
  //! if GROUP
  let first = p.first;
  let rate = p.rate * step.rate;
  let decay = p.decay * step.weight_decay;
  //! else
  let first = 0u;
  let rate = step.rate;
  let decay = step.weight_decay;
  //! end
  let end = first + span_end(workgroup, p.length);
  for (var i = first + span_first(workgroup, lane); i < end; i += 64u) {
    //! if MASKED
    let moves = live_of(live[i / 8u], i);
    if (!any(moves)) {
      continue;
    }
    //! end
    let w = parameters[i];
    var g = gradients[i] + decay * w;
    //! if MOMENTUM
    let before = velocity[i];
    g += step.momentum * before;
    //! if MASKED
    g = select(before, g, moves);
    //! end
    velocity[i] = g;
    //! end
    //! if MASKED
    g = select(vec4f(0.0), g, moves);
    //! end
    parameters[i] = w - rate * g;
  }
}
