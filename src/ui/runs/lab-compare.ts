/**
 * Two or more runs side by side: their curves over each other, their masks beside each other at one shared moment,
 * their figures, the settings in which they differ, and published results where some are near.
 */
import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { customProperty } from '../style/custom-property.ts';
import { formatCount } from '../style/format.ts';
import { sharedStyles } from '../style/shared-styles.ts';
import '../views/masks/lab-mask-wall.ts';
import type { Scenario } from '../view/moment.ts';
import { accuracyCurve, canGoAlong, lossCurve, placeAt, type Along } from './compare-curves.ts';
import { dashOf, inkOf, letterOf, stepAt, type ComparedRun } from './compared-run.ts';
import './lab-compare-numbers.ts';
import './lab-run-curves.ts';
import type { RunCurve } from './lab-run-curves.ts';
import { compareStyles } from './compare-styles.ts';

/** Points of a curve: more than a phone has columns, fewer than would be slow. */
const COLUMNS = 400;
/** Stops of the shared slider. */
const STOPS = 500;

const ALONG: readonly { readonly name: Along; readonly title: string }[] = [
  { name: 'steps', title: 'Steps' },
  { name: 'share', title: 'Share of the run' },
  { name: 'flops', title: 'Work (FLOPs)' },
];
const SCENARIOS: readonly { readonly name: Scenario; readonly title: string }[] = [
  { name: 'classIncremental', title: 'All classes' },
  { name: 'taskIncremental', title: 'The task’s own' },
];

@customElement('lab-compare')
export class LabCompare extends LitElement {
  static override styles = [sharedStyles, compareStyles];

  @property({ attribute: false }) runs: readonly ComparedRun[] = [];
  @state() private along: Along = 'steps';
  @state() private scenario: Scenario = 'classIncremental';
  /** The shared moment, as a share of each run. */
  @state() private share = 1;

  private loss: readonly Omit<RunCurve, 'now'>[] = [];
  private accuracy: readonly Omit<RunCurve, 'now'>[] = [];

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const recordings = this.runs.map(({ recording }) => recording);
    if (!canGoAlong(recordings, this.along)) this.along = 'steps';
    if (!['runs', 'along', 'scenario'].some((name) => changed.has(name))) return;
    const { along, scenario } = this;
    this.loss = recordings.map((recording, place) => ({
      place,
      points: lossCurve(recording, along, COLUMNS),
    }));
    this.accuracy = recordings.map((recording, place) => ({
      place,
      points: accuracyCurve(recording, along, scenario),
    }));
  }

  /** The curves with the shared moment on them. */
  private atMoment(curves: readonly Omit<RunCurve, 'now'>[]): readonly RunCurve[] {
    return curves.map((curve) => {
      const { recording } = this.runs[curve.place]!;
      return { ...curve, now: placeAt(recording, this.along, stepAt(recording, this.share)) };
    });
  }

  private choice<Name extends string>(
    legend: string,
    name: string,
    options: readonly { readonly name: Name; readonly title: string }[],
    now: Name,
    choose: (name: Name) => void,
  ): unknown {
    return html`<fieldset>
      <legend>${legend}</legend>
      <div class="options">
        ${options.map(
          (option) =>
            html`<label>
              <input
                type="radio"
                name=${name}
                class="visually-hidden"
                .checked=${option.name === now}
                @change=${(): void => {
                  choose(option.name);
                }}
              />
              ${option.title}
            </label>`,
        )}
      </div>
    </fieldset>`;
  }

  private key(): unknown {
    return html`<ul class="key">
      ${this.runs.map(
        ({ summary }, place) =>
          html`<li ${customProperty('--run', inkOf(place))}>
            <svg width="36" height="8" viewBox="0 0 36 8" aria-hidden="true">
              <path
                d="M0 4h36"
                stroke="currentColor"
                stroke-width="2.5"
                stroke-dasharray=${dashOf(place)}
              />
            </svg>
            <b>${letterOf(place)}</b> <span>${summary.name}</span>
          </li>`,
      )}
    </ul>`;
  }

  private slider(): unknown {
    const words = `${String(Math.round(100 * this.share))} % of each run`;
    return html`<div class="moment">
      <label for="moment">Moment</label>
      <input
        id="moment"
        type="range"
        min="0"
        max=${STOPS}
        step="1"
        .value=${String(Math.round(this.share * STOPS))}
        aria-valuetext=${words}
        @input=${(event: InputEvent): void => {
          this.share = Number((event.target as HTMLInputElement).value) / STOPS;
        }}
      />
      <output for="moment">${words}</output>
    </div>`;
  }

  private walls(): unknown {
    const masked = this.runs.some(({ recording }) => recording.masks.length > 0);
    if (!masked) {
      return html`<p class="soft">
        None of these runs has a mask: every weight of theirs exists. Compare with a run whose
        setting <code>sparsity</code> is above 0 to see its weights come and go here.
      </p>`;
    }
    return html`<div class="walls">
      ${this.runs.map(({ summary, recording }, place) => {
        const at = stepAt(recording, this.share);
        return html`<figure>
          <figcaption ${customProperty('--run', inkOf(place))}>
            <b>${letterOf(place)}</b> ${summary.name}
            <span class="soft small">step ${formatCount(at)} of ${formatCount(summary.steps)}</span>
          </figcaption>
          ${
            recording.masks.length === 0
              ? html`<p class="small soft dense">Dense: no mask, every weight exists.</p>`
              : html`<lab-mask-wall
                  .recording=${recording}
                  .at=${at}
                  .version=${0}
                  compact
                ></lab-mask-wall>`
          }
        </figure>`;
      })}
    </div>`;
  }

  override render(): unknown {
    const recordings = this.runs.map(({ recording }) => recording);
    const measures = ALONG.filter(({ name }) => canGoAlong(recordings, name));
    if (this.runs.length < 2) return nothing;
    return html`
      ${this.key()}
      <section aria-labelledby="curves">
        <h3 id="curves">While they learn</h3>
        <div class="choices">
          ${this.choice('Laid along', 'along', measures, this.along, (along) => {
            this.along = along;
          })}
          ${this.choice('Possible answers', 'scenario', SCENARIOS, this.scenario, (scenario) => {
            this.scenario = scenario;
          })}
        </div>
        <div class="charts">
          <lab-run-curves
            heading="Average accuracy over the tasks seen"
            percent
            marked
            .along=${this.along}
            .curves=${this.atMoment(this.accuracy)}
          ></lab-run-curves>
          <lab-run-curves
            heading="Training loss, smoothed"
            .along=${this.along}
            .curves=${this.atMoment(this.loss)}
          ></lab-run-curves>
        </div>
        ${this.slider()}
      </section>
      <section aria-labelledby="walls">
        <h3 id="walls">Their masks at that moment</h3>
        ${this.walls()}
      </section>
      <lab-compare-numbers .runs=${this.runs}></lab-compare-numbers>
    `;
  }
}
