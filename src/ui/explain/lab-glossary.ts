/**
 * The glossary page: the field's words in the order of the alphabet, with a field that narrows them down. Each has an
 * address of its own, `#glossary/replay-buffer`, to which the explanations and the other entries link.
 */
import { css, html, LitElement, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { sharedStyles } from '../style/shared-styles.ts';
import { ENTRIES, type Entry } from './glossary-entries.ts';
import { addressOf, anchorOf, plainText, prose } from './prose.ts';

@customElement('lab-glossary')
export class LabGlossary extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        max-width: 46rem;
      }

      @media (min-width: 75rem) {
        :host {
          max-width: none;
        }

        dl {
          columns: 2;
          column-gap: var(--space-12);
        }
      }

      .intro {
        margin-block: var(--space-2) var(--space-6);
      }

      .find {
        max-width: 24rem;
      }

      input[type='search'] {
        width: 100%;
        min-height: var(--target);
        margin-top: var(--space-1);
        padding: var(--space-2) var(--space-3);
        border: 1px solid var(--rule-strong);
        border-radius: var(--radius);
        background: var(--sheet);
        color: var(--ink);
      }

      .count {
        margin-block: var(--space-2) var(--space-4);
      }

      dl {
        margin: 0;
      }

      .entry {
        display: grid;
        break-inside: avoid;
        grid-template-columns: minmax(0, 12rem) minmax(0, 1fr);
        gap: 0 var(--space-4);
        padding-block: var(--space-3);
        border-top: 1px solid var(--rule);
        scroll-margin-top: var(--space-12);
      }

      .entry.here {
        padding-inline: var(--space-3);
        border-left: 3px solid var(--accent);
        background: var(--note-paper);
      }

      dt {
        font: 400 var(--text-heading) / 1.3 var(--font-display);
      }

      dd {
        margin: 0;
        text-wrap: pretty;
      }

      dt a {
        color: inherit;
        text-decoration: none;
      }

      dd a {
        color: inherit;
        text-decoration: underline dotted var(--accent);
        text-underline-offset: 0.2em;
      }

      dt a:hover,
      dd a:hover {
        color: var(--accent);
        text-decoration: underline solid;
      }

      @media (max-width: 40rem) {
        .entry {
          grid-template-columns: minmax(0, 1fr);
          gap: var(--space-1);
        }
      }

      @media (pointer: coarse) {
        dt a {
          display: inline-flex;
          align-items: center;
          min-height: var(--target);
        }
      }
    `,
  ];

  /** The anchor of the entry to show, as in the address: `replay-buffer`; empty for none. */
  @property() word = '';
  @state() private sought = '';

  protected override willUpdate(changed: PropertyValues<this>): void {
    // Who follows a link wants to see the entry, whatever had been looked for.
    if (changed.has('word') && this.word !== '') this.sought = '';
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('word') || this.word === '') return;
    const entry = this.renderRoot.querySelector<HTMLElement>('.entry.here');
    entry?.scrollIntoView({ block: 'start' });
    entry?.querySelector('a')?.focus({ preventScroll: true });
  }

  override render(): unknown {
    const found = matching(this.sought);
    return html`
      <h2>Glossary</h2>
      <p class="intro soft">
        ${ENTRIES.length} words that people who train networks use, in plain ones. Inside the
        explanations they are underlined with dots.
      </p>
      <div class="find">
        <label for="sought">Find a word</label>
        <input
          id="sought"
          type="search"
          autocomplete="off"
          spellcheck="false"
          .value=${this.sought}
          @input=${(event: Event): void => {
            this.sought = (event.target as HTMLInputElement).value;
          }}
        />
      </div>
      <p class="count small soft" role="status">
        ${
          this.sought.trim() === ''
            ? ''
            : found.length === 0
              ? 'No entry has that. Try a shorter word.'
              : `${found.length} of ${ENTRIES.length} entries`
        }
      </p>
      <dl>
        ${repeat(
          found,
          ({ term }) => term,
          ({ term, text }) =>
            html`<div
              id=${anchorOf(term)}
              class="entry ${anchorOf(term) === this.word ? 'here' : ''}"
            >
              <dt><a href=${addressOf(term)}>${term}</a></dt>
              <dd>${prose(text)}</dd>
            </div>`,
        )}
      </dl>
    `;
  }
}

/** Entries that contain every word of what is sought; those whose name begins with it come first. */
export function matching(sought: string): readonly Entry[] {
  const words = sought
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');
  if (words.length === 0) return ENTRIES;
  const found = ENTRIES.filter(({ term, text }) => {
    const whole = `${term} ${plainText(text)}`.toLowerCase();
    return words.every((word) => whole.includes(word));
  });
  const begins = ({ term }: Entry): boolean => term.toLowerCase().startsWith(words.join(' '));
  return [...found.filter(begins), ...found.filter((entry) => !begins(entry))];
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-glossary': LabGlossary;
  }
}
