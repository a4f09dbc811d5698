/**
 * The accuracy matrix R: a row for every task finished, a column for every task tested, ink for
 * accuracy. Reading down a column is watching one task being written over. A real table with real
 * numbers; the colour only repeats them.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Config } from '../../lab/config.ts';
import { customProperty } from '../style/custom-property.ts';
import { formatPercent } from '../style/format.ts';
import { TEXT_TURNS_AT } from '../style/heat.ts';
import { chanceLevel, summarise } from './matrix-summary.ts';
import { INITIAL } from '../app/run-state.ts';
import type { LabState, Scenario } from '../app/run-state.ts';
import { sharedStyles } from '../style/shared-styles.ts';

const SCENARIOS: readonly { readonly name: Scenario; readonly title: string }[] = [
  { name: 'classIncremental', title: 'Class-incremental' },
  { name: 'taskIncremental', title: 'Task-incremental' },
];

@customElement('lab-accuracy')
export class LabAccuracy extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-2) var(--space-4);
      }

      fieldset {
        display: flex;
        margin: 0;
        padding: 0;
        border: 1px solid var(--rule-strong);
        border-radius: var(--radius);
      }

      fieldset label {
        position: relative;
        display: flex;
        align-items: center;
        min-height: 2.25rem;
        padding-inline: var(--space-3);
        border-radius: calc(var(--radius) - 1px);
        cursor: pointer;
      }

      fieldset label:has(:checked) {
        background: var(--accent);
        color: var(--accent-text);
      }

      @media (forced-colors: active) {
        fieldset label:has(:checked) {
          background: Highlight;
          color: HighlightText;
          forced-color-adjust: none;
        }
      }

      fieldset label:has(:focus-visible) {
        outline: 2px solid var(--accent);
        outline-offset: 2px;
      }

      fieldset input {
        position: absolute;
        opacity: 0;
        pointer-events: none;
      }

      .question {
        margin-block: var(--space-2) var(--space-4);
      }

      .later {
        margin-top: var(--space-4);
      }

      /* Positioned, or hidden text in wide tables would widen the page instead of this frame. */
      .scroll {
        position: relative;
        overflow-x: auto;
      }

      table {
        width: 100%;
        border-collapse: separate;
        border-spacing: 2px;
      }

      thead th,
      tbody th {
        padding: var(--space-1) var(--space-2);
        color: var(--ink-soft);
        font-size: var(--text-small);
        font-weight: 400;
      }

      tbody th {
        position: sticky;
        left: 0;
        z-index: 1;
        width: 1%;
        background: var(--paper);
        padding-left: 0;
        text-align: start;
        white-space: nowrap;
      }

      @media (max-width: 52rem) {
        .word {
          position: absolute;
          clip-path: inset(50%);
        }
      }

      td {
        min-width: 2.75rem;
        height: 2.5rem;
        padding: 0 var(--space-1);
        border-radius: 3px;
        background: color-mix(in oklab, var(--heat-high) var(--share), var(--heat-low));
        color: var(--heat-text-low);
        text-align: center;
      }

      td.deep {
        color: var(--heat-text-high);
      }

      /* Tasks not met yet, and rows still to come: only the ruled line of the page. */
      td.blank,
      td.unseen {
        background: none;
        box-shadow: inset 0 -1px var(--rule);
        border-radius: 0;
      }

      td.corner {
        background: none;
      }

      td.unseen {
        color: var(--ink-soft);
        font-size: var(--text-small);
      }

      dl {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-3) var(--space-8);
        margin: var(--space-4) 0 0;
      }

      dt {
        color: var(--ink-soft);
        font-size: var(--text-small);
      }

      dd {
        margin: 0;
        font-size: var(--text-figure);
        line-height: 1.2;
      }

      ol {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-4);
        margin: var(--space-4) 0 0;
        padding: 0;
        list-style: none;
        color: var(--ink-soft);
        font-size: var(--text-small);
      }

      li b {
        margin-right: var(--space-1);
        color: var(--ink);
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) lab: LabState = INITIAL;
  /** The config about to run: its rows and columns stand until there is a plan. */
  @property({ attribute: false }) next!: Config;
  @state() private scenario: Scenario = 'classIncremental';

  private toggle(): unknown {
    return html`<fieldset>
      <legend class="visually-hidden">How accuracy is measured</legend>
      ${SCENARIOS.map(
        ({ name, title }) =>
          html`<label>
            <input
              type="radio"
              name="scenario"
              value=${name}
              ?checked=${name === this.scenario}
              @change=${(): void => {
                this.scenario = name;
              }}
            />
            ${title}
          </label>`,
      )}
    </fieldset>`;
  }

  private cell(value: number | undefined, seen: boolean): unknown {
    if (value === undefined) return html`<td class="blank"></td>`;
    const text = (100 * value).toFixed(0);
    if (!seen) return html`<td class="unseen">${text}</td>`;
    return html`<td
      class=${value >= TEXT_TURNS_AT ? 'deep' : ''}
      ${customProperty('--share', `${(100 * value).toFixed(1)}%`)}
    >
      ${text}
    </td>`;
  }

  private row(title: string, values: readonly number[] | undefined, after: number): unknown {
    return html`<tr>
      <th scope="row">${title}</th>
      ${this.numbered((j) => this.cell(values?.[j], j <= after))}
    </tr>`;
  }

  /** Joint training sees all tasks as one and leaves a single row. */
  private joint(): boolean {
    return (this.lab.config ?? this.next).strategy === 'joint';
  }

  /** One item for each task, in order. */
  private numbered(item: (task: number) => unknown): readonly unknown[] {
    return Array.from({ length: this.lab.plan?.tasks.length ?? this.next.tasks }, (_, j) =>
      item(j),
    );
  }

  private table(): unknown {
    const { untrained } = this.lab;
    const rows = this.lab.matrix[this.scenario];
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Accuracy matrix">
      <table>
        <caption class="visually-hidden">
          Accuracy in per cent on each task, after training on each task
        </caption>
        <thead>
          <tr>
            <td class="corner"></td>
            ${this.numbered((j) => html`<th scope="col"><span class="word">task</span> ${j + 1}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${untrained === null ? nothing : this.row('untrained', untrained[this.scenario], -1)}
          ${
            this.joint()
              ? this.row('all at once', rows[0], Number.POSITIVE_INFINITY)
              : this.numbered((i) => this.row(`after ${String(i + 1)}`, rows[i], i))
          }
        </tbody>
      </table>
    </div>`;
  }

  private numbers(): unknown {
    const { report, plan } = this.lab;
    const live = summarise(this.lab.matrix[this.scenario], this.joint());
    const final = report?.[this.scenario].metrics;
    const chance = chanceLevel(plan?.tasks ?? [], this.scenario);
    return html`<dl>
      <div>
        <dt>${final === undefined ? 'Accuracy so far' : 'Final accuracy'}</dt>
        <dd id="accuracy">${formatPercent(final?.finalAccuracy ?? live.accuracy)}</dd>
      </div>
      <div>
        <dt>${final === undefined ? 'Forgetting so far' : 'Forgetting'}</dt>
        <dd id="forgetting">${formatPercent(final ? final.forgetting : live.forgetting)}</dd>
      </div>
      <div>
        <dt>Chance</dt>
        <dd id="chance" class="soft">${formatPercent(chance)}</dd>
      </div>
    </dl>`;
  }

  override render(): unknown {
    const { plan } = this.lab;
    return html`
      <div class="head">
        <h2>What it remembers</h2>
        ${this.toggle()}
      </div>
      <p class="question small soft">
        ${
          this.scenario === 'classIncremental'
            ? 'Accuracy in per cent where every class of the stream is a possible answer.'
            : 'Accuracy in per cent where the task is given and only its own classes are possible answers.'
        }
      </p>
      ${this.table()}
      ${
        plan === null
          ? html`<p class="later small soft">
              After every task the network is tested on all of them, and a line is written here.
              Going down a column shows how much of a task is left under the later ones.
            </p>`
          : html`${this.numbers()}
              <ol aria-label="Classes of each task">
                ${plan.tasks.map(
                  (task, j) => html`<li><b>${j + 1}</b> ${task.classes.join(', ')}</li>`,
                )}
              </ol>`
      }
    `;
  }
}
