/** Formulas as text, as a tree and as MathML: well-formed, with as many children as each element takes. */
import type { TemplateResult } from 'lit';
import { describe, expect, it } from 'vitest';
import { newRecording } from '../../../src/lab/recording/recording.ts';
import { DEFAULTS } from '../../../src/lab/config/config.ts';
import { formula } from '../../../src/ui/explain/mathml.ts';
import { parseFormula } from '../../../src/ui/explain/notation.ts';
import { EXPLANATIONS } from '../../../src/ui/explain/registry.ts';

/** The markup that a template stands for. */
function markup(value: unknown): string {
  if (Array.isArray(value)) return value.map(markup).join('');
  if (typeof value === 'object' && value !== null && 'strings' in value) {
    const { strings, values } = value as TemplateResult;
    return strings.map((text, i) => text + (i < values.length ? markup(values[i]) : '')).join('');
  }
  return String(value).replace(/&/gu, '&amp;').replace(/</gu, '&lt;');
}

interface Element {
  readonly tag: string;
  readonly children: Element[];
  text: string;
}

/** A strict reading of markup without self-closing tags. Throws where tags do not match. */
function read(text: string): Element {
  const top: Element = { tag: '', children: [], text: '' };
  const open = [top];
  for (const [, closes, tag, words] of text.matchAll(/<(\/?)([a-z]+)[^>]*>|([^<]+)/gu)) {
    const last = open.at(-1)!;
    if (words !== undefined) last.text += words;
    else if (closes === '/') {
      if (open.pop()?.tag !== tag) throw new Error(`</${tag}> does not close <${last.tag}>`);
    } else {
      const element = { tag: tag!, children: [], text: '' };
      last.children.push(element);
      open.push(element);
    }
  }
  if (open.length !== 1) throw new Error(`<${open.at(-1)!.tag}> is not closed`);
  return top.children[0]!;
}

/** Children that elements of MathML Core take; the others take any number. */
const CHILDREN: Readonly<Record<string, number>> = {
  ...{ msub: 2, msup: 2, munder: 2, mover: 2, mfrac: 2, msubsup: 3, munderover: 3 },
};
const TOKENS = ['mi', 'mn', 'mo', 'mtext'];
const GROUPS = ['math', 'mrow', 'msqrt', ...Object.keys(CHILDREN)];

function check({ tag, children, text }: Element): void {
  expect([...TOKENS, ...GROUPS]).toContain(tag);
  if (TOKENS.includes(tag)) {
    expect(children).toHaveLength(0);
    expect(text).not.toBe('');
    return;
  }
  expect(text.trim()).toBe('');
  if (CHILDREN[tag] !== undefined) expect(children).toHaveLength(CHILDREN[tag]);
  children.forEach(check);
}

describe('the notation', () => {
  const shown = (text: string) => markup(formula(text));

  it('reads scripts, fractions and groups', () => {
    expect(shown('x_i^2')).toBe('<math><msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup></math>');
    expect(shown('frac{1}{n − 1}')).toBe(
      '<math><mfrac><mn>1</mn><mrow><mi>n</mi><mo>−</mo><mn>1</mn></mrow></mfrac></math>',
    );
    expect(shown('|w|')).toBe('<math><mrow><mo>|</mo><mi>w</mi><mo>|</mo></mrow></math>');
    expect(shown('∑_{j<n} a')).toBe(
      '<math><mrow><munder><mo>∑</mo><mrow><mi>j</mi><mo>&lt;</mo><mi>n</mi></mrow></munder><mi>a</mi></mrow></math>',
    );
    expect(shown('tilde{L}')).toBe(
      '<math><mover accent="true"><mi>L</mi><mo>~</mo></mover></math>',
    );
    expect(shown('set{0, "one"}')).toBe(
      '<math><mrow><mo>{</mo><mrow><mn>0</mn><mo>,</mo><mtext>one</mtext></mrow><mo>}</mo></mrow></math>',
    );
  });

  it('tells what is wrong', () => {
    expect(() => parseFormula('frac{1}')).toThrow(/“frac\{1\}”: \{ is missing/u);
    expect(() => parseFormula('(a + b')).toThrow(/\) is missing/u);
    expect(() => parseFormula('_x')).toThrow(/stands alone/u);
  });
});

it.each(EXPLANATIONS)('the formula of $name is well-formed, and so are its symbols', (each) => {
  const { symbols, letters = [] } = each;
  const live = symbols(newRecording(DEFAULTS, null), 0).map(({ sign }) => sign);
  const signs = [...live, ...letters.map(([sign]) => sign)];
  expect(each.formula).not.toHaveLength(0);
  for (const text of [...each.formula, ...signs]) check(read(markup(formula(text, true))));
});
