// The sparse layers of a net whose gradients are chosen by units (a slot of blocks, a kernel of a
// pattern, a single entry), a record a layer in the order of src/sparse/select/gradient-slots.ts,
// which is that of the arena. A kernel that uses this binds `layers`.

struct UnitLayer {
  // First score, in floats.
  score_at: u32,
  // Units that are stored, and floats of each.
  places: u32,
  floats: u32,
  // First float in the parameter arena, a multiple of 32.
  arena_at: u32,
  // First word in the bitmap of chosen units.
  word_at: u32,
}
