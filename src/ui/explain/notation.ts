/**
 * Formulas as one line of text each, read into the tree of a MathML expression: `R_{i,j}`, `x^2`, `frac{a}{b}`,
 * `tilde{L}`, `hat{y}`, `∑_{j<n}`, `|x|`, `(a + b)`,
 * `set{0, 1}`, `"words"`. Letters in a row are one name. Braces group and are
 * not seen; round and square brackets, floors and bars are.
 */

export type Token = 'mi' | 'mn' | 'mo' | 'mtext';
export type Group =
  'mrow' | 'msub' | 'msup' | 'msubsup' | 'munder' | 'munderover' | 'mfrac' | 'msqrt' | 'mover';

export type MathNode =
  | { readonly tag: Token; readonly text: string }
  | { readonly tag: Group; readonly children: readonly MathNode[] };

const TOKENS = /\s+|"[^"]*"|\d+(?:[.,]\d+)?|[∂∇∞∅…]|\p{L}\p{M}*(?:[\p{L}\p{N}]\p{M}*)*|./gu;
const CLOSING: Readonly<Record<string, string>> = {
  '{': '}',
  '(': ')',
  '[': ']',
  '⌊': '⌋',
  '|': '|',
  '‖': '‖',
};
const ACCENTS: Readonly<Record<string, string>> = { tilde: '~', hat: '^', bar: '¯' };
/** What limits are written under, not beside. */
const WITH_LIMITS = /^(?:∑|max|min|mean|argmax)$/u;
/** What stands a little apart from its argument where there are no brackets. */
const FUNCTIONS = /^(?:log|cos|max|min|mean|argmax)$/u;
const THIN_SPACE: MathNode = { tag: 'mtext', text: '\u2009' };

/** Reads a formula. Throws `SyntaxError` where a group is not closed or a script has nothing to stand on. */
export function parseFormula(text: string): MathNode {
  const tokens = (text.match(TOKENS) ?? []).filter((token) => token.trim() !== '');
  let at = 0;
  const fail = (why: string): never => {
    throw new SyntaxError(`“${text}”: ${why}`);
  };
  const row = (children: readonly MathNode[]): MathNode =>
    children.length === 1 ? children[0]! : { tag: 'mrow', children };

  const until = (end: string | null): MathNode[] => {
    const nodes: MathNode[] = [];
    for (;;) {
      const token = tokens[at];
      if (token === undefined) return end === null ? nodes : fail(`${end} is missing`);
      if (token === end) {
        at++;
        return nodes;
      }
      nodes.push(scripted());
      if (FUNCTIONS.test(token) && at < tokens.length && !/[(),]/u.test(tokens[at]!)) {
        nodes.push(THIN_SPACE);
      }
    }
  };
  const braced = (): MathNode => {
    if (tokens[at++] !== '{') fail('{ is missing');
    return row(until('}'));
  };
  const scripted = (): MathNode => {
    const word = tokens[at]!;
    const base = atom();
    let [below, above]: (MathNode | null)[] = [null, null];
    for (;;) {
      if (tokens[at] === '_' && !below) below = (at++, atom());
      else if (tokens[at] === '^' && !above) above = (at++, atom());
      else break;
    }
    const limits = WITH_LIMITS.test(word);
    if (below && above)
      return { tag: limits ? 'munderover' : 'msubsup', children: [base, below, above] };
    if (below) return { tag: limits ? 'munder' : 'msub', children: [base, below] };
    return above ? { tag: 'msup', children: [base, above] } : base;
  };
  const atom = (): MathNode => {
    const token = tokens[at++];
    if (token === undefined || token === '_' || token === '^') return fail('a script stands alone');
    if (token === '{') return row(until('}'));
    const close = CLOSING[token];
    if (close !== undefined) {
      const inside = row(until(close));
      const fence = (sign: string): MathNode => ({ tag: 'mo', text: sign });
      return { tag: 'mrow', children: [fence(token), inside, fence(close)] };
    }
    if (token === 'frac') return { tag: 'mfrac', children: [braced(), braced()] };
    if (token === 'set') {
      const brace = (sign: string): MathNode => ({ tag: 'mo', text: sign });
      return { tag: 'mrow', children: [brace('{'), braced(), brace('}')] };
    }
    if (token === 'sqrt') return { tag: 'msqrt', children: [braced()] };
    const accent = ACCENTS[token];
    if (accent !== undefined) {
      return { tag: 'mover', children: [braced(), { tag: 'mo', text: accent }] };
    }
    if (token.startsWith('"')) {
      // Ordinary spaces at its ends would be dropped.
      return { tag: 'mtext', text: token.slice(1, -1).replace(/^ +| +$/gu, '\u00a0') };
    }
    if (/^\d/u.test(token)) return { tag: 'mn', text: token };
    return { tag: /^[\p{L}∂∇∞∅…]/u.test(token) ? 'mi' : 'mo', text: token };
  };
  return row(until(null));
}
