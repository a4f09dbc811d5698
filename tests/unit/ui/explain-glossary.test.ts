/** The glossary: in order, linked without a dead end, and found by what is typed. */
import { describe, expect, it } from 'vitest';
import { ENTRIES } from '../../../src/ui/explain/glossary-entries.ts';
import { matching } from '../../../src/ui/explain/lab-glossary.ts';
import { addressOf, anchorOf, linkedTerms, plainText } from '../../../src/ui/explain/prose.ts';

const ANCHORS = ENTRIES.map(({ term }) => anchorOf(term));

describe('entries', () => {
  it('are in the order of the alphabet, each once', () => {
    const sorted = ENTRIES.map(({ term }) => term.toLowerCase());
    expect(sorted).toEqual([...new Set(sorted)].sort((a, b) => (a < b ? -1 : 1)));
    expect(new Set(ANCHORS).size).toBe(ENTRIES.length);
  });

  it('have the words that a visitor meets', () => {
    const wanted =
      'task stream class-incremental task-incremental replay-buffer forgetting backward-transfer sparsity density block ' +
      'mask drop grow saliency top-k epoch step batch flop mac budget gradient momentum';
    expect(ANCHORS).toEqual(expect.arrayContaining(wanted.split(' ')));
  });

  it.each(ENTRIES)('$term: two or three sentences, links that lead elsewhere', ({ term, text }) => {
    const sentences = plainText(text).split(/(?<=[.])\s/u);
    expect(sentences.length).toBeLessThanOrEqual(3);
    expect(text).toMatch(/\.$/u);
    for (const linked of linkedTerms(text)) {
      expect(ANCHORS).toContain(anchorOf(linked));
      expect(anchorOf(linked)).not.toBe(anchorOf(term));
    }
  });
});

it('addresses are those of the page', () => {
  expect(addressOf('replay buffer')).toBe('#glossary/replay-buffer');
  expect(anchorOf('FLOP')).toBe('flop');
});

it('text is read without its marks', () => {
  expect(plainText('A [[stream]] of [[task|tasks]].')).toBe('A stream of tasks.');
});

it('finds by name first, then by text, whatever the case', () => {
  const terms = (sought: string) => matching(sought).map(({ term }) => term);
  expect(terms('')).toHaveLength(ENTRIES.length);
  expect(terms('  ')).toHaveLength(ENTRIES.length);
  expect(terms('FORG')[0]).toBe('forgetting');
  expect(terms('erdős')).toEqual(['ERK']);
  expect(terms('temperature softens')).toEqual(['temperature']);
  expect(terms('no such word')).toEqual([]);
});
