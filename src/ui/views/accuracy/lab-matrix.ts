/**
 * The accuracy matrix R: a row for every task finished, a column for every task tested, ink for
 * accuracy. Reading down a column is watching one task being written over. It is a table with numbers, which the colour
 * repeats. Where there is no room for the numbers of a long stream, the colour alone is shown, and a cell that is
 * pointed at, tapped or reached by the arrow keys is read out.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import { customProperty } from '../../style/custom-property.ts';
import { TEXT_TURNS_AT } from '../../style/heat.ts';
import { sharedStyles } from '../../style/shared-styles.ts';
import { arrowStep } from '../../style/chart/arrow-keys.ts';
import { FrameWidth } from '../../style/chart/frame-width.ts';
import { NO_MATRIX, type MatrixAt } from '../../view/moment.ts';

/** Widths of a cell from which on numbers fit in the usual size, and in a small one; px. */
const ROOMY = 32;
const TIGHT = 19;
/** Of the column that names the rows; px. */
const NAMES = { long: 72, short: 28 };

interface Cell {
  /** −1: the row from before training. */
  readonly row: number;
  readonly task: number;
}

@customElement('lab-matrix')
export class LabMatrix extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      /* Positioned, or hidden text in wide tables would widen the page instead of this frame. */
      .scroll {
        position: relative;
        overflow-x: auto;
      }

      table {
        width: 100%;
        border-collapse: separate;
        border-spacing: 2px;
        table-layout: fixed;
      }

      thead th,
      tbody th {
        padding: var(--space-1) 0;
        overflow: visible;
        color: var(--ink-soft);
        font-size: var(--text-small);
        font-weight: 400;
      }

      .names {
        width: 4.5rem;
      }

      tbody th {
        position: sticky;
        left: 0;
        z-index: 1;
        padding-block: 0;
        background: var(--paper);
        text-align: start;
        white-space: nowrap;
      }

      td {
        height: 2.25rem;
        padding: 0;
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
        height: auto;
        background: none;
      }

      td.unseen {
        color: var(--ink-soft);
        font-size: var(--text-small);
      }

      td.pointed {
        outline: 2px solid var(--ink);
        outline-offset: 0;
      }

      .short .names {
        width: 1.75rem;
      }

      .short .word {
        position: absolute;
        clip-path: inset(50%);
      }

      .tight table,
      .bare table {
        border-spacing: 1px;
      }

      .tight td,
      .bare td {
        height: 1.5rem;
        border-radius: 2px;
      }

      .tight :is(td, td.unseen, th) {
        font-size: 0.6875rem;
      }

      .bare td {
        height: 1rem;
        color: transparent;
        font-size: 0;
      }

      .bare td.pointed {
        position: relative;
        z-index: 1;
      }

      .bare :is(thead, tbody) th {
        padding-block: 0;
        font-size: 0.6875rem;
        line-height: 1.1;
      }

      .bare thead th:not(.fifth) {
        color: transparent;
        font-size: 0;
      }

      .reading {
        min-height: 1.5em;
        margin-block: var(--space-1) var(--space-2);
      }
    `,
  ];

  @property({ attribute: false }) matrix: MatrixAt = NO_MATRIX;
  /** How many tasks the stream has. */
  @property({ type: Number }) tasks = 5;
  /** Joint training sees all tasks as one and leaves a single row. */
  @property({ type: Boolean }) joint = false;
  @state() private pointed: Cell | null = null;

  private readonly frame = new FrameWidth(this);

  /** How closely the cells must stand, as class names. */
  private fit(): string {
    const { tasks } = this;
    const width = this.frame.px;
    if ((width - NAMES.long) / tasks >= ROOMY + 12) return 'scroll';
    const cell = (width - NAMES.short) / tasks;
    if (cell >= ROOMY) return 'scroll short';
    return cell >= TIGHT ? 'scroll short tight' : 'scroll short bare';
  }

  private valuesOf(row: number): readonly number[] | undefined {
    return row < 0 ? (this.matrix.untrained ?? undefined) : this.matrix.rows[row];
  }

  private cell(cell: Cell, value: number | undefined): unknown {
    const pointed = this.pointed?.row === cell.row && this.pointed.task === cell.task;
    const mark = pointed ? ' pointed' : '';
    if (value === undefined) return html`<td class=${`blank${mark}`}></td>`;
    const text = (100 * value).toFixed(0);
    const seen = cell.row >= 0 && (this.joint || cell.task <= cell.row);
    if (!seen) return html`<td class=${`unseen${mark}`}>${text}</td>`;
    return html`<td
      class=${(value >= TEXT_TURNS_AT ? 'deep' : '') + mark}
      ${customProperty('--share', `${(100 * value).toFixed(1)}%`)}
    >
      ${text}
    </td>`;
  }

  /** A row is drawn anew when it comes, goes or is pointed at: long streams have thousands of cells. */
  private row(index: number, title: unknown): unknown {
    const values = this.valuesOf(index);
    const pointed = this.pointed?.row === index ? this.pointed.task : -1;
    return html`<tr data-row=${index}>
      <th scope="row">${title}</th>
      ${guard([values, pointed, this.tasks, this.joint], () =>
        this.numbered((task) => this.cell({ row: index, task }, values?.[task])),
      )}
    </tr>`;
  }

  private numbered(item: (task: number) => unknown): readonly unknown[] {
    return Array.from({ length: this.tasks }, (_, task) => item(task));
  }

  private pointAt(event: Event): void {
    const cell = event.composedPath().find((target) => target instanceof HTMLTableCellElement);
    const row = Number((cell?.parentElement as HTMLElement | undefined)?.dataset['row']);
    const task = (cell?.cellIndex ?? 0) - 1;
    this.pointed = cell && task >= 0 && Number.isInteger(row) ? { row, task } : null;
  }

  private move(event: KeyboardEvent): void {
    const step = arrowStep(event);
    if (event.key === 'Escape') this.pointed = null;
    if (!step || this.matrix.rows.length === 0) return;
    event.preventDefault();
    const first = this.matrix.untrained ? -1 : 0;
    const { row, task } = this.pointed ?? { row: this.matrix.rows.length - 1, task: -step[1] };
    const within = (value: number, least: number, most: number): number =>
      Math.max(least, Math.min(most, value));
    this.pointed = {
      row: within(row + step[0], first, this.matrix.rows.length - 1),
      task: within(task + step[1], 0, this.tasks - 1),
    };
  }

  private reading(): string {
    const { pointed } = this;
    const value = pointed && this.valuesOf(pointed.row)?.[pointed.task];
    if (value === undefined || value === null) return '';
    const { row, task } = pointed!;
    const when =
      row < 0 ? 'Before training' : this.joint ? 'After training' : `After task ${row + 1}`;
    const met = this.joint || row >= task ? '' : ', which it has not met yet';
    const best = Math.max(...this.matrix.rows.slice(task, row + 1).map((each) => each[task] ?? 0));
    const lost = best - value;
    const below =
      !this.joint && row > task && lost >= 0.005
        ? `, ${(100 * lost).toFixed(0)} below its best`
        : '';
    return `${when}: ${(100 * value).toFixed(1)} % on task ${task + 1}${met}${below}.`;
  }

  override render(): unknown {
    const { untrained } = this.matrix;
    const fit = this.fit();
    const bare = fit.includes('bare');
    return html`<div
        class=${fit}
        tabindex="0"
        role="region"
        aria-label="Accuracy matrix"
        aria-describedby="reading"
        @keydown=${this.move}
        @pointermove=${this.pointAt}
        @pointerdown=${this.pointAt}
        @pointerleave=${(event: PointerEvent): void => {
          if (event.pointerType === 'mouse') this.pointed = null;
        }}
      >
        <table>
          <caption class="visually-hidden">
            Accuracy in per cent on each task, after training on each task
          </caption>
          <thead>
            <tr>
              <td class="corner names"></td>
              ${this.numbered(
                (task) =>
                  html`<th scope="col" class=${task === 0 || (task + 1) % 5 === 0 ? 'fifth' : ''}>
                    <span class="word">task</span> ${task + 1}
                  </th>`,
              )}
            </tr>
          </thead>
          <tbody>
            ${
              untrained === null
                ? nothing
                : this.row(
                    -1,
                    fit === 'scroll'
                      ? 'untrained'
                      : html`<span aria-hidden="true">–</span
                          ><span class="visually-hidden">untrained</span>`,
                  )
            }
            ${
              this.joint
                ? this.row(0, fit === 'scroll' ? 'all at once' : 'all')
                : this.numbered((row) =>
                    this.row(row, html`<span class="word">after</span> ${row + 1}`),
                  )
            }
          </tbody>
        </table>
      </div>
      <p id="reading" class="reading small soft" aria-live="polite">
        ${this.reading() || (bare ? 'The stronger the colour, the higher the accuracy. Tap or point at a cell to read it.' : '')}
      </p>`;
  }
}
