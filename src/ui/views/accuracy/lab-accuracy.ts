/**
 * What a run remembers, and what it has lost: accuracy curves, the measures of the field with their definitions
 * behind them, and the accuracy matrix that both are read from. A prediction may be any class of the stream, or one of
 * the classes of the image's own task.
 */
import { css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { trainsJointly } from '../../../lab/config/joint.ts';
import { countAt } from '../../../lab/recording/recording.ts';
import { formatPercent } from '../../style/format.ts';
import { segmented } from '../../style/segmented.ts';
import { sharedStyles } from '../../style/shared-styles.ts';
import './lab-forgetting.ts';
import './lab-matrix.ts';
import '../../explain/lab-term.ts';
import { LabView } from '../../view/lab-view.ts';
import { chanceLevel, summarise } from '../../view/matrix-summary.ts';
import {
  hasHeadReadout,
  matrixAt,
  NO_MATRIX,
  type MatrixAt,
  type Readout,
  type Scenario,
} from '../../view/moment.ts';

const SCENARIOS: readonly { readonly name: Scenario; readonly title: string }[] = [
  { name: 'classIncremental', title: 'Class-incremental' },
  { name: 'taskIncremental', title: 'Task-incremental' },
];

@customElement('lab-accuracy')
export class LabAccuracy extends LabView {
  static override styles = [
    sharedStyles,
    segmented,
    css`
      :host {
        container-type: inline-size;
      }

      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-2) var(--space-4);
      }

      @media (pointer: coarse) {
        .readout {
          min-height: var(--target);
        }
      }

      .readout {
        display: flex;
        align-items: center;
        gap: var(--space-2);
      }

      .question {
        margin-block: var(--space-2) var(--space-4);
      }

      .sight {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-4) var(--space-8);
      }

      @container (min-width: 46rem) {
        .sight {
          grid-template-columns: minmax(0, 6fr) minmax(0, 5fr);
        }
      }

      dl {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr));
        gap: var(--space-2) var(--space-4);
        margin: 0;
        padding-block: var(--space-3);
        border-block: 1px solid var(--rule);
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

      .chance {
        color: var(--ink-soft);
        font-size: var(--text-small);
      }

      code {
        display: block;
        margin-top: var(--space-2);
        font-family: var(--font-code);
      }

      ol {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-4);
        margin: var(--space-3) 0 0;
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

  /** How many tasks the empty table has before a run is known. */
  @property({ type: Number }) tasks = 5;
  @state() private scenario: Scenario = 'classIncremental';
  @state() private head = false;
  private kept: { readonly key: readonly unknown[]; readonly matrix: MatrixAt } | null = null;

  private joint(): boolean {
    return this.recording !== null && trainsJointly(this.recording.config);
  }

  private readout(): Readout {
    return this.head && this.recording && hasHeadReadout(this.recording) ? 'head' : 'strategy';
  }

  /** The same object while its values are the same, so that the table is drawn only when there is a new row. */
  private matrix(): MatrixAt {
    const { recording, at, scenario } = this;
    if (!recording) return NO_MATRIX;
    const readout = this.readout();
    const key = [recording.accuracy, countAt(recording.accuracy, at), scenario, readout];
    if (this.kept?.key.every((part, i) => part === key[i]) !== true) {
      this.kept = { key, matrix: matrixAt(recording, at, scenario, readout) };
    }
    return this.kept.matrix;
  }

  private toggles(): unknown {
    return html`<div class="head">
      <fieldset>
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
      </fieldset>
      ${
        this.recording && hasHeadReadout(this.recording)
          ? html`<label class="readout">
              <input
                type="checkbox"
                .checked=${this.head}
                @change=${(event: Event): void => {
                  this.head = (event.target as HTMLInputElement).checked;
                }}
              />
              by the head alone
            </label>`
          : nothing
      }
    </div>`;
  }

  /** What the numbers mean: the question that is put to the network. */
  private question(): string {
    const who =
      this.readout() === 'head'
        ? ' Marked is what the last layer answers, not the nearest class mean that this strategy goes by.'
        : '';
    return this.scenario === 'classIncremental'
      ? `Accuracy in per cent where every class of the stream is a possible answer.${who}`
      : `Accuracy in per cent where the task is given and only its own classes are possible answers.${who}`;
  }

  private numbers(matrix: MatrixAt): unknown {
    const tasks = this.recording?.plan?.tasks ?? [];
    const { accuracy, average, forgetting, backwardTransfer } = summarise(
      matrix.rows,
      this.joint(),
    );
    const over = matrix.rows.length === (this.joint() ? 1 : tasks.length);
    return html`<dl>
      <div>
        <dt>
          <lab-term name=${over ? 'Final accuracy' : 'Accuracy so far'}>
            The mean accuracy on all tasks met so far, measured now.
            <code>mean R[n][j] over j ≤ n</code>
          </lab-term>
        </dt>
        <dd id="accuracy">${formatPercent(accuracy)}</dd>
        <dd class="chance">
          <lab-term name="chance">
            The accuracy of blind guessing among the classes that are possible answers.
            <code>1 / classes</code>
          </lab-term>
          <span id="chance">${formatPercent(chanceLevel(tasks, this.scenario))}</span>
        </dd>
      </div>
      <div>
        <dt>
          <lab-term name="Average accuracy">
            That mean at the end of every task, averaged over the tasks so far: it counts how well
            things went on the way, not only at the end.
            <code>mean over i ≤ n of mean R[i][j] over j ≤ i</code>
          </lab-term>
        </dt>
        <dd id="average">${formatPercent(average)}</dd>
      </div>
      <div>
        <dt>
          <lab-term name=${over ? 'Forgetting' : 'Forgetting so far'}>
            For each earlier task, the best accuracy it has had since it was learnt less the
            accuracy it has now; the mean of these. 0 is nothing forgotten.
            <code>mean (max R[i][j] over i ≥ j, less R[n][j]) over j &lt; n</code>
          </lab-term>
        </dt>
        <dd id="forgetting">${formatPercent(forgetting)}</dd>
      </div>
      <div>
        <dt>
          <lab-term name="Backward transfer">
            BWT: for each earlier task, the accuracy now less the accuracy right after it was
            learnt; the mean of these. Below 0, later tasks have done harm to earlier ones; above 0
            they have helped them.
            <code>mean (R[n][j] − R[j][j]) over j &lt; n</code>
          </lab-term>
        </dt>
        <dd id="backward">${signed(backwardTransfer)}</dd>
      </div>
    </dl>`;
  }

  override render(): unknown {
    const { recording, at, version, scenario } = this;
    const plan = recording?.plan ?? null;
    const matrix = this.matrix();
    const table = html`<lab-matrix
      .matrix=${matrix}
      .tasks=${plan?.tasks.length ?? recording?.config.tasks ?? this.tasks}
      .joint=${this.joint()}
    ></lab-matrix>`;
    const curves = html`<lab-forgetting
      .recording=${recording}
      .at=${at}
      .version=${version}
      .scenario=${scenario}
      .readout=${this.readout()}
    ></lab-forgetting>`;
    return html`
      ${this.toggles()}
      <p class="question small soft">${this.question()}</p>
      <div class="sight">
        ${curves}
        <div>
          ${table}
          ${
            plan === null
              ? html`<p class="small soft">
                  After every task the network is tested on all of them, and a line is written here.
                  Going down a column shows how much of a task is left under the later ones.
                </p>`
              : nothing
          }
        </div>
      </div>
      ${
        plan === null
          ? nothing
          : html`${this.numbers(matrix)}
              <ol aria-label="Classes of each task">
                ${plan.tasks.map(
                  (task, j) => html`<li><b>${j + 1}</b> ${task.classes.join(', ')}</li>`,
                )}
              </ol>`
      }
    `;
  }
}

/** A difference of shares, with its sign: "−12.3 %". */
function signed(share: number | null): string {
  if (share === null) return '–';
  const text = formatPercent(Math.abs(share));
  return Math.abs(share) < 0.0005 ? text : `${share < 0 ? '−' : '+'}${text}`;
}
