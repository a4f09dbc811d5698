// The one loss: every row pays what its record says, and the step's loss is the sum over rows of
//   crossEntropy · CE(logits, label), over all outputs or, masked, over the current task's
// + mse · mean_k (logit_k − stored_k)²
// + kl · T² · KL(softmax(stored/T) ‖ softmax(logits/T))
// Masked outputs are left out of the softmax by selection, never by adding −∞, so they get an exact
// 0. Logits and gradient are [K][N]. Also says whether the arg-max over all outputs, and over the
// current task's alone, is the label.
// One row an invocation. Writes: gradient [K][N], row_loss [N] of (loss, right, right within the
// task, live). Workgroup 64. Base profile.
//! use dispatch
//! use step
//! use rows

struct Params {
  first_workgroup: u32,
  rows: u32,
  first_row: u32,
  all_rows: u32,
  classes: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> rows: array<u32>;
@group(0) @binding(3) var<storage, read> logits: array<f32>;
@group(0) @binding(4) var<storage, read> stored_logits: array<f32>;
@group(0) @binding(5) var<storage, read_write> gradient: array<f32>;
@group(0) @binding(6) var<storage, read_write> row_loss: array<vec4f>;

fn in_task(k: u32) -> bool {
  return k >= step.task_first && k < step.task_first + step.task_count;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) wid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = workgroup_index(wid, p.first_workgroup) * 64u + lane;
  if (row >= p.rows) {
    return;
  }
  if (record(ROW_SOURCE, row) == SOURCE_NONE) {
    for (var k = 0u; k < p.classes; k++) {
      gradient[k * p.rows + row] = 0.0;
    }
    row_loss[row] = vec4f();
    return;
  }
  let label = record(ROW_LABEL, row);
  let masked = record(ROW_CLASS_MASK, row) == 1u;
  let cross_entropy = bitcast<f32>(record(ROW_CROSS_ENTROPY, row));
  let mse = bitcast<f32>(record(ROW_MSE, row));
  let kl = bitcast<f32>(record(ROW_KL, row));
  let temperature = bitcast<f32>(record(ROW_TEMPERATURE, row));
  let slot = record(ROW_LOGIT_SLOT, row);
  let distils = slot != NO_SLOT && kl != 0.0;

  // First pass: arg-maxima, and the maxima that keep the exponentials in range.
  var best = 0u;
  var best_in_task = step.task_first;
  var largest = logits[row];
  var largest_in_task = logits[step.task_first * p.rows + row];
  var largest_stored = 0.0;
  if (distils) {
    largest_stored = stored_logits[slot * p.classes];
  }
  for (var k = 1u; k < p.classes; k++) {
    let logit = logits[k * p.rows + row];
    if (logit > largest) {
      largest = logit;
      best = k;
    }
    if (in_task(k) && logit > largest_in_task) {
      largest_in_task = logit;
      best_in_task = k;
    }
    if (distils) {
      largest_stored = max(largest_stored, stored_logits[slot * p.classes + k]);
    }
  }

  // Second pass: the partition sums.
  let highest = select(largest, largest_in_task, masked);
  var sum = 0.0;
  var sum_soft = 0.0;
  var sum_stored = 0.0;
  for (var k = 0u; k < p.classes; k++) {
    let logit = logits[k * p.rows + row];
    if (!masked || in_task(k)) {
      sum += exp(logit - highest);
    }
    if (distils) {
      sum_soft += exp((logit - largest) / temperature);
      sum_stored += exp((stored_logits[slot * p.classes + k] - largest_stored) / temperature);
    }
  }

  // Third pass: gradient and the sums over classes.
  let log_sum = log(sum) + highest;
  var loss = 0.0;
  if (cross_entropy != 0.0) {
    loss = cross_entropy * (log_sum - logits[label * p.rows + row]);
  }
  for (var k = 0u; k < p.classes; k++) {
    let logit = logits[k * p.rows + row];
    var slope = 0.0;
    if (cross_entropy != 0.0 && (!masked || in_task(k))) {
      slope = cross_entropy * (exp(logit - log_sum) - select(0.0, 1.0, k == label));
    }
    if (slot != NO_SLOT) {
      let stored = stored_logits[slot * p.classes + k];
      let difference = logit - stored;
      loss += mse * difference * difference / f32(p.classes);
      slope += mse * 2.0 * difference / f32(p.classes);
      if (distils) {
        let log_q = (logit - largest) / temperature - log(sum_soft);
        let log_p = (stored - largest_stored) / temperature - log(sum_stored);
        let probability = exp(log_p);
        loss += kl * temperature * temperature * probability * (log_p - log_q);
        slope += kl * temperature * (exp(log_q) - probability);
      }
    }
    gradient[k * p.rows + row] = slope;
  }
  row_loss[row] = vec4f(loss, f32(best == label), f32(best_in_task == label), 1.0);
}
