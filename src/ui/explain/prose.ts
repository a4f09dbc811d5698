/**
 * Running text with links into the glossary: `[[batch]]` is a word that is explained there, `[[batch|batches]]` the
 * same under another form of it.
 */
import { html, type TemplateResult } from 'lit';

const LINK = /\[\[([^\]|]+)(?:\|([^\]]+))?\]\]/gu;

/** The anchor of a term: "replay buffer" → "replay-buffer". */
export const anchorOf = (term: string): string =>
  term
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^-|-$/gu, '');

/** The address of a term's entry on this page. */
export const addressOf = (term: string): string => `#glossary/${anchorOf(term)}`;

/** The text as a reader meets it. */
export const plainText = (text: string): string =>
  text.replace(LINK, (_, term: string, words?: string) => words ?? term);

/** The terms that a text links to. */
export const linkedTerms = (text: string): string[] =>
  [...text.matchAll(LINK)].map(([, term = '']) => term);

export function prose(text: string): (string | TemplateResult)[] {
  const parts: (string | TemplateResult)[] = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const [whole, term = '', words = term] = match;
    parts.push(text.slice(end, match.index), html`<a href=${addressOf(term)}>${words}</a>`);
    end = match.index + whole.length;
  }
  return [...parts, text.slice(end)];
}
