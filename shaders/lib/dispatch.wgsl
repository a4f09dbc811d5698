// Where an invocation stands in its whole dispatch. Every `Params` opens with `first_workgroup`, so
// a dispatch that would run too long for one submit can be cut into ranges of workgroups that know
// their place; the second grid dimension carries what exceeds WebGPU's 65535 workgroups a
// dimension.

const GRID_WIDTH = 65535u;

fn workgroup_index(id: vec3u, first: u32) -> u32 {
  return first + id.y * GRID_WIDTH + id.x;
}
