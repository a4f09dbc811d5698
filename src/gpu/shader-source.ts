/**
 * From a WGSL file to the text that is compiled. The files stay plain WGSL but for five line markers:
 *
 *     //! use NAME             the prelude lib/NAME.wgsl of any family, once, with what it uses itself
 *     //! for i in 0..TILE     repeats the lines up to its end with $i replaced: WGSL compilers do not
 *                              unroll loops over local arrays, which costs up to 7× (bounds: numbers or defines)
 *     //! if NAME              keeps the lines up to its end when the define NAME is not 0,
 *     //! else                 those up to here, and then the others instead
 *     //! end
 *
 * and $NAME for the value of a define. Directives (`enable f16;`) may stand under a condition: they are
 * brought to the top, where WGSL wants them.
 */

/** Values put into a shader before it is compiled: tile sizes and switches. */
export type Defines = Readonly<Record<string, number>>;

/** Preludes of all rooms, by `lib/NAME`, and the kernels that rooms have added, by `NAME`. */
const TEXTS = new Map<string, string>();

const DIRECTIVE = /^(enable|requires|diagnostic)\b.*;/;

/**
 * Adds a family of shaders: paths of files with their texts, as `import.meta.glob` gives them. A file in a folder
 * named `lib` is a prelude. Kernels are asked for by file name alone, so names are unique over all families; throws
 * on a second file of one name.
 */
export function addShaders(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    const name = /(?:lib\/)?[^/]+(?=\.wgsl$)/.exec(path)?.[0];
    if (name === undefined) throw new Error(`${path} is no shader`);
    const known = TEXTS.get(name);
    if (known !== undefined && known !== text)
      throw new Error(`there are two shaders ${name}.wgsl`);
    TEXTS.set(name, text);
  }
}

addShaders(
  import.meta.glob<string>('../../shaders/lib/*.wgsl', {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
);

/** The WGSL of kernel `name` with its preludes and `defines`. Throws on unknown names and markers. */
export function shaderSource(name: string, defines: Defines = {}): string {
  const used = new Set<string>();
  const preludes: string[] = [];
  const take = (text: string): string[] =>
    text.split('\n').filter((line) => {
      const prelude = /^\s*\/\/! use (\w+)\s*$/.exec(line)?.[1];
      if (prelude === undefined) return true;
      if (!used.has(prelude)) {
        used.add(prelude);
        preludes.push(take(file(`lib/${prelude}`)).join('\n'));
      }
      return false;
    });
  const body = expand(take(file(name)), defines, name);
  const lines = [...preludes.flatMap((prelude) => prelude.split('\n')), ...body];
  return [
    ...lines.filter((line) => DIRECTIVE.test(line)),
    ...lines.filter((line) => !DIRECTIVE.test(line)),
  ].join('\n');
}

/** A hash of the texts of these shaders: what was measured with other texts does not hold for them. */
export function shaderDigest(names: readonly string[]): string {
  // FNV-1a, 32 bits.
  let hash = 0x811c9dc5;
  for (const character of names.map(file).join()) {
    hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  }
  return (hash >>> 0).toString(16);
}

function file(name: string): string {
  const text = TEXTS.get(name);
  if (text === undefined) throw new Error(`no family that was added has a shader ${name}.wgsl`);
  return text;
}

function expand(lines: readonly string[], defines: Defines, name: string): string[] {
  const out: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const marker = /^\s*\/\/! (.*?)\s*$/.exec(line)?.[1];
    if (marker === undefined) {
      out.push(substitute(line, defines, name));
      continue;
    }
    const end = endOfBlock(lines, i, name);
    const block = lines.slice(i + 1, end);
    const loop = /^for (\w+) in (\w+)\.\.(\w+)$/.exec(marker);
    const condition = /^if (\w+)$/.exec(marker)?.[1];
    if (loop) {
      const [, index, first, last] = loop;
      for (let k = bound(first!, defines, name); k < bound(last!, defines, name); k++) {
        const unrolled = block.map((inner) => inner.replaceAll(`$${index!}`, String(k)));
        out.push(...expand(unrolled, defines, name));
      }
    } else if (condition !== undefined) {
      const otherwise = elseOfBlock(block);
      const kept =
        (defines[condition] ?? 0) !== 0 ? block.slice(0, otherwise) : block.slice(otherwise + 1);
      out.push(...expand(kept, defines, name));
    } else {
      throw new Error(`${name}.wgsl: unknown marker "${marker}"`);
    }
    i = end;
  }
  return out;
}

function endOfBlock(lines: readonly string[], start: number, name: string): number {
  let depth = 0;
  for (let i = start; i < lines.length; i++) {
    if (/^\s*\/\/! (for|if) /.test(lines[i]!)) depth++;
    else if (/^\s*\/\/! end\s*$/.test(lines[i]!) && --depth === 0) return i;
  }
  throw new Error(`${name}.wgsl: the block of line ${String(start + 1)} has no end`);
}

/** The line of the `else` that belongs to the block itself; its length where there is none. */
function elseOfBlock(block: readonly string[]): number {
  let depth = 0;
  for (let i = 0; i < block.length; i++) {
    if (/^\s*\/\/! (for|if) /.test(block[i]!)) depth++;
    else if (/^\s*\/\/! end\s*$/.test(block[i]!)) depth--;
    else if (depth === 0 && /^\s*\/\/! else\s*$/.test(block[i]!)) return i;
  }
  return block.length;
}

function bound(text: string, defines: Defines, name: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : defines[text];
  if (value === undefined) throw new Error(`${name}.wgsl needs a value for ${text}`);
  return value;
}

/** Replaces $NAME (capitals) by its define; what is left of a loop variable is an error of the file. */
function substitute(line: string, defines: Defines, name: string): string {
  if (!line.includes('$')) return line;
  return line.replaceAll(/\$([A-Z][A-Z0-9_]*)/g, (_, key: string) =>
    String(bound(key, defines, name)),
  );
}
