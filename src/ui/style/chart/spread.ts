/** Places labels at the ends of curves: as near to their curves as they can be without overlapping. */

/**
 * Moves positions apart until neighbours keep a distance of `gap` and all lie in [least, most], each as near to
 * where it was as its neighbours let it; in the order given. Too many for the room: evenly spread over it.
 */
export function spread(
  positions: readonly number[],
  gap: number,
  least: number,
  most: number,
): readonly number[] {
  const order = [...positions.keys()].sort((a, b) => positions[a]! - positions[b]! || a - b);
  const room = Math.min(gap, (most - least) / Math.max(1, positions.length - 1));
  // Neighbours that push one another become a block, which stands where the mean of its members wants it.
  const blocks: { first: number; count: number; sum: number }[] = [];
  const top = ({ count, sum }: { readonly count: number; readonly sum: number }): number =>
    Math.min(most - (count - 1) * room, Math.max(least, sum / count - ((count - 1) * room) / 2));
  for (const [i, index] of order.entries()) {
    let block = { first: i, count: 1, sum: positions[index]! };
    for (let above = blocks.at(-1); above; above = blocks.at(-1)) {
      if (top(above) + above.count * room <= top(block)) break;
      blocks.pop();
      block = {
        first: above.first,
        count: above.count + block.count,
        sum: above.sum + block.sum,
      };
    }
    blocks.push(block);
  }
  const placed = [...positions];
  for (const block of blocks) {
    for (let k = 0; k < block.count; k++) {
      placed[order[block.first + k]!] = top(block) + k * room;
    }
  }
  return placed;
}
