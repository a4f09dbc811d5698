/**
 * What the colours and marks of the mask wall mean. Each task is also a switch that leaves its units alone on the
 * page: the way to tell two inks apart that does not need colour.
 */
import { css, html, LitElement, nothing, svg } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { customProperty } from '../../style/custom-property.ts';
import { formatCount, formatPercent } from '../../style/format.ts';
import { sharedStyles } from '../../style/shared-styles.ts';
import { tell } from './mask-events.ts';
import { TASK_INKS } from './mask-palette.ts';

export interface TaskShare {
  /** From 0. */
  readonly task: number;
  readonly classes: readonly string[];
  /** Live units that were born in it. */
  readonly live: number;
}

const MARKS = {
  dead: svg`<rect class="dead" x="2" y="2" width="12" height="12" />`,
  trace: svg`<rect class="dead" x="2" y="2" width="12" height="12" />
    <rect class="trace" x="4.5" y="4.5" width="7" height="7" />`,
  grown: svg`<rect class="ink" x="3" y="3" width="10" height="10" />
    <rect class="grow" x="1.5" y="1.5" width="13" height="13" />`,
  dropped: svg`<rect class="ink faded" x="2" y="2" width="12" height="12" />
    <path class="drop" d="M1 15 15 1" />`,
  gradient: svg`<rect class="ink" x="2" y="2" width="12" height="12" />
    <rect class="gilt" x="6" y="6" width="4" height="4" />`,
} as const;

@customElement('lab-mask-legend')
export class LabMaskLegend extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-3);
      }

      .shares {
        display: flex;
        gap: 1px;
        height: 0.5rem;
      }

      .shares span {
        flex: var(--live) 1 0;
        min-width: 2px;
        background: var(--mark);
      }

      ul {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-2);
        margin: 0;
        padding: 0;
        list-style: none;
      }

      ul.marks {
        gap: var(--space-1) var(--space-4);
        color: var(--ink-soft);
        font-size: var(--text-small);
      }

      .marks li {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
      }

      button {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
        min-height: 2rem;
        padding: 0 var(--space-3) 0 var(--space-2);
        border-color: var(--rule);
        font-size: var(--text-small);
      }

      button[aria-pressed='true'] {
        border-color: var(--ink);
        box-shadow: inset 0 0 0 1px var(--ink);
      }

      .inkwell {
        flex: none;
        width: 0.8rem;
        height: 0.8rem;
        border-radius: 1px;
        background: var(--mark);
      }

      .classes {
        max-width: 12rem;
        overflow: hidden;
        color: var(--ink-soft);
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      svg {
        flex: none;
        width: 1rem;
        height: 1rem;
      }

      .dead {
        fill: var(--dead);
      }

      .ink,
      .trace {
        fill: var(--task-1);
      }

      .trace {
        opacity: 0.3;
      }

      .faded {
        opacity: 0.55;
      }

      .gilt {
        fill: var(--gradient);
      }

      .grow,
      .drop {
        fill: none;
        stroke: var(--grow);
        stroke-width: 2;
      }

      .drop {
        stroke: var(--drop);
      }

      @media (pointer: coarse) {
        button {
          min-height: var(--target);
        }
      }
    `,
  ];

  @property({ attribute: false }) tasks: readonly TaskShare[] = [];
  @property({ attribute: false }) selected: number | null = null;
  /** Whether gradients are sparse, so that they are marked. */
  @property({ type: Boolean }) gradients = false;
  /** How a square is to be read. */
  @property() reading = '';
  @property({ type: Boolean }) compact = false;

  override render(): unknown {
    const { tasks, selected, compact } = this;
    const live = tasks.reduce((sum, each) => sum + each.live, 0);
    const ink = (task: number): string => `var(--task-${(task % TASK_INKS) + 1})`;
    return html`
      <div class="shares" aria-hidden="true">
        ${tasks
          .filter((each) => each.live > 0)
          .map(
            (each) =>
              html`<span
                ${customProperty('--live', String(each.live))}
                ${customProperty('--mark', ink(each.task))}
              ></span>`,
          )}
      </div>
      <ul aria-label="Tasks: show the units born in one alone">
        ${tasks.map(
          ({ task, classes, live: count }) => html`
            <li>
              <button
                type="button"
                aria-pressed=${selected === task}
                title=${`${formatCount(count)} live, born in task ${task + 1}${classes.length > 0 ? ` (${classes.join(', ')})` : ''}`}
                @click=${() => {
                  tell(this, 'lab-mask-task', selected === task ? null : task);
                }}
              >
                <span class="inkwell" ${customProperty('--mark', ink(task))}></span>
                <span>${compact ? task + 1 : `Task ${task + 1}`}</span>
                ${
                  compact || classes.length === 0
                    ? nothing
                    : html`<span class="classes">${classes.join(', ')}</span>`
                }
                <span>${formatPercent(live === 0 ? null : count / live)}</span>
              </button>
            </li>
          `,
        )}
      </ul>
      ${compact ? nothing : this.marks()}
    `;
  }

  private marks(): unknown {
    const mark = (name: keyof typeof MARKS, text: string): unknown =>
      html`<li><svg viewBox="0 0 16 16" aria-hidden="true">${MARKS[name]}</svg>${text}</li>`;
    return html`
      <ul class="marks" aria-label="Marks">
        ${mark('grown', 'just grown')} ${mark('dropped', 'just dropped')}
        ${mark('trace', 'lived once, dropped: its ink shows through')}
        ${mark('dead', 'never written on')}
        ${this.gradients ? mark('gradient', 'trained now: its gradient is computed') : nothing}
      </ul>
      <p class="small soft">${this.reading}</p>
    `;
  }
}
