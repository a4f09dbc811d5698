// The order of |x| as an order of integers: without its sign, an IEEE 754 number sorts by its
// bits. −0 equals 0, infinity is above every number, and all NaNs are one value above
// infinity. Values are bound as u32, so that no device flushes small ones to zero on the way.

const NAN_KEY = 0x7f800001u;

fn magnitude(bits: vec4u) -> vec4u {
  return min(bits & vec4u(0x7fffffffu), vec4u(NAN_KEY));
}
