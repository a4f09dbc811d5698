// The scalars of one step, written by the CPU before each submit (src/nn/compile/step.ts has the
// same layout).

struct Step {
  seed: u32,
  step: u32,
  // Head outputs of the current task: first, and how many.
  task_first: u32,
  task_count: u32,
  rate: f32,
  momentum: f32,
  weight_decay: f32,
  // Adam's bias corrections 1 − β₁ᵗ and 1 − β₂ᵗ.
  correction1: f32,
  correction2: f32,
  // 1: crop and flip at random; 0: as they are.
  augment: u32,
  // Where this step's losses go in the history ring, or an evaluation's counts in the tally.
  slot: u32,
  pad: u32,
  // Per batch-norm group: first row, live rows (contiguous from the first), rows with padding.
  groups: array<vec4u, 4>,
}

// 1 for the live rows among the four of batch vector `n4`, 0 for the others, within group `g`.
fn live_rows(group: vec4u, n4: u32) -> vec4f {
  let row = vec4u(n4 * 4u) + vec4u(0u, 1u, 2u, 3u);
  return select(vec4f(0.0), vec4f(1.0), row < vec4u(group.x + group.y));
}
