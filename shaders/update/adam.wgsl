// Adam (Kingma and Ba, 2015) over the whole parameter arena in one dispatch, as PyTorch's: weight
// decay is added to the gradient, β₁ = .9, β₂ = .999, ε = 1e−8 beside the bias-corrected root.
// With MASKED only live weights move, and their moments with them: `live` has a bit a float. With
// GROUP one range of the arena, at a rate and decay of its own.
// Writes: parameters, first and second moment. Workgroup 64. Base profile.
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

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> gradients: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> parameters: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> first_moment: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> second_moment: array<vec4f>;
//! if MASKED
@group(0) @binding(6) var<storage, read> live: array<u32>;
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
    let g = gradients[i] + decay * w;
    var m = BETA1 * first_moment[i] + (1.0 - BETA1) * g;
    var v = BETA2 * second_moment[i] + (1.0 - BETA2) * g * g;
    var moved = w - rate * (m / step.correction1) / (sqrt(v / step.correction2) + EPSILON);
    //! if MASKED
    m = select(first_moment[i], m, moves);
    v = select(second_moment[i], v, moves);
    moved = select(w, moved, moves);
    //! end
    first_moment[i] = m;
    second_moment[i] = v;
    parameters[i] = moved;
  }
}
