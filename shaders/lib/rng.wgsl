// The counter-based hash of src/gpu/rng.ts, line for line: pcg3d of Jarzynski and Olano, *Hash
// Functions for GPU Rendering*, JCGT 9(3), 2020; its first word.

const STREAM_AUGMENT = 5u;

fn hash_u32(seed: u32, stream: u32, counter: u32) -> u32 {
  var v = vec3u(seed, stream, counter) * 1664525u + 1013904223u;
  v.x += v.y * v.z;
  v.y += v.z * v.x;
  v.z += v.x * v.y;
  v ^= v >> vec3u(16u);
  v.x += v.y * v.z;
  return v.x;
}

// Uniform over 0 … n−1 for n ≤ 65536.
fn hash_below(seed: u32, stream: u32, counter: u32, n: u32) -> u32 {
  return ((hash_u32(seed, stream, counter) >> 16u) * n) >> 16u;
}
