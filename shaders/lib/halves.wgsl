// Four batch rows stored as two pairs of halves: the vec2u of an activation that is kept in half
// precision. Rounds to the nearest half (11 bits); beyond 65504 the stored value is undefined.

fn unpack_rows(halves: vec2u) -> vec4f {
  return vec4f(unpack2x16float(halves.x), unpack2x16float(halves.y));
}

fn pack_rows(rows: vec4f) -> vec2u {
  return vec2u(pack2x16float(rows.xy), pack2x16float(rows.zw));
}
