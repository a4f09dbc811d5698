// Which batch-norm group a batch vector belongs to: groups are contiguous and padded to whole
// vectors.
//! use step

fn group_of(n4: u32, groups: u32) -> u32 {
  var g = 0u;
  while (g + 1u < groups && n4 * 4u >= step.groups[g + 1u].x) {
    g++;
  }
  return g;
}
