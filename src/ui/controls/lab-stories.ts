/**
 * What to run: the stories as cards, of which one is chosen; the runs of a story that has several; every other preset
 * in a list; and the seed. Native radios, so that arrow keys choose and one stop of Tab leads past.
 */
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { DEFAULTS, type Config } from '../../lab/config/config.ts';
import { STORIES, type Story, type StoryView } from '../../lab/presets/stories.ts';
import { allPresets, knownPresets } from '../parts/preset-list.ts';
import { suitedSetup } from '../parts/setup.ts';
import { emit } from '../parts/ui-events.ts';
import { sharedStyles } from '../style/shared-styles.ts';
import type { FieldProblem } from '../parts/config-fields.ts';
import { storiesStyles } from './stories-styles.ts';
import { glyphStyles, storyGlyph } from './story-glyphs.ts';

const SEED_MOST = 0xffffffff;
/** When a card is scrolled to, so many pixels of its neighbour stay visible. */
const CARD_MARGIN = 32;

const LOOK: Readonly<Record<StoryView, string>> = {
  masks: 'Look at the mask wall',
  forgetting: 'Look at what it remembers',
  loss: 'Look at what it learns',
  data: 'Look at the images',
  ledger: 'Look at what it costs',
};

@customElement('lab-stories')
export class LabStories extends LitElement {
  static override styles = [sharedStyles, glyphStyles, storiesStyles];

  /** The name of a story, or of another preset. */
  @property() preset = '';
  @property({ attribute: false }) config!: Config;
  /** What the speed test gave; null before it. */
  @property({ attribute: false }) gigaflops: number | null = null;
  /** The adapter is emulated on the CPU. */
  @property({ type: Boolean }) software = false;
  /** A run is under way and its config holds still. */
  @property({ type: Boolean }) locked = false;
  /** The page has nothing more urgent to fetch than the list of the other presets. */
  @property({ type: Boolean }) settled = false;
  /** The seed as typed, where it cannot be used. */
  @property({ attribute: false }) seedProblem: FieldProblem | null = null;

  private readonly fetchPresets = async (): Promise<void> => {
    // Where the network has gone, the list stays empty until somebody turns to it again.
    await allPresets().catch(() => null);
    this.requestUpdate();
  };

  /** Where the cards scroll, the chosen one is brought into sight. */
  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('settled') && this.settled) void this.fetchPresets();
    const card = this.renderRoot.querySelector<HTMLElement>('.chosen');
    const row = card?.parentElement;
    if (!changed.has('preset') || !card || !row) return;
    const left = card.offsetLeft - row.offsetLeft;
    const right = left + card.offsetWidth;
    if (left < row.scrollLeft) row.scrollLeft = left - CARD_MARGIN;
    else if (right > row.scrollLeft + row.clientWidth) {
      row.scrollLeft = right + CARD_MARGIN - row.clientWidth;
    }
  }

  private choose(name: string): void {
    if (name !== '') emit(this, 'lab-preset', name);
  }

  private chooseRun({ name }: Story, run: number): void {
    const { preset, config } = suitedSetup(name, this, run);
    emit(this, 'lab-open-setup', { preset, config: { ...config, seed: this.config.seed } });
  }

  /** Which run of a story is set up; the first where none is recognised. */
  private runOf({ runs }: Story): number {
    const told = ['layout', 'dynamic'] as const;
    const { config } = this;
    const at = runs.findIndex((run) =>
      told.every((key) => (run[key] ?? DEFAULTS[key]) === config[key]),
    );
    return Math.max(0, at);
  }

  private card(story: Story): unknown {
    const { name, title } = story;
    const chosen = name === this.preset;
    return html`<label class=${chosen ? 'card chosen' : 'card'}>
      <input
        type="radio"
        name="story"
        value=${name}
        ?disabled=${this.locked}
        .checked=${live(chosen)}
        aria-describedby="${name}-line"
        @change=${(): void => {
          this.choose(name);
        }}
      />
      ${storyGlyph(name)}
      <span class="title">${title}</span>
      ${chosen ? nothing : this.line(story)}
    </label>`;
  }

  /** Shown below the cards for the chosen story. In the other cards it is there for screen readers alone. */
  private line({ name, line, look }: Story): unknown {
    return html`<span class="line" id="${name}-line"
      >${line} <span class="look">${LOOK[look]}.</span></span
    >`;
  }

  private runs(story: Story | undefined): unknown {
    if (!story || story.runs.length < 2) return nothing;
    const at = this.runOf(story);
    return html`<fieldset class="runs" ?disabled=${this.locked}>
      <legend>${story.runs.length} runs, one after another</legend>
      ${story.runTitles.map(
        (title, run) =>
          html`<label>
            <input
              type="radio"
              name="run"
              .checked=${live(run === at)}
              @change=${(): void => {
                this.chooseRun(story, run);
              }}
            />
            ${run + 1}. ${title}
          </label>`,
      )}
    </fieldset>`;
  }

  override render(): unknown {
    const story = STORIES.find(({ name }) => name === this.preset);
    const others = knownPresets().filter(({ name }) => !STORIES.some((each) => each.name === name));
    const other = others.find(({ name }) => name === this.preset);
    const wrong = this.seedProblem;
    return html`<fieldset class=${this.locked ? 'cards locked' : 'cards'}>
        <legend>Choose a story</legend>
        <div class="row" tabindex=${this.locked ? 0 : nothing}>
          ${STORIES.map((each) => this.card(each))}
        </div>
        ${story ? html`<p class="told">${this.line(story)}</p>` : nothing}
      </fieldset>
      ${this.runs(story)}
      <div class="pair">
        <div>
          <label for="preset">More presets</label>
          <select
            id="preset"
            aria-describedby=${other ? 'preset-line' : nothing}
            ?disabled=${this.locked}
            @pointerenter=${this.fetchPresets}
            @focus=${this.fetchPresets}
            @change=${(event: Event): void => {
              this.choose((event.target as HTMLSelectElement).value);
            }}
          >
            <option value="" .selected=${other === undefined}>–</option>
            ${others.map(
              ({ name, title }) =>
                html`<option value=${name} .selected=${name === this.preset}>
                  ${title} (${name})
                </option>`,
            )}
          </select>
        </div>
        <div>
          <label for="seed">Seed</label>
          <input
            id="seed"
            type="number"
            inputmode="numeric"
            min="0"
            max=${SEED_MOST}
            step="1"
            .value=${live(wrong?.text ?? String(this.config.seed))}
            ?disabled=${this.locked}
            aria-invalid=${wrong ? 'true' : 'false'}
            aria-describedby=${wrong ? 'seed-problem' : nothing}
            @change=${(event: Event): void => {
              emit(this, 'lab-field', {
                key: 'seed',
                text: (event.target as HTMLInputElement).value,
              });
            }}
          />
        </div>
      </div>
      ${wrong ? html`<p class="error" id="seed-problem">${wrong.message}</p>` : nothing}
      ${other ? html`<p class="small soft" id="preset-line">${other.line}</p>` : nothing}`;
  }
}
