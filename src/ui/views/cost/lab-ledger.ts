/**
 * What a run costs at a moment: time, arithmetic and memory of a step, beside a dense network's, and all that has been
 * spent so far. Counted by the engine; only times are measured.
 */
import { html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Config } from '../../../lab/config/config.ts';
import { latest, type LedgerEntry, type Recording } from '../../../lab/recording/recording.ts';
import { LAYOUTS } from '../../../sparse/layouts/registry.ts';
import { emit } from '../../parts/ui-events.ts';
import { customProperty } from '../../style/custom-property.ts';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMilliseconds,
  formatWords,
} from '../../style/format.ts';
import { sharedStyles } from '../../style/shared-styles.ts';
import { LabView } from '../../view/lab-view.ts';
import { exactTable, exactTableStyles } from './exact-table.ts';
import { arrivalSentence, speedSentence } from './ledger-sentences.ts';
import { ledgerStyles } from './ledger-styles.ts';
import { KINDS, memoryLines, sumBytes, WORK } from './ledger-words.ts';
import { paceChart, paceChartStyles } from './pace-chart.ts';
import { flops, flopsOf, saving, totalsAt, type Counted, type Flops } from './run-totals.ts';
import { speedUp, stepMsAt, timesByKind } from './step-time.ts';
import { twoBars, twoBarsStyles } from './two-bars.ts';

@customElement('lab-ledger')
export class LabLedger extends LabView {
  static override styles = [
    sharedStyles,
    ledgerStyles,
    twoBarsStyles,
    paceChartStyles,
    exactTableStyles,
  ];

  /** Nothing is under way, so that the device is free to be measured. */
  @property({ type: Boolean }) idle = false;

  override render(): unknown {
    const { recording, at } = this;
    if (!recording) {
      return html`<p class="soft">
        While a run goes you see here what it costs: how long a step takes, how much arithmetic and
        memory, and what a dense network would have taken.
      </p>`;
    }
    const entry = latest(recording.ledger, at);
    return html`
      ${this.figures(recording, entry)}
      <div class="parts">
        ${this.time(recording, entry)} ${this.soFar(recording)}
        ${entry ? [this.arithmetic(entry), this.memory(entry)] : nothing}
      </div>
      ${
        entry
          ? html`<details>
              <summary>Exact numbers</summary>
              ${exactTable(entry)}
            </details>`
          : html`<p class="small soft">
              What a step executes and how much memory it takes was not recorded of this moment.
            </p>`
      }
    `;
  }

  private figures(recording: Recording, entry: LedgerEntry | null): unknown {
    const { measured } = recording;
    const step = stepMsAt(recording, this.at);
    const ms = step?.ms ?? measured?.sparse.ms;
    const lines = entry ? memoryLines(entry.bytes).filter(({ training }) => training) : [];
    const figures: readonly (readonly [string, string, string])[] = [
      [
        'A step takes',
        ms === undefined ? '–' : formatMilliseconds(ms),
        measured ? speedSentence(speedUp(measured)) : '',
      ],
      ...(entry
        ? [
            [
              'Arithmetic of a step',
              formatWords(flopsOf(entry.step).every.ours),
              arithmeticNote(flopsOf(entry.step).every),
            ] as const,
            ['Memory to train', formatBytes(sumBytes(lines)), 'without images and tests'] as const,
          ]
        : []),
    ];
    return html`<dl>
      ${figures.map(
        ([title, value, note]) =>
          html`<div>
            <dt>${title}</dt>
            <dd><span class="figure">${value}</span> <span class="small soft">${note}</span></dd>
          </div>`,
      )}
    </dl>`;
  }

  private time(recording: Recording, entry: LedgerEntry | null): unknown {
    const { measured } = recording;
    const kinds = measured && timesByKind(measured);
    const step = stepMsAt(recording, this.at);
    const dense = !LAYOUTS[recording.config.layout].masked;
    return html`<section aria-labelledby="time">
      <h3 id="time">Time</h3>
      ${
        measured
          ? html`
              <p class="small soft">
                Measured here, on noise instead of images: ${formatMilliseconds(measured.sparse.ms)}
                a step, ${formatMilliseconds(measured.dense.ms)} if it were dense.
                ${entry ? arrivalSentence(saving(flopsOf(entry.step).every), speedUp(measured)) : ''}
              </p>
              ${twoBars(
                [
                  { title: 'Whole step', ours: measured.sparse.ms, dense: measured.dense.ms },
                  ...(kinds ?? []),
                ],
                formatMilliseconds,
              )}
              ${
                kinds
                  ? nothing
                  : html`<p class="small soft">
                      This device does not say how long each kind of work takes.
                    </p>`
              }
            `
          : html`<p class="small soft">
              ${
                step
                  ? `${formatMilliseconds(step.ms)} a step, ${step.from === 'pace' ? 'as the run goes' : 'on the average of the run'}.`
                  : 'No step has been timed so far.'
              }
              ${
                dense
                  ? 'This network is dense: all its weights exist, and each is multiplied.'
                  : 'How much faster than a dense step that is, only a measurement tells.'
              }
            </p>`
      }
      ${dense ? nothing : this.measuring(measured !== null)} ${paceChart(recording, this.at)}
    </section>`;
  }

  private measuring(again: boolean): unknown {
    return html`<div class="measure">
      <button
        type="button"
        aria-disabled=${this.idle ? 'false' : 'true'}
        aria-describedby="measuring"
        @click=${this.measure}
      >
        ${again ? 'Measure again' : 'Measure a dense step here'}
      </button>
      <span id="measuring" class="small soft">
        ${
          this.idle
            ? 'Takes some seconds: this network and its dense twin, in turn.'
            : 'Possible when no run is under way: it needs the device to itself.'
        }
      </span>
    </div>`;
  }

  private readonly measure = (): void => {
    if (this.idle) emit(this, 'lab-measure', null);
  };

  private arithmetic({ step }: LedgerEntry): unknown {
    const counted = flopsOf(step);
    const kinds = KINDS.map((kind) => ({ ...WORK[kind], ...flops(step.kinds[kind]) })).filter(
      ({ ours, dense }) => ours > 0 || dense > 0,
    );
    return html`<section aria-labelledby="arithmetic">
      <h3 id="arithmetic">Arithmetic</h3>
      <p class="small soft">
        FLOPs of one step: additions and multiplications, counted as they are dispatched.
        ${
          agree(counted)
            ? 'No image is replayed, so published tables would count the same.'
            : 'Published tables charge replayed images their forward pass alone; what runs here pays every pass.'
        }
      </p>
      ${conventions('The whole step', counted)}
      <h4>By kind, every pass counted</h4>
      ${twoBars(kinds, formatWords)}
    </section>`;
  }

  private memory({ bytes }: LedgerEntry): unknown {
    const lines = memoryLines(bytes);
    const all = sumBytes(lines);
    const most = lines.reduce((top, line) => Math.max(top, line.bytes), 1);
    return html`<section aria-labelledby="memory">
      <h3 id="memory">Memory</h3>
      <p class="small soft">
        ${formatBytes(all)} on the device, as its allocator handed them out;
        ${formatBytes(sumBytes(lines.filter(({ training }) => training)))} of them to train.
      </p>
      <ul class="pairs">
        ${lines.map(
          (line) =>
            html`<li>
              <div class="title">
                <span><b>${line.title}</b> <span class="soft">${line.about}</span></span>
                <span>${formatBytes(line.bytes)}</span>
              </div>
              <div
                class="bar ${line.training ? '' : 'besides'}"
                ${customProperty('--share', `${((100 * line.bytes) / most).toFixed(2)}%`)}
              ></div>
            </li>`,
        )}
      </ul>
    </section>`;
  }

  private soFar(recording: Recording): unknown {
    const { report, ledger, config } = recording;
    const { at } = this;
    const sums = totalsAt(ledger, at);
    const ended = report !== null && at >= report.steps;
    if (sums.steps === 0 && !ended) return nothing;
    const counted = ended ? flopsOf(report.ledger.run) : sums;
    return html`<section aria-labelledby="sofar">
      <h3 id="sofar">${ended ? 'The run in all' : 'So far'}</h3>
      <p class="small soft">
        ${
          ended
            ? `${formatCount(report.steps)} steps in ${formatDuration(report.timing.trainSeconds)} of training (${formatDuration(report.timing.totalSeconds)} with preparation and tests), at most ${formatBytes(report.peakGpuBytes)} of GPU memory. Counted is everything that training ran, the choice of masks and images included.`
            : `FLOPs of ${formatCount(sums.steps)} steps, each at what it cost when it was made.${besides(config)}`
        }
      </p>
      ${conventions('All steps', counted)}
    </section>`;
  }
}

function agree({ every, published }: Counted): boolean {
  return every.ours === published.ours && every.dense === published.dense;
}

function arithmeticNote({ ours, dense }: Flops): string {
  const dear = dense > ours ? `; a dense step makes ${formatWords(dense)}` : '';
  return `floating-point operations (FLOPs)${dear}`;
}

/** Both ways of counting, or one under `title` where they agree. */
function conventions(title: string, counted: Counted): unknown {
  const { every, published } = counted;
  const rows = agree(counted)
    ? [{ title, ...every }]
    : [
        { title: 'Every pass counted', ...every },
        { title: 'As published tables count', ...published },
      ];
  return twoBars(rows, formatWords);
}

/** Says what a run does besides its training steps, which the sums leave out; nothing where there is no such work. */
function besides({ layout, removal }: Config): string {
  return !LAYOUTS[layout].masked && removal === 0
    ? ''
    : ' What choosing masks and images takes comes on top; the report at the end has it.';
}
