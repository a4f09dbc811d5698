/**
 * The figures of compared runs side by side, a column a run, published results in columns of their own behind them;
 * under them the settings in which the runs differ, and what stands between a run and a published figure.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { customProperty } from '../style/custom-property.ts';
import { sharedStyles } from '../style/shared-styles.ts';
import { inkOf, letterOf, type ComparedRun } from './compared-run.ts';
import {
  differingFields,
  formatFigure,
  publishedBeside,
  rowTitle,
  type Apart,
  type Beside,
} from './published-beside.ts';
import { formatFlops, NUMBER_COLUMNS, type SortKey } from './run-columns.ts';
import type { PublishedRow } from '../../lab/published/published-row.ts';

@customElement('lab-compare-numbers')
export class LabCompareNumbers extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr));
        align-items: start;
        gap: var(--space-6) var(--space-8);
      }

      section {
        min-width: 0;
      }

      h3 {
        margin: 0 0 var(--space-2);
        font: 400 var(--text-lead) / 1.3 var(--font-display);
      }

      .scroll {
        overflow-x: auto;
      }

      table {
        border-collapse: collapse;
      }

      th,
      td {
        padding: var(--space-2) var(--space-4) var(--space-2) 0;
        border-top: 1px solid var(--rule);
        font-weight: 400;
        text-align: end;
        vertical-align: top;
        white-space: nowrap;
      }

      thead th {
        border-top: 0;
        vertical-align: bottom;
        white-space: normal;
      }

      th[scope='row'],
      thead td {
        position: sticky;
        left: 0;
        background: var(--paper);
        color: var(--ink-soft);
        text-align: start;
      }

      thead td {
        border-top: 0;
      }

      thead th {
        min-width: 6rem;
        max-width: 12rem;
        overflow-wrap: anywhere;
      }

      .letter {
        display: block;
        color: var(--run);
        font-weight: 700;
      }

      .published {
        border-left: 1px dashed var(--rule-strong);
        background: var(--note-paper);
      }

      td.published,
      th.published {
        padding-left: var(--space-4);
      }

      .stamp {
        display: inline-block;
        padding: 0 var(--space-2);
        border: 1px solid var(--rule-strong);
        border-radius: var(--radius);
        font-style: italic;
      }

      code {
        font-family: var(--font-code);
      }

      .notes {
        display: grid;
        gap: var(--space-2);
        max-width: 52rem;
        margin-top: var(--space-3);
      }

      label {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        width: fit-content;
        min-height: var(--target);
        cursor: pointer;
      }
    `,
  ];

  @property({ attribute: false }) runs: readonly ComparedRun[] = [];
  @state() private recalled = false;

  private beside: readonly Beside[] = [];

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('runs') || changed.has('recalled')) {
      this.beside = publishedBeside(
        this.runs.map(({ recording }) => recording),
        this.recalled,
      );
    }
  }

  private heads(): unknown {
    return this.runs.map(
      ({ summary }, place) =>
        html`<th scope="col">
          <span class="letter" ${customProperty('--run', inkOf(place))}>${letterOf(place)}</span>
          <span class="small">${summary.name}</span>
        </th>`,
    );
  }

  private publishedCell(row: PublishedRow, key: SortKey): string {
    if (key === 'classIncremental') return formatFigure(row.classIncremental);
    if (key === 'taskIncremental') return formatFigure(row.taskIncremental);
    return '–';
  }

  private figures(): unknown {
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Figures side by side">
      <table>
        <caption class="visually-hidden">
          Figures of the compared runs, and published ones
        </caption>
        <thead>
          <tr>
            <td></td>
            ${this.heads()}
            ${this.beside.map(
              ({ row }) =>
                html`<th scope="col" class="published small">
                  <span class="stamp">published</span><br />${rowTitle(row)}
                </th>`,
            )}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">Finished</th>
            ${this.runs.map(
              ({ summary }) =>
                html`<td>
                  ${summary.finished ? 'yes' : `${summary.tasks} of ${summary.plannedTasks} tasks`}
                </td>`,
            )}
            ${this.beside.map(() => html`<td class="published">–</td>`)}
          </tr>
          ${NUMBER_COLUMNS.map(
            ({ key, title, about, text }) =>
              html`<tr>
                <th scope="row" title=${about}>${title}</th>
                ${this.runs.map(({ summary }) => html`<td>${text(summary)}</td>`)}
                ${this.beside.map(
                  ({ row }) => html`<td class="published">${this.publishedCell(row, key)}</td>`,
                )}
              </tr>`,
          )}
          ${this.flopsAsPublished()}
        </tbody>
      </table>
    </div>`;
  }

  /** Published tables charge replayed images their forward pass alone, so that one row of ours counts that way too. */
  private flopsAsPublished(): unknown {
    if (!this.beside.some(({ row }) => row.flops !== null)) return nothing;
    const measured = ({ recording: { report } }: ComparedRun): string =>
      formatFlops(report ? 2 * report.ledger.run.published.macs : null);
    return html`<tr>
      <th scope="row" title="with the forward pass alone of replayed images">
        FLOPs as tables count
      </th>
      ${this.runs.map((run) => html`<td>${measured(run)}</td>`)}
      ${this.beside.map(
        ({ row: { flops } }) =>
          html`<td class="published">
            ${formatFlops(flops?.mean ?? null)}${flops?.known === 'recalled' ? ' (?)' : ''}
          </td>`,
      )}
    </tr>`;
  }

  private note({ place, differs, doubts }: Apart): string {
    const letter = letterOf(place);
    const here = this.runs[place]!.recording.config;
    const parts = [
      ...differs.map(
        ({ key, published }) =>
          `${key} is ${String(published)} there and ${String(here[key])} in ${letter}`,
      ),
      ...doubts.map((doubt) => `of ${letter}, ${doubt}`),
    ];
    return parts.length === 0
      ? `${letter} follows its protocol to the letter.`
      : `Not the same protocol: ${parts.join('; ')}.`;
  }

  private notes(): unknown {
    return html`<div class="notes small soft">
      ${this.beside.map(
        ({ row, runs }) =>
          html`<p>
            <span class="stamp">published</span> ${rowTitle(row)}, ${row.stream}:
            ${row.source}${row.note === undefined ? nothing : html`; ${row.note}`}.
            ${runs.map((run) => `${this.note(run)} `)}
          </p>`,
      )}
      ${
        this.beside.length === 0
          ? html`<p>
              No published result is near enough to these runs to stand beside them. Those of DER++
              and SparCL are by the presets whose names begin with <code>paper-</code>.
            </p>`
          : nothing
      }
      <label>
        <input
          type="checkbox"
          .checked=${this.recalled}
          @change=${(event: InputEvent): void => {
            this.recalled = (event.target as HTMLInputElement).checked;
          }}
        />
        Also published figures that were written down from memory and not checked (?)
      </label>
    </div>`;
  }

  private settings(): unknown {
    const fields = differingFields(this.runs.map(({ recording }) => recording.config));
    if (fields.length === 0) {
      return html`<p class="soft">In no setting that matters: the same run, made again.</p>`;
    }
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Settings that differ">
      <table>
        <caption class="visually-hidden">
          Settings in which the compared runs differ
        </caption>
        <thead>
          <tr>
            <td></td>
            ${this.heads()}
          </tr>
        </thead>
        <tbody>
          ${fields.map(
            ({ key, values }) =>
              html`<tr>
                <th scope="row"><code>${key}</code></th>
                ${values.map((value) => html`<td>${String(value)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  override render(): unknown {
    return html`
      <section aria-labelledby="figures">
        <h3 id="figures">In figures</h3>
        ${this.figures()}${this.notes()}
      </section>
      <section aria-labelledby="settings">
        <h3 id="settings">What they differ in</h3>
        ${this.settings()}
      </section>
    `;
  }
}
