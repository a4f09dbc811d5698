/**
 * WGSL as `wgsl_reflect` can read it. The parser takes some names for keywords which WGSL leaves free, and
 * knows no comma behind the last argument; what is changed here changes no meaning.
 */

/** The same shader in words that the parser knows. */
export function parsable(code: string): string {
  return code
    .replace(/\/\/.*$/gm, '')
    .replace(/(?<!<)\b(block|workgroup)\b(?!>)/g, '$1_')
    .replace(/,(\s*\))/g, '$1');
}
