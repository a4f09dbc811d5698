/**
 * The kept runs: a table that is sorted by the buttons in its head, or, where there is no room for one, a card a run
 * with a menu to sort by. What is pressed is asked of the page.
 */
import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { sharedStyles } from '../style/shared-styles.ts';
import './lab-run-name.ts';
import { ask, type RunAct } from './run-acts.ts';
import {
  ADAPTER,
  COLUMNS,
  formatEnd,
  formatMoment,
  NAME,
  NUMBER_COLUMNS,
  STARTED,
  type SortKey,
  type Sorting,
} from './run-columns.ts';
import { runListStyles } from './run-list-styles.ts';
import type { RunSummary } from './run-summary.ts';

const NARROW = matchMedia('(max-width: 64rem)');

const ACTS: readonly { readonly act: 'open' | 'again' | 'export' | 'delete'; title: string }[] = [
  { act: 'open', title: 'Open' },
  { act: 'again', title: 'Run again' },
  { act: 'export', title: 'Export' },
  { act: 'delete', title: 'Delete' },
];

@customElement('lab-run-list')
export class LabRunList extends LitElement {
  static override styles = [sharedStyles, runListStyles];

  /** In the order in which they are shown. */
  @property({ attribute: false }) runs: readonly RunSummary[] = [];
  @property({ attribute: false }) sorting: Sorting = { key: 'startedAt', descending: true };
  /** Ids of those that are compared, in the order of their letters. */
  @property({ attribute: false }) chosen: readonly string[] = [];
  /** So many are compared that no more can be. */
  @property({ type: Boolean }) full = false;
  @state() private narrow = NARROW.matches;

  private readonly resized = (): void => {
    this.narrow = NARROW.matches;
  };

  override connectedCallback(): void {
    super.connectedCallback();
    NARROW.addEventListener('change', this.resized);
  }

  override disconnectedCallback(): void {
    NARROW.removeEventListener('change', this.resized);
    super.disconnectedCallback();
  }

  private asks(act: RunAct): () => void {
    return () => {
      ask(this, act);
    };
  }

  private head(key: SortKey, title: string, about: string, numeric: boolean): unknown {
    const { sorting } = this;
    const by = sorting.key === key;
    const order = by ? (sorting.descending ? 'descending' : 'ascending') : 'none';
    return html`<th scope="col" class=${numeric ? 'number' : ''} aria-sort=${order}>
      <button type="button" title=${about} @click=${this.asks({ act: 'sort', key })}>
        ${title}<span class="arrow" aria-hidden="true"
          >${by ? (sorting.descending ? '↓' : '↑') : ''}</span
        >
      </button>
    </th>`;
  }

  private choose(run: RunSummary): unknown {
    const place = this.chosen.indexOf(run.id);
    return html`<label class="choose">
      <input
        type="checkbox"
        .checked=${place >= 0}
        ?disabled=${place < 0 && this.full}
        @change=${(event: InputEvent): void => {
          const on = (event.target as HTMLInputElement).checked;
          ask(this, { act: 'choose', id: run.id, on });
        }}
      /><span class="visually-hidden">Compare ${run.name}</span>
    </label>`;
  }

  private pin(run: RunSummary): unknown {
    return html`<button
      type="button"
      class="pin"
      aria-pressed=${run.pinned ? 'true' : 'false'}
      title=${run.pinned ? 'Pinned: stays first, and is never deleted to make room' : 'Pin'}
      @click=${this.asks({ act: 'pin', id: run.id, on: !run.pinned })}
    >
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <path d="M5 1.8h6l-1 4.7 2.2 2.3v1.4H8.7L8 14.8l-.7-4.6H3.8V8.8L6 6.5z" />
      </svg>
      <span class="visually-hidden">Pin ${run.name}</span>
    </button>`;
  }

  private acts({ id, name }: RunSummary): unknown {
    return html`<span class="acts">
      ${ACTS.map(
        ({ act, title }) =>
          html`<button type="button" class="act" @click=${this.asks({ act, id })}>
            ${title}<span class="visually-hidden"> ${name}</span>
          </button>`,
      )}
    </span>`;
  }

  private row(run: RunSummary): unknown {
    return html`<tr class=${this.chosen.includes(run.id) ? 'chosen' : ''}>
      <td class="mark">${this.choose(run)}</td>
      <td class="mark">${this.pin(run)}</td>
      <th scope="row">
        <lab-run-name .run=${run.id} .name=${run.name}></lab-run-name>
        ${this.acts(run)}
      </th>
      <td class="when">
        ${formatMoment(run.startedAt)}<br /><span class="soft">${formatEnd(run)}</span>
      </td>
      ${NUMBER_COLUMNS.map((column) => html`<td class="number">${column.text(run)}</td>`)}
      <td class="device" title=${run.adapter ?? ''}>${run.adapter ?? '–'}</td>
    </tr>`;
  }

  private table(): unknown {
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Kept runs">
      <table>
        <caption class="visually-hidden">
          Kept runs. The buttons in the head sort.
        </caption>
        <thead>
          <tr>
            <td class="mark">
              <span class="visually-hidden">Compare</span>
            </td>
            <td class="mark"><span class="visually-hidden">Pin</span></td>
            ${this.head(NAME.key, NAME.title, NAME.about, false)}
            ${this.head(STARTED.key, STARTED.title, STARTED.about, false)}
            ${NUMBER_COLUMNS.map(({ key, title, about }) => this.head(key, title, about, true))}
            ${this.head(ADAPTER.key, ADAPTER.title, ADAPTER.about, false)}
          </tr>
        </thead>
        <tbody>
          ${repeat(
            this.runs,
            ({ id }) => id,
            (run) => this.row(run),
          )}
        </tbody>
      </table>
    </div>`;
  }

  private card(run: RunSummary): unknown {
    return html`<li class=${this.chosen.includes(run.id) ? 'chosen' : ''}>
      <div class="top">
        ${this.choose(run)}
        <lab-run-name .run=${run.id} .name=${run.name}></lab-run-name>
        ${this.pin(run)}
      </div>
      <p class="small soft">
        ${formatMoment(run.startedAt)},
        ${formatEnd(run)}${run.adapter === null ? nothing : html`, on ${run.adapter}`}
      </p>
      <dl>
        ${NUMBER_COLUMNS.map(
          ({ title, text }) =>
            html`<div>
              <dt>${title}</dt>
              <dd>${text(run)}</dd>
            </div>`,
        )}
      </dl>
      ${this.acts(run)}
    </li>`;
  }

  private cards(): unknown {
    const { key, descending } = this.sorting;
    return html`<div class="sort">
        <label for="by">Sort by</label>
        <select
          id="by"
          @change=${(event: InputEvent): void => {
            ask(this, {
              act: 'sort',
              key: (event.target as HTMLSelectElement).value as SortKey,
            });
          }}
        >
          ${COLUMNS.map(
            (column) =>
              html`<option value=${column.key} .selected=${column.key === key}>
                ${column.title}
              </option>`,
          )}
        </select>
        <button type="button" @click=${this.asks({ act: 'sort', key })}>
          ${descending ? 'High to low' : 'Low to high'}
        </button>
      </div>
      <ul>
        ${repeat(
          this.runs,
          ({ id }) => id,
          (run) => this.card(run),
        )}
      </ul>`;
  }

  override render(): unknown {
    return this.narrow ? this.cards() : this.table();
  }
}
