/**
 * Data removal at a moment: how many images training still visits, and, of the last removal, pictures of what went
 * and of what stays, by class.
 */
import { css, html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { Thumbnails } from '../../../lab/protocol.ts';
import { latest, type ImagesRemoved, type Recording } from '../../../lab/recording/recording.ts';
import { formatCount, formatPercent } from '../../style/format.ts';
import { sharedStyles } from '../../style/shared-styles.ts';
import { LabView } from '../../view/lab-view.ts';
import { taskAt } from '../../view/moment.ts';
import { dataStyles, isNarrow } from './data-styles.ts';
import { imagesChart, imagesChartStyles } from './images-chart.ts';
import './lab-contact-sheet.ts';
import { picturesByOutput, spread } from './picture-groups.ts';
import { countsByClass, imagesOf, removalsAt } from './removal-tally.ts';
import { allAtOnce, className } from './stream-tasks.ts';

/** Pictures of one class that are left out, or kept. */
const MOST_OF_CLASS = { wide: 24, narrow: 15 } as const;

const FIRST: Readonly<Record<ImagesRemoved['removal']['score'], string>> = {
  misclassified: 'those that it got wrong least often',
  forgetting: 'those that it forgot least often',
  margin: 'those that it was surest of',
};

/** Pictures of a removal by class. */
interface Side {
  readonly thumbnails: Thumbnails;
  readonly byOutput: ReadonlyMap<number, readonly number[]>;
  readonly caption: (i: number) => string;
}

@customElement('lab-removal')
export class LabRemoval extends LabView {
  static override styles = [
    sharedStyles,
    dataStyles,
    imagesChartStyles,
    css`
      table {
        width: 100%;
        margin-top: var(--space-3);
        border-collapse: collapse;
        table-layout: fixed;
      }

      th {
        padding: var(--space-2) var(--space-3) var(--space-1) 0;
        font-size: var(--text-small);
        font-weight: 600;
        text-align: start;
        vertical-align: top;
      }

      td {
        padding: 0 var(--space-3) var(--space-2) 0;
        vertical-align: top;
      }

      tbody tr:first-child th {
        border-top: 1px solid var(--rule);
      }

      tbody th span {
        font-weight: 400;
      }

      .count {
        display: block;
      }
    `,
  ];

  private readonly sides = new WeakMap<Thumbnails, Side>();

  override render(): unknown {
    const { recording, at } = this;
    if (!recording?.plan) return nothing;
    return html`
      <div class="head"><h3>Data removal</h3></div>
      ${recording.config.removal === 0 ? none() : this.content(recording, at)}
    `;
  }

  private content(recording: Recording, at: number): unknown {
    const { config } = recording;
    const task = taskAt(recording, at);
    const now = removalsAt(recording, at, task).at(-1);
    const last = latest(recording.removals, at);
    const all = imagesOf(recording, task);
    const kept = now?.removal.kept ?? all;
    const name = this.nameOf(recording, task);
    return html`
      <p class="small soft">
        ${
          now
            ? `${formatCount(all - kept)} of the ${formatCount(all)} images of ${name} are left out by now; ${FIRST[now.removal.score]} went first. An epoch visits the other ${formatCount(kept)}.`
            : `All ${formatCount(all)} images of ${name} are still in use. As training goes on, up to ${formatPercent(config.removal)} of them are left out, the easiest first, so that it takes fewer steps.`
        }
      </p>
      ${imagesChart(recording, at)} ${last ? this.pictures(recording, last) : nothing}
    `;
  }

  private pictures(recording: Recording, event: ImagesRemoved): unknown {
    const { removed, kept, removal } = event;
    const when = `${this.nameOf(recording, removal.task)}, before epoch ${removal.epoch + 1}`;
    const went = `Last time (${when}), ${formatCount(removal.removed.length)} went.`;
    if (!removed && !kept) {
      return html`<p class="small soft">${went} This run recorded no pictures of them.</p>`;
    }
    const gone = removed && this.side(recording, removed, removal.task);
    const left = kept && this.side(recording, kept, removal.task);
    const counts = countsByClass(recording, this.at, removal.task);
    const heads = new Set([...(gone?.byOutput.keys() ?? []), ...(left?.byOutput.keys() ?? [])]);
    return html`
      <p class="small soft">${went} Some of these, and some that stay:</p>
      <table>
        <thead>
          <tr>
            <th scope="col"><span aria-hidden="true">✕</span> Left out</th>
            <th scope="col"><span aria-hidden="true">✓</span> Kept</th>
          </tr>
        </thead>
        ${[...heads]
          .sort((a, b) => a - b)
          .map((head) => {
            const title = className(recording, head, removal.task);
            const count = counts?.find(({ name }) => name === title);
            const sum = count
              ? `${formatCount(count.removed)} left out, ${formatCount(count.kept)} kept`
              : '';
            return html`<tbody>
              <tr>
                <th scope="rowgroup" colspan="2">${title} <span class="soft">${sum}</span></th>
              </tr>
              <tr>
                <td>${strip(gone, head, `${title}, left out`)}</td>
                <td>${strip(left, head, `${title}, kept`)}</td>
              </tr>
            </tbody>`;
          })}
      </table>
    `;
  }

  private nameOf(recording: Recording, task: number): string {
    const plan = recording.plan!;
    return allAtOnce(plan) ? 'the whole stream' : `task ${task + 1}`;
  }

  /** The same object for the same pictures, or a sheet would draw itself anew in every frame. */
  private side(recording: Recording, thumbnails: Thumbnails, task: number): Side {
    const known = this.sides.get(thumbnails);
    if (known) return known;
    const name = this.nameOf(recording, task);
    const caption = (i: number): string =>
      `${className(recording, thumbnails.heads[i]!, task)}, ${name}`;
    const side = { thumbnails, byOutput: picturesByOutput(thumbnails), caption };
    this.sides.set(thumbnails, side);
    return side;
  }
}

function strip(side: Side | undefined, head: number, label: string): unknown {
  const pictures = side?.byOutput.get(head);
  const narrow = isNarrow();
  if (!side || !pictures) return html`<span class="small soft">none shown</span>`;
  return html`<lab-contact-sheet
    .thumbnails=${side.thumbnails}
    .pictures=${spread(pictures, MOST_OF_CLASS[narrow ? 'narrow' : 'wide'])}
    .edge=${narrow ? 28 : 36}
    .caption=${side.caption}
    .label=${label}
  ></lab-contact-sheet>`;
}

function none(): unknown {
  return html`<p class="small soft">
    This run trains on every image of a task. With data removal (setting <code>removal</code>) the
    images that the network finds easiest leave a task as it goes on, and training takes fewer
    steps. You would see here, by class, which go and which stay.
  </p>`;
}
