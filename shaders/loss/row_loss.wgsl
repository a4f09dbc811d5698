// The one loss: every row pays what its record says, and the step's loss is the sum over rows of
//   crossEntropy · CE(logits, label), over the classes of its set
// + mse · mean_k (logit_k − stored_k)²
// + kl · T² · KL(softmax(stored/T) ‖ softmax(logits/T)), over the classes it is held at
// + distance · ‖softmax(logits/T) − softmax(stored/T)‖₂, over the same
// + binary · mean_k BCE(sigmoid(logit_k), y_k), over the classes of its set, where y_k is
//   sigmoid(stored_k) at the classes it is held at, if it has stored logits, and [k = label] else.
// Other classes are left out of a softmax by selection, never by adding −∞, so they get an exact 0.
// Logits and gradient are [K][N]. Also says whether the arg-max over all outputs, and over the
// current task's alone, is the label.
// One row an invocation. Writes: gradient [K][N], row_loss [N] of (loss, right, right within the
// task, live). Workgroup 64. Base profile.
//! use dispatch
//! use class_sets

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

const LOWEST = -3.4e38;

// Without an exponential that could overflow.
fn sigmoid(x: f32) -> f32 {
  let power = exp(-abs(x));
  return select(power, 1.0, x >= 0.0) / (1.0 + power);
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
  let class_set = record(ROW_CLASS_SET, row);
  let held_set = record(ROW_HELD_SET, row);
  let cross_entropy = bitcast<f32>(record(ROW_CROSS_ENTROPY, row));
  let mse = bitcast<f32>(record(ROW_MSE, row));
  let kl = bitcast<f32>(record(ROW_KL, row));
  let distance = bitcast<f32>(record(ROW_DISTANCE, row));
  let binary = bitcast<f32>(record(ROW_BINARY, row));
  let temperature = bitcast<f32>(record(ROW_TEMPERATURE, row));
  let slot = record(ROW_LOGIT_SLOT, row);
  let distils = slot != NO_SLOT && (kl != 0.0 || distance != 0.0);

  // First pass: arg-maxima, and the maxima that keep the exponentials in range.
  var best = 0u;
  var best_in_task = step.task_first;
  var largest = logits[row];
  var largest_in_task = logits[step.task_first * p.rows + row];
  var highest = LOWEST;
  var highest_held = LOWEST;
  var highest_stored = LOWEST;
  var members = 0.0;
  for (var k = 0u; k < p.classes; k++) {
    let logit = logits[k * p.rows + row];
    if (logit > largest) {
      largest = logit;
      best = k;
    }
    if (in_task(k) && logit > largest_in_task) {
      largest_in_task = logit;
      best_in_task = k;
    }
    if (in_set(class_set, k)) {
      highest = max(highest, logit);
      members += 1.0;
    }
    if (distils && in_set(held_set, k)) {
      highest_held = max(highest_held, logit);
      highest_stored = max(highest_stored, stored_logits[slot * p.classes + k]);
    }
  }

  // Second pass: the partition sums.
  var sum = 0.0;
  var sum_held = 0.0;
  var sum_stored = 0.0;
  for (var k = 0u; k < p.classes; k++) {
    let logit = logits[k * p.rows + row];
    if (in_set(class_set, k)) {
      sum += exp(logit - highest);
    }
    if (distils && in_set(held_set, k)) {
      sum_held += exp((logit - highest_held) / temperature);
      sum_stored += exp((stored_logits[slot * p.classes + k] - highest_stored) / temperature);
    }
  }

  // Of d = softmax(logits/T) − softmax(stored/T): its length, and Σ_k softmax(logits/T)_k · d_k.
  var squares = 0.0;
  var along = 0.0;
  if (distils && distance != 0.0) {
    for (var k = 0u; k < p.classes; k++) {
      if (in_set(held_set, k)) {
        let logit = logits[k * p.rows + row];
        let stored = stored_logits[slot * p.classes + k];
        let q = exp((logit - highest_held) / temperature) / sum_held;
        let difference = q - exp((stored - highest_stored) / temperature) / sum_stored;
        squares += difference * difference;
        along += q * difference;
      }
    }
  }
  let apart = sqrt(squares);

  // Last pass: gradient and the sums over classes.
  let log_sum = log(sum) + highest;
  var loss = 0.0;
  if (cross_entropy != 0.0) {
    loss = cross_entropy * (log_sum - logits[label * p.rows + row]);
  }
  loss += distance * apart;
  for (var k = 0u; k < p.classes; k++) {
    let logit = logits[k * p.rows + row];
    let chosen = in_set(class_set, k);
    let is_label = select(0.0, 1.0, k == label);
    var wanted = is_label;
    var slope = 0.0;
    if (cross_entropy != 0.0 && chosen) {
      slope = cross_entropy * (exp(logit - log_sum) - is_label);
    }
    if (slot != NO_SLOT) {
      let stored = stored_logits[slot * p.classes + k];
      if (mse != 0.0) {
        let difference = logit - stored;
        loss += mse * difference * difference / f32(p.classes);
        slope += mse * 2.0 * difference / f32(p.classes);
      }
      if (in_set(held_set, k)) {
        wanted = sigmoid(stored);
        if (kl != 0.0) {
          let log_q = (logit - highest_held) / temperature - log(sum_held);
          let log_p = (stored - highest_stored) / temperature - log(sum_stored);
          let probability = exp(log_p);
          loss += kl * temperature * temperature * probability * (log_p - log_q);
          slope += kl * temperature * (exp(log_q) - probability);
        }
        // At distance 0 there is no slope; the one from below and above cancel.
        if (distance != 0.0 && apart > 0.0) {
          let q = exp((logit - highest_held) / temperature) / sum_held;
          let difference = q - exp((stored - highest_stored) / temperature) / sum_stored;
          slope += distance * q * (difference - along) / (apart * temperature);
        }
      }
    }
    if (binary != 0.0 && chosen) {
      loss += binary / members * (max(logit, 0.0) - logit * wanted + log(1.0 + exp(-abs(logit))));
      slope += binary / members * (sigmoid(logit) - wanted);
    }
    gradient[k * p.rows + row] = slope;
  }
  row_loss[row] = vec4f(loss, f32(best == label), f32(best_in_task == label), 1.0);
}
