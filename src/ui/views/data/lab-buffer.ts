/** The replay buffer at a moment: every image in it, as contact sheets by task or by class, and the share of each. */
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { Strategy } from '../../../continual/strategies/strategy.ts';
import { STRATEGIES } from '../../../continual/strategies/registry.ts';
import { latest, type BufferContent, type Recording } from '../../../lab/recording/recording.ts';
import { customProperty } from '../../style/custom-property.ts';
import { formatCount, formatPercent } from '../../style/format.ts';
import { segmented } from '../../style/segmented.ts';
import { sharedStyles } from '../../style/shared-styles.ts';
import { LabView } from '../../view/lab-view.ts';
import { dataStyles, isNarrow, taskColour } from './data-styles.ts';
import './lab-contact-sheet.ts';
import {
  bufferByClass,
  bufferByTask,
  isWhole,
  spread,
  type PictureGroup,
} from './picture-groups.ts';
import { className } from './stream-tasks.ts';

/** Pictures on all contact sheets together, until all are asked for, and on one at least. */
const MOST_PICTURES = { wide: 240, narrow: 80 } as const;
const LEAST_PICTURES = 8;

type Grouping = 'task' | 'class';

/** A buffer's pictures in groups, kept for as long as the same content is shown. */
interface Grouped {
  readonly buffer: BufferContent;
  readonly by: Grouping;
  readonly groups: readonly PictureGroup[];
  readonly caption: (i: number) => string;
}

@customElement('lab-buffer')
export class LabBuffer extends LabView {
  static override styles = [
    sharedStyles,
    segmented,
    dataStyles,
    css`
      .more {
        margin-top: var(--space-3);
      }

      .group {
        margin-top: var(--space-3);
      }

      .share {
        height: 6px;
        margin-block: var(--space-1) var(--space-2);
        border-radius: 3px;
        background: linear-gradient(var(--task) 0 0) 0 0 / var(--share) 100% no-repeat var(--rule);
      }

      @media (forced-colors: active) {
        .share {
          border: 1px solid;
          forced-color-adjust: none;
        }
      }
    `,
  ];

  @state() private by: Grouping = 'task';
  /** Whether every picture that was sent is shown. */
  @state() private all = false;
  private grouped: Grouped | null = null;

  override render(): unknown {
    const { recording, at } = this;
    if (!recording) return nothing;
    const content = latest(recording.buffers, at);
    const filled = content !== null && content.tasks.length > 0;
    return html`
      <div class="head">
        <h3>The replay buffer</h3>
        ${filled ? this.toggle() : nothing}
      </div>
      ${filled ? this.content(recording, content) : this.empty(recording, content)}
    `;
  }

  private empty({ config, report, buffers }: Recording, content: BufferContent | null): unknown {
    const { title, buffer, storing }: Strategy = STRATEGIES[config.strategy];
    const room = formatCount(content?.capacity ?? config.bufferSize);
    const text =
      buffer === 'none'
        ? `Nothing is kept of earlier tasks. ${title} goes without; under replay, such as strategy er, you would see which images are kept.`
        : buffers.length === 0 && report !== null
          ? `There is room for ${room} images. Which ones were in it was not recorded in this run.`
          : storing === 'task-end'
            ? `Empty so far, with room for ${room} images, which are chosen where a task ends.`
            : `Empty so far, with room for ${room} images, which enter as they are trained on.`;
    return html`<p class="small soft">${text}</p>`;
  }

  private content(recording: Recording, buffer: BufferContent): unknown {
    const { groups, caption } = this.groupsOf(recording, buffer);
    const narrow = isNarrow();
    const room = MOST_PICTURES[narrow ? 'narrow' : 'wide'];
    const most =
      this.all || buffer.tasks.length <= room
        ? Number.POSITIVE_INFINITY
        : Math.max(LEAST_PICTURES, Math.floor(room / groups.length));
    const more = groups.some(({ pictures }) => pictures.length > most);
    const shown = formatCount(buffer.tasks.length);
    const places = formatCount(buffer.capacity);
    return html`
      <p class="small soft">
        ${
          isWhole(buffer)
            ? `${shown} of ${places} places are taken.`
            : `Here are ${shown} images, spread evenly over what is in the ${places} places.`
        }
        Of tasks that are done, these images are all that the network can see again.
      </p>
      ${groups.map(
        (group) => html`
          <div
            class="group"
            ${customProperty('--task', group.task === null ? 'var(--accent)' : taskColour(group.task))}
            ${customProperty('--share', `${(100 * group.share).toFixed(2)}%`)}
          >
            <h4>
              ${group.name}
              <span class="soft"
                >${formatCount(group.pictures.length)} · ${formatPercent(group.share)}</span
              >
            </h4>
            <div class="share"></div>
            <lab-contact-sheet
              .thumbnails=${buffer.content}
              .pictures=${spread(group.pictures, most)}
              .caption=${caption}
              .edge=${narrow ? 28 : 36}
              .label=${`Replay buffer, ${group.name}`}
            ></lab-contact-sheet>
          </div>
        `,
      )}
      ${
        more || this.all
          ? html`<button
              type="button"
              class="more"
              aria-expanded=${this.all ? 'true' : 'false'}
              @click=${(): void => {
                this.all = !this.all;
              }}
            >
              ${this.all ? 'Show fewer' : `Show all ${shown}`}
            </button>`
          : nothing
      }
    `;
  }

  private toggle(): unknown {
    return html`<fieldset>
      <legend class="visually-hidden">How the buffer's images are grouped</legend>
      ${(['task', 'class'] as const).map(
        (by) =>
          html`<label>
            <input
              type="radio"
              name="by"
              value=${by}
              ?checked=${by === this.by}
              @change=${(): void => {
                this.by = by;
              }}
            />
            By ${by}
          </label>`,
      )}
    </fieldset>`;
  }

  private groupsOf(recording: Recording, buffer: BufferContent): Grouped {
    const { grouped, by } = this;
    if (grouped?.buffer === buffer && grouped.by === by) return grouped;
    const groups = by === 'task' ? bufferByTask(buffer) : bufferByClass(recording, buffer);
    const caption = (i: number): string => {
      const task = buffer.tasks[i]!;
      return `${className(recording, buffer.content.heads[i]!, task)}, task ${task + 1}`;
    };
    this.grouped = { buffer, by, groups, caption };
    return this.grouped;
  }
}
