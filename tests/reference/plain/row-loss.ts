/**
 * The plain reference of the one loss of the project in float64: every row of a batch carries weights
 * for cross-entropy, mean squared error and distillation, so that a replay strategy is a table of
 * these. Divisors (the rows over which a term is averaged) are part of the weights.
 */

export interface RowLossTerms {
  /** Weight of the cross-entropy with the label, over the classes of `mask`. */
  readonly crossEntropy: number;
  /** Weight of the mean over all classes of (logit − target)². */
  readonly mse: number;
  /** Weight of T² · KL(softmax(target / T) ‖ softmax(logits / T)), over the classes of `held`. */
  readonly kl: number;
  /** T of the term above. */
  readonly temperature: number;
  /** Classes that the cross-entropy, the binary one and the prediction choose from; null: all of them. */
  readonly mask: readonly boolean[] | null;
  /** Weight of ‖softmax(logits / T) − softmax(target / T)‖₂, over the classes of `held`; 0 if left out. */
  readonly distance?: number;
  /**
   * Weight of the mean over the classes of `mask` of the binary cross-entropy of sigmoid(logit); 0 if left out.
   * It is with sigmoid(target) at the classes of `held`, and with the label at the others.
   */
  readonly binary?: number;
  /** Classes at which targets count for all terms but `mse`; all of them if left out. */
  readonly held?: readonly boolean[];
}

export interface RowLoss {
  /** [N], weighted */
  readonly loss: Float64Array;
  /** [N][classes], gradient of the sum of `loss` */
  readonly dlogits: Float64Array;
  /** [N], 1 where the largest logit within the mask (the first of equals) is the label's */
  readonly correct: Uint8Array;
}

/** Softmax over the classes that `allowed` admits; 0 elsewhere. Shifted by the largest logit, so that nothing overflows. */
function softmax(logits: readonly number[], allowed: (k: number) => boolean): number[] {
  const largest = Math.max(...logits.filter((_, k) => allowed(k)));
  const powers = logits.map((logit, k) => (allowed(k) ? Math.exp(logit - largest) : 0));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/**
 * Loss of logits [N][classes] with labels [N] and targets [N][classes]. A row whose weights are all
 * zero is padding: loss, gradient and `correct` are exactly zero whatever its logits are, NaN included;
 * a term of weight zero is not evaluated. Throws if a mask excludes the label of a row that needs it.
 */
export function rowLoss(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  targets: ArrayLike<number>,
  terms: readonly RowLossTerms[],
  classes: number,
): RowLoss {
  const loss = new Float64Array(terms.length);
  const dlogits = new Float64Array(terms.length * classes);
  const correct = new Uint8Array(terms.length);
  terms.forEach(({ distance = 0, binary = 0, held, ...given }, n) => {
    const { crossEntropy, mse, kl, temperature: t, mask } = given;
    if ([crossEntropy, mse, kl, distance, binary].every((weight) => weight === 0)) return;
    const row = Array.from({ length: classes }, (_, k) => logits[n * classes + k]!);
    const target = Array.from({ length: classes }, (_, k) => targets[n * classes + k]!);
    const label = labels[n]!;
    const allowed = (k: number) => mask?.[k] ?? true;
    const isHeld = (k: number) => held?.[k] ?? true;
    const add = (k: number, gradient: number) => {
      dlogits[n * classes + k]! += gradient;
    };
    if (crossEntropy !== 0) {
      if (!allowed(label)) {
        throw new RangeError(`row ${n}: label ${label} is masked out`);
      }
      const chosen = softmax(row, allowed);
      loss[n]! -= crossEntropy * Math.log(chosen[label]!);
      chosen.forEach((pk, k) => {
        add(k, crossEntropy * (pk - (k === label ? 1 : 0)));
      });
    }
    if (mse !== 0) {
      row.forEach((logit, k) => {
        const difference = logit - target[k]!;
        loss[n]! += (mse * difference ** 2) / classes;
        add(k, (2 * mse * difference) / classes);
      });
    }
    const q = softmax(
      row.map((v) => v / t),
      isHeld,
    );
    const p = softmax(
      target.map((v) => v / t),
      isHeld,
    );
    if (kl !== 0) {
      p.forEach((pk, k) => {
        if (pk > 0) loss[n]! += kl * t ** 2 * pk * Math.log(pk / q[k]!);
        add(k, kl * t * (q[k]! - pk));
      });
    }
    if (distance !== 0) {
      const apart = Math.hypot(...q.map((qk, k) => qk - p[k]!));
      loss[n]! += distance * apart;
      // ∂q_j / ∂z_k = q_j · ([j = k] − q_k) / T
      row.forEach((_, k) => {
        const slope = q.reduce(
          (sum, qj, j) => sum + (qj - p[j]!) * qj * ((j === k ? 1 : 0) - q[k]!),
          0,
        );
        if (apart > 0) add(k, (distance * slope) / (apart * t));
      });
    }
    if (binary !== 0) {
      const members = row.map((_, k) => k).filter(allowed);
      for (const k of members) {
        const y = isHeld(k) ? 1 / (1 + Math.exp(-target[k]!)) : k === label ? 1 : 0;
        const s = 1 / (1 + Math.exp(-row[k]!));
        const term = y * Math.log1p(Math.exp(-row[k]!)) + (1 - y) * Math.log1p(Math.exp(row[k]!));
        loss[n]! += (binary * term) / members.length;
        add(k, (binary * (s - y)) / members.length);
      }
    }
    const within = row.map((logit, k) => (allowed(k) ? logit : -Infinity));
    correct[n] = within.indexOf(Math.max(...within)) === label ? 1 : 0;
  });
  return { loss, dlogits, correct };
}
