/**
 * Which images stand for a class: Welling, *Herding Dynamical Weights to Learn*, ICML 2009, as Rebuffi et al.
 * (*iCaRL*, CVPR 2017, algorithm 4) choose exemplars. They are chosen one after another, such that the mean of those
 * chosen so far is as near the class's mean as it can be. So the first n of the order are the choice of n.
 */

/**
 * Indices of up to `count` of the `features`, in the order of choice; the first of equals. All vectors have
 * the same length.
 */
export function herd(features: readonly Float32Array[], count: number): number[] {
  const length = features[0]?.length ?? 0;
  const mean = new Float64Array(length);
  for (const vector of features) {
    for (let c = 0; c < length; c++) mean[c]! += vector[c]! / features.length;
  }
  const sum = new Float64Array(length);
  const free = new Set(features.keys());
  const chosen: number[] = [];
  while (chosen.length < count && free.size > 0) {
    let nearest = -1;
    let least = Infinity;
    for (const i of free) {
      const vector = features[i]!;
      let squares = 0;
      for (let c = 0; c < length; c++) {
        squares += (mean[c]! - (sum[c]! + vector[c]!) / (chosen.length + 1)) ** 2;
      }
      if (squares < least || nearest < 0) {
        nearest = i;
        least = squares;
      }
    }
    free.delete(nearest);
    chosen.push(nearest);
    for (let c = 0; c < length; c++) sum[c]! += features[nearest]![c]!;
  }
  return chosen;
}
