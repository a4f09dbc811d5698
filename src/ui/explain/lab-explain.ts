/**
 * Beside a view: what the algorithm that is running does, in a few sentences, with its formula, what each symbol
 * stands for at the moment that is shown, and where it is from. What is closed costs nothing while a run goes on.
 */
import { css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Recording } from '../../lab/recording/recording.ts';
import { disclosure } from '../style/disclosure.ts';
import { sharedStyles } from '../style/shared-styles.ts';
import { LabView } from '../view/lab-view.ts';
import type { Citation, Explanation } from './explanation.ts';
import { formula } from './mathml.ts';
import { prose } from './prose.ts';
import { explanationsFor } from './registry.ts';

@customElement('lab-explain')
export class LabExplain extends LabView {
  static override styles = [
    sharedStyles,
    disclosure,
    css`
      details + details {
        border-top: 1px solid var(--rule);
      }

      summary {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        min-height: 2.25rem;
        cursor: pointer;
      }

      @media (pointer: coarse) {
        summary {
          min-height: var(--target);
        }
      }

      h3 {
        margin: 0;
        font: 400 var(--text-lead) / 1.3 var(--font-display);
      }

      :host {
        container-type: inline-size;
      }

      .inside {
        display: grid;
        grid-template: 'text' 'formula' 'symbols' 'sources' / minmax(0, 1fr);
        gap: var(--space-3) var(--space-8);
        padding: var(--space-2) 0 var(--space-4);
      }

      .inside p {
        max-width: 42rem;
      }

      .text {
        grid-area: text;
      }

      .sources {
        grid-area: sources;
      }

      /* Side by side where the view has the whole width. */
      @container (min-width: 56rem) {
        .inside {
          grid-template:
            'text symbols' auto
            'formula symbols' auto
            'sources symbols' 1fr / minmax(0, 1fr) minmax(0, 1fr);
        }
      }

      a {
        color: inherit;
        text-decoration: underline dotted var(--accent);
        text-underline-offset: 0.2em;
      }

      a:hover {
        color: var(--accent);
        text-decoration-style: solid;
      }

      /* Positioned, or what is wider than the box would widen the page. */
      .formula {
        grid-area: formula;
        position: relative;
        display: grid;
        gap: var(--space-2);
        overflow-x: auto;
        padding: var(--space-3) var(--space-4);
        border: 1px solid var(--rule);
        border-radius: var(--radius);
        background: var(--sheet);
      }

      math {
        font-family:
          'Latin Modern Math', 'STIX Two Math', 'Cambria Math', 'Noto Sans Math',
          'DejaVu Math TeX Gyre', math, serif;
        font-size: 1.0625rem;
      }

      .formula math {
        width: max-content;
        margin: 0;
        font-size: 1.125rem;
      }

      table {
        grid-area: symbols;
        align-self: start;
        width: 100%;
        max-width: 42rem;
        border-collapse: collapse;
        font-size: var(--text-small);
      }

      th,
      td {
        padding: var(--space-1) var(--space-3) var(--space-1) 0;
        border-bottom: 1px solid var(--rule);
        text-align: start;
        vertical-align: baseline;
      }

      th {
        color: var(--ink-soft);
        font-weight: 400;
      }

      td:first-child {
        width: 1%;
        white-space: nowrap;
      }

      td:last-child {
        min-width: 5.5rem;
        padding-right: 0;
        font-weight: 600;
        text-align: end;
      }

      cite {
        font-style: italic;
      }
    `,
  ];

  /** The name of the view. */
  @property() view = '';
  /** Which were opened and closed by hand; of the others the first is open. */
  @state() private touched: ReadonlyMap<string, boolean> = new Map();

  override render(): unknown {
    const { recording, at, view } = this;
    if (!recording) {
      return html`<p class="small soft">
        What is explained here follows the run. There is none yet: choose a story and press Run.
        Until then the <a href="#glossary">glossary</a> has the words.
      </p>`;
    }
    return repeat(
      explanationsFor(view, recording.config),
      ({ name }) => name,
      (explanation, index) => {
        const { name, title } = explanation;
        const open = this.touched.get(name) ?? index === 0;
        return html`<details
          ?open=${open}
          @toggle=${(event: Event): void => {
            this.toggled(name, open, (event.currentTarget as HTMLDetailsElement).open);
          }}
        >
          <summary><h3>${title}</h3></summary>
          ${open ? this.inside(explanation, recording, at) : nothing}
        </details>`;
      },
    );
  }

  /** A toggle event also comes when the page itself opens one; then nothing has been touched. */
  private toggled(name: string, was: boolean, is: boolean): void {
    if (was !== is) this.touched = new Map([...this.touched, [name, is]]);
  }

  private inside(explanation: Explanation, recording: Recording, at: number): unknown {
    const { title, body, citations } = explanation;
    return html`<div class="inside">
      <p class="text">${prose(body)}</p>
      <div class="formula" tabindex="0" role="group" aria-label="Formula: ${title}">
        ${explanation.formula.map((line) => formula(line, true))}
      </div>
      <table>
        <caption class="visually-hidden">
          What the symbols stand for, and their values after ${at} steps
        </caption>
        <tbody>
          ${(explanation.letters ?? []).map(
            ([sign, means]) =>
              html`<tr>
                <td>${formula(sign)}</td>
                <th scope="row" colspan="2">${means}</th>
              </tr>`,
          )}
          ${explanation.symbols(recording, at).map(
            ({ sign, means, value }) =>
              html`<tr>
                <td>${formula(sign)}</td>
                <th scope="row">${means}</th>
                <td>${value}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      <div class="sources small soft">
        ${citations.map((citation) => html`<p>${cited(citation)}</p>`)}
      </div>
    </div>`;
  }
}

function cited({ authors, title, venue, year, section }: Citation): unknown {
  const where = venue === undefined ? '' : `${venue}, `;
  return html`${authors}: <cite>${title}</cite>.
    ${where}${year}${section === undefined ? '' : `, ${section}`}.`;
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-explain': LabExplain;
  }
}
