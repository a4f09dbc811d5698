/**
 * Every explanation against the rules of the house: something explains each strategy, dynamic and layout, texts keep to
 * their length, links lead somewhere, what is cited is cited by the engine's own headers, and every letter of a
 * formula is listed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { STRATEGIES } from '../../../src/continual/strategies/registry.ts';
import { DEFAULTS, LAYOUTS, type Config } from '../../../src/lab/config/config.ts';
import { newRecording } from '../../../src/lab/recording/recording.ts';
import { DYNAMICS } from '../../../src/sparse/dynamics/registry.ts';
import { VIEWS } from '../../../src/ui/app/views.ts';
import { parseFormula, type MathNode } from '../../../src/ui/explain/notation.ts';
import { anchorOf, linkedTerms, plainText } from '../../../src/ui/explain/prose.ts';
import { ENTRIES } from '../../../src/ui/explain/glossary-entries.ts';
import { EXPLANATIONS, explanationsFor } from '../../../src/ui/explain/registry.ts';

const ROOT = join(import.meta.dirname, '../../..');
const namesFor = (view: Parameters<typeof explanationsFor>[0], set: Partial<Config>) =>
  explanationsFor(view, { ...DEFAULTS, ...set }).map(({ name }) => name);

describe('what is explained', () => {
  it.each(Object.keys(STRATEGIES) as Config['strategy'][])('the strategy %s', (strategy) => {
    const others = Object.keys(STRATEGIES).filter((name) => name !== strategy);
    for (const view of ['loss', 'forgetting'] as const) {
      const names = namesFor(view, { strategy });
      expect(names).toContain(strategy);
      for (const other of others) expect(names).not.toContain(other);
    }
  });

  it.each(Object.keys(DYNAMICS) as Config['dynamic'][])('the dynamic %s', (dynamic) => {
    const names = namesFor('masks', { layout: 'block', sparsity: 0.75, dynamic });
    expect(names.filter((name) => Object.hasOwn(DYNAMICS, name))).toEqual([dynamic]);
    expect(namesFor('masks', { dynamic })).not.toContain(dynamic);
  });

  it.each(LAYOUTS)('the layout %s', (layout) => {
    for (const view of ['masks', 'ledger'] as const) {
      const names = namesFor(view, { layout });
      expect(names.filter((name) => LAYOUTS.some((other) => other === name))).toEqual([layout]);
    }
  });

  it.each(['split', 'permuted', 'rotated'] as const)('the stream %s', (stream) => {
    const names = namesFor('data', { stream });
    expect(names.filter((name) => name.endsWith('-stream'))).toEqual([`${stream}-stream`]);
  });

  it('what else is switched on, and nothing that is not', () => {
    const sparse = { layout: 'block', sparsity: 0.75 } as const;
    expect(namesFor('masks', sparse)).toContain('uniform');
    expect(namesFor('masks', { ...sparse, budget: 'erk' })).toContain('erk');
    const dgm = { ...sparse, gradientSparsity: 0.8 };
    expect(namesFor('masks', dgm)).toContain('dgm');
    expect(namesFor('masks', { ...dgm, gradientScore: 'last-gradient' })).toContain('dgm-release');
    expect(namesFor('masks', sparse).filter((name) => name.startsWith('dgm'))).toEqual([]);
    expect(namesFor('data', { removal: 0.3 })).toContain('ddr');
    expect(namesFor('data', {})).not.toContain('ddr');
    expect(namesFor('forgetting', { emaDecay: 0.99 })).toContain('ema');
    expect(namesFor('forgetting', {})).not.toContain('ema');
    expect(namesFor('loss', { maskedHead: true })).toContain('masked-head');
    expect(namesFor('loss', {})).not.toContain('masked-head');
    expect(namesFor('forgetting', {})).toEqual(
      expect.arrayContaining(['forgetting', 'backward-transfer', 'scenarios']),
    );
    expect(namesFor('forgetting', { strategy: 'joint' })).not.toContain('forgetting');
    expect(namesFor('ledger', {})).toEqual(
      expect.arrayContaining(['flops-counted', 'flops-published', 'bytes']),
    );
    // Who fills a buffer step by step, A-GEM at task ends, and who chooses what to keep.
    expect(namesFor('data', { strategy: 'er' })).toContain('reservoir');
    expect(namesFor('data', { strategy: 'agem' })).toContain('reservoir');
    for (const strategy of ['gdumb', 'icarl', 'fdr'] as const) {
      expect(namesFor('data', { strategy })).not.toContain('reservoir');
      expect(namesFor('data', { strategy })).toContain(strategy);
    }
    expect(namesFor('data', { strategy: 'finetune' })).not.toContain('reservoir');
  });
});

const wordsOf = (text: string): number =>
  plainText(text)
    .split(/\s+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

/** The engine's headers with their line breaks taken out. */
const HEADERS = ['continual', 'sparse']
  .flatMap((folder) => {
    const files = readdirSync(join(ROOT, 'src', folder), { recursive: true, encoding: 'utf8' });
    return files
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(ROOT, 'src', folder, file), 'utf8'));
  })
  .map((text) => text.replace(/\s*\n\s*\*?\s*/gu, ' ').toLowerCase());

/** What is a function or a constant of the language of formulas, or runs over things. */
const UNDERSTOOD =
  /^(?:CE|BCE|MSE|KL|H|max|min|mean|argmax|round|clamp|log|cos|softmax|π|e|σ|i|j|k|o|ℓ|f|x|y|…|∂|∇|∞)$/u;

function letters(node: MathNode): string[] {
  if ('text' in node) return node.tag === 'mi' ? [node.text] : [];
  return node.children.flatMap(letters);
}

describe.each(EXPLANATIONS)('$name', (explanation) => {
  const { name, body, formula, citations, symbols, title, views, letters: plain } = explanation;
  const config: Config = { ...DEFAULTS, layout: name === 'dense' ? 'dense' : 'block' };
  const listed = symbols(newRecording(config, null), 0);

  it('has 60 to 120 words, and an own name', () => {
    expect(wordsOf(body)).toBeGreaterThanOrEqual(60);
    expect(wordsOf(body)).toBeLessThanOrEqual(120);
    expect(EXPLANATIONS.filter((other) => other.name === name)).toHaveLength(1);
    expect(title).not.toBe('');
    expect(views).not.toHaveLength(0);
    for (const view of views) expect(VIEWS.map((each) => each.name)).toContain(view);
  });

  it('links to words that the glossary has', () => {
    const anchors = ENTRIES.map(({ term }) => anchorOf(term));
    for (const term of linkedTerms(body)) expect(anchors).toContain(anchorOf(term));
  });

  it('lists every letter of its formula, and says nothing before there is a run', () => {
    const all = [...listed.map(({ sign }) => sign), ...(plain ?? []).map(([sign]) => sign)];
    const signs = all.flatMap((sign) => letters(parseFormula(sign)));
    const used = formula.flatMap((line) => letters(parseFormula(line)));
    for (const letter of used.filter((each) => !UNDERSTOOD.test(each))) {
      expect(signs, letter).toContain(letter);
    }
    for (const { value, means } of listed) {
      expect(value, means).not.toMatch(/NaN|undefined|null|Infinity/u);
      expect(value).not.toBe('');
    }
  });

  it('cites what the engine cites', () => {
    for (const { authors, title: work, year, venue } of citations) {
      const found = HEADERS.filter((text) => text.includes(work.toLowerCase()));
      expect(found, work).not.toHaveLength(0);
      const near = found.map((text) => {
        const at = text.indexOf(work.toLowerCase());
        return text.slice(Math.max(0, at - 200), at + work.length + 80);
      });
      const holds = (part: string) => near.some((text) => text.includes(part.toLowerCase()));
      expect(holds(String(year)), `${work}: ${year}`).toBe(true);
      expect(holds(authors.split(/[ ,]/u)[0]!), `${work}: ${authors}`).toBe(true);
      if (venue !== undefined)
        expect(holds(venue.split(/[ ,;(]/u)[0]!), `${work}: ${venue}`).toBe(true);
    }
  });
});
