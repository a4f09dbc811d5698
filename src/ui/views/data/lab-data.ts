/**
 * What the network trains on at a moment: the tasks of the stream, the images of earlier tasks that a replay buffer
 * keeps, and what data removal has taken from the present task and left in it.
 */
import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { Plan } from '../../../lab/recording/recording.ts';
import { customProperty } from '../../style/custom-property.ts';
import { sharedStyles } from '../../style/shared-styles.ts';
import { LabView } from '../../view/lab-view.ts';
import { dataStyles, taskColour } from './data-styles.ts';
import './lab-buffer.ts';
import './lab-removal.ts';
import { allAtOnce, tasksAt, type TaskMoment } from './stream-tasks.ts';

const STATES: Readonly<Record<TaskMoment['state'], string>> = {
  done: 'done',
  now: 'training now',
  later: 'to come',
};

/** From so many tasks on, their list scrolls. */
const MANY = 20;

@customElement('lab-data')
export class LabData extends LabView {
  static override styles = [
    sharedStyles,
    dataStyles,
    css`
      .tasks {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr));
        gap: var(--space-3);
        margin: var(--space-3) 0 0;
        padding: 0;
        list-style: none;
      }

      .tasks[tabindex] {
        max-height: 16rem;
        overflow-y: auto;
      }

      li {
        padding: var(--space-2) var(--space-3) var(--space-2);
        border: 1px solid var(--rule);
        border-top: 4px solid var(--task);
        border-radius: var(--radius);
        font-size: var(--text-small);
        line-height: 1.4;
      }

      li.now {
        border-color: var(--ink);
        border-top-color: var(--task);
        background: var(--sheet);
      }

      li.later {
        border-style: dashed;
        border-top-style: solid;
        color: var(--ink-soft);
      }

      .name {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 var(--space-2);
        font-weight: 600;
      }

      .state {
        color: var(--ink-soft);
        font-weight: 400;
      }

      li.now .state {
        color: var(--ink);
        font-weight: 600;
      }

      .parts {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
        gap: var(--space-6) var(--space-8);
        margin-top: var(--space-6);
      }
    `,
  ];

  override render(): unknown {
    const { recording, at, version } = this;
    if (!recording?.plan) {
      return html`<p class="soft">
        While a run goes you see here what the network trains on: the tasks in their order, the
        images of earlier tasks that it keeps to look at again, and the images that it leaves out.
      </p>`;
    }
    return html`
      ${this.stream(recording.plan)}
      <div class="parts">
        <lab-buffer .recording=${recording} .at=${at} .version=${version}></lab-buffer>
        <lab-removal .recording=${recording} .at=${at} .version=${version}></lab-removal>
      </div>
    `;
  }

  private stream(plan: Plan): unknown {
    const tasks = tasksAt(plan, this.at);
    return html`
      <h3 id="stream">The stream</h3>
      <p class="small soft">
        ${
          tasks.length === 1
            ? 'One task with all its classes, so that there is nothing to forget.'
            : allAtOnce(plan)
              ? 'All tasks at once: this network never has to remember.'
              : 'The tasks come one after another; the stream does not bring back those that are done.'
        }
      </p>
      <ol class="tasks" tabindex=${tasks.length > MANY ? 0 : nothing} aria-labelledby="stream">
        ${tasks.map(
          (task) =>
            html`<li
              class=${task.state}
              aria-current=${task.state === 'now' ? 'step' : nothing}
              ${customProperty('--task', taskColour(task.index))}
            >
              <div class="name">${task.name} <span class="state">${STATES[task.state]}</span></div>
              ${task.classes.join(', ')}
            </li>`,
        )}
      </ol>
    `;
  }
}
