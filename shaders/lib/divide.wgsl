// Integer division by way of floats: no vector unit divides integers, and compilers for CPUs take
// the lanes apart for it. Exact for quotients below 2²²: the float's error is one at most there.

fn quotient(a: u32, d: u32) -> u32 {
  let near = u32(f32(a) / f32(d));
  let below = select(near, near - 1u, near * d > a);
  return select(below, below + 1u, a - below * d >= d);
}
