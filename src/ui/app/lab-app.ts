/**
 * The lab: owns the setup that is about to run, and through its `Runner` the run that is shown; lays out the parts and
 * does what they ask. The parts own nothing but their looks.
 */
import { html, LitElement } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { ConfigKey } from '../../lab/config/config.ts';
import type { AddedClass, GivenArchive } from '../../lab/protocol.ts';
import type { Recording } from '../../lab/recording/recording.ts';
import { STORIES } from '../../lab/presets/stories.ts';
import { LAYOUTS } from '../../sparse/layouts/registry.ts';
import type { FieldProblem } from '../parts/config-fields.ts';
import { disclosure } from '../style/disclosure.ts';
import { sharedStyles } from '../style/shared-styles.ts';
import { VIEWS } from './views.ts';
import { labAppStyles } from './lab-app-styles.ts';
import { RefusalCheck } from './refusal-check.ts';
import { shareDone } from './run-state.ts';
import { Runner, type WantedRun } from './runner.ts';
import { allPresets, presetNamed } from '../parts/preset-list.ts';
import {
  changedKeys,
  firstPreset,
  nextRun,
  searchOf,
  setupOf,
  suitedSetup,
  withValues,
} from '../parts/setup.ts';
import type { Setup } from '../parts/setup.ts';
import { emit, type LabEvents } from '../parts/ui-events.ts';
import '../controls/lab-archive.ts';
import '../controls/lab-device.ts';
import '../controls/lab-estimate.ts';
import '../controls/lab-settings.ts';
import '../controls/lab-share.ts';
import '../controls/lab-stories.ts';
import './lab-notices.ts';
import './lab-panel.ts';
import './lab-transport.ts';

@customElement('lab-app')
export class LabApp extends LitElement {
  static override styles = [sharedStyles, disclosure, labAppStyles];

  @state() private setup: Setup = setupOf(firstPreset());
  /** Parameters of the address that could not be used. */
  @state() private addressProblems: readonly string[] = [];
  /** A part of the page that was needed for what was asked last could not be fetched. */
  @state() private unfetched = false;
  /** The address is being read, and nothing is drawn before it has been. */
  private reading: Promise<void> | null = null;
  /** Values as typed that cannot be used, by key. */
  @state() private problems: ReadonlyMap<ConfigKey, FieldProblem> = new Map();
  private archive: GivenArchive | null = null;
  /** The visitor's own classes; the config says how many of them are learnt. */
  @state() private added: readonly AddedClass[] = [];
  /** Whether the part of the page that reads them has been fetched. */
  @state() private ownImages = false;
  /** Nobody has chosen anything yet, so that the setup may still be suited to the device. */
  private untouched = location.search === '';
  private readonly runner = new Runner(this, {
    wanted: () => this.wanted(),
    deviceKnown: () => {
      this.suit();
    },
    ended: (recording) => {
      emit(this, 'lab-run-ended', recording);
    },
    finished: () => {
      this.goOn();
    },
  });

  private readonly check = new RefusalCheck(() => {
    this.requestUpdate();
  });

  constructor() {
    super();
    if (location.search !== '') this.reading = this.fetched(() => this.readAddress());
  }

  protected override async scheduleUpdate(): Promise<void> {
    await this.reading;
    await super.scheduleUpdate();
  }

  private async readAddress(): Promise<void> {
    const { setupFrom } = await import('../parts/address.ts');
    const { setup, problems } = setupFrom(location.search);
    this.setup = setup;
    this.addressProblems = problems;
  }

  /** Does what needs a part of the page that may have to be fetched first, and tells where it cannot be. */
  private async fetched(act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.unfetched = false;
    } catch (error) {
      console.error(error);
      this.unfetched = true;
    }
  }

  /** Shows a recording as if it had just been run. */
  show(recording: Recording): void {
    this.runner.show(recording);
  }

  /** Makes a config the one that is about to run. */
  prepare({ preset, config }: LabEvents['lab-open-setup']): void {
    void this.fetched(async () => {
      if (!presetNamed(preset)) await allPresets();
      // A recording from elsewhere may name a preset that this page does not have.
      const known = presetNamed(preset)?.name ?? this.setup.preset;
      this.problems = new Map();
      this.adopt({ ...suitedSetup(known, this.runner.device), config });
    });
  }

  /** What is set up, with what belongs to it. */
  private wanted(): WantedRun {
    this.addressProblems = [];
    this.untouched = false;
    const { archive, added } = this;
    const { preset, config } = this.setup;
    return {
      preset,
      config,
      ...(archive && { archive }),
      ...(added.length > 0 && { added }),
    };
  }

  /** The story that a first visit opens on, in the size that suits the device. */
  private suit(): void {
    const { going, device } = this.runner;
    if (this.untouched && !going) this.setup = suitedSetup(this.setup.preset, device);
  }

  /** Starts the next run of a story that has several. */
  private goOn(): void {
    // What was made ready meanwhile waits for its own Run.
    if (this.runner.lab.recording?.config !== this.setup.config) return;
    const next = nextRun(this.setup, this.runner.device);
    if (!next) return;
    this.adopt(next);
    this.runner.start();
  }

  private moveTo(moment: LabEvents['lab-moment']): void {
    const { player } = this.runner;
    if (typeof moment === 'number') player.seek(moment);
    else player[moment]();
  }

  private adopt(setup: Setup): void {
    this.setup = setup;
    this.untouched = false;
    this.addressProblems = [];
    history.replaceState(null, '', searchOf(setup) + location.hash);
  }

  private choosePreset(name: string): void {
    this.problems = new Map();
    this.unfetched = false;
    const { seed } = this.setup.config;
    const own = STORIES.some((story) => story.name === name && story.ownImages);
    const values = { seed, ...(own && { addedClasses: this.added.length }) };
    this.adopt(withValues(suitedSetup(name, this.runner.device), values));
  }

  private setField(key: ConfigKey, text: string): void {
    void this.fetched(async () => {
      const { readField } = await import('../parts/config-fields.ts');
      const problems = new Map(this.problems);
      const reading = readField(key, text, this.setup.config);
      if (reading.ok) {
        problems.delete(key);
        this.adopt(withValues(this.setup, reading.value));
      } else {
        problems.set(key, reading);
      }
      this.problems = problems;
    });
  }

  private resetField(key: ConfigKey): void {
    this.setField(key, String(this.setup.base[key]));
  }

  /** An official archive says by its name which set it holds. */
  private giveArchive(file: File | null): void {
    this.archive = file === null ? null : { name: file.name, blob: file };
    const named = /cifar-?(100?)(?!\d)/i.exec(file?.name ?? '')?.[1];
    if (named !== undefined) this.setField('data', `cifar${named}`);
  }

  private takeAdded(added: readonly AddedClass[]): void {
    this.added = added;
    this.setField('addedClasses', String(added.length));
  }

  private async openOwnImages(event: ToggleEvent): Promise<void> {
    if (event.newState !== 'open' || this.ownImages) return;
    await import('../own-images/lab-own-images.ts');
    this.ownImages = true;
  }

  /** The story is about them, or the config asks for them. */
  private wantsOwnImages(): boolean {
    const { preset, config } = this.setup;
    return (
      config.addedClasses > 0 || STORIES.some((story) => story.name === preset && story.ownImages)
    );
  }

  private hindrance(): string | null {
    if (this.runner.lacksWebGpu) {
      return this.runner.lab.recording
        ? 'There is no GPU to run on; this is a recorded run.'
        : 'There is no GPU to run on.';
    }
    if (this.setup.config.addedClasses > this.added.length) {
      return 'Give images of your own first: the page does not keep those of an earlier visit.';
    }
    return this.problems.size > 0 || this.check.refuses(this.setup)
      ? 'Mend the marked setting first.'
      : null;
  }

  protected override updated(): void {
    const { lab, going } = this.runner;
    if (lab.recording?.report) void import('./lab-report.ts');
    const share = Math.floor(100 * shareDone(lab));
    document.title = going ? `${share} % · Palimpsest` : 'Palimpsest';
  }

  private renderSetup(): unknown {
    const { setup } = this;
    const { lab, going } = this.runner;
    // Set up is what is shown already.
    const shown = lab.recording?.config === setup.config;
    const look = this.runner.lacksWebGpu ? 'no-device' : shown ? 'run-shown' : '';
    return html`<section class="setup ${look}" aria-label="Setup">
      <lab-device
        .adapter=${lab.adapter}
        .failure=${lab.failure}
        .gigaflops=${lab.gigaflops}
      ></lab-device>
      <lab-estimate
        .config=${setup.config}
        .gigaflops=${lab.gigaflops}
        .waiting=${lab.gigaflops === null && lab.failure === null && !going}
        .answer=${this.runner.estimate}
        @lab-estimate=${(event: HTMLElementEventMap['lab-estimate']): void => {
          this.runner.send({ type: 'estimate', ...event.detail });
        }}
        .refused=${this.check.refuses(setup)}
      ></lab-estimate>
      <lab-share
        .preset=${setup.preset}
        .config=${setup.config}
        .search=${searchOf(setup)}
        .locked=${going}
        @lab-open-setup=${(event: HTMLElementEventMap['lab-open-setup']): void => {
          event.stopPropagation();
          this.prepare(event.detail);
        }}
      ></lab-share>
      <lab-notices
        .problems=${this.addressProblems}
        .unfetched=${this.unfetched}
        .notices=${lab.recording?.notices ?? []}
        .failure=${lab.failure}
      ></lab-notices>
      <details class="own" ?open=${this.wantsOwnImages()} @toggle=${this.openOwnImages}>
        <summary>Your own images</summary>
        ${
          this.ownImages
            ? html`<lab-own-images
                .locked=${going}
                @lab-added-classes=${(event: HTMLElementEventMap['lab-added-classes']): void => {
                  this.takeAdded(event.detail);
                }}
              ></lab-own-images>`
            : ''
        }
      </details>
      <lab-settings
        .config=${setup.config}
        .base=${setup.base}
        .problems=${this.problems}
        .refused=${this.check.refuses(setup)}
        .locked=${going}
        @lab-field=${(event: HTMLElementEventMap['lab-field']): void => {
          this.setField(event.detail.key, event.detail.text);
        }}
        @lab-reset=${(event: HTMLElementEventMap['lab-reset']): void => {
          this.resetField(event.detail);
        }}
      >
        <lab-archive
          .locked=${going}
          @lab-archive=${(event: HTMLElementEventMap['lab-archive']): void => {
            this.giveArchive(event.detail);
          }}
        ></lab-archive>
      </lab-settings>
    </section>`;
  }

  /** Says which run is shown, where that is not the one that is set up. */
  private renderShown(): unknown {
    const { lab, going } = this.runner;
    const { recording } = lab;
    if (!recording || going) return '';
    const { preset, config } = recording;
    if (changedKeys({ ...this.setup, base: config }).length === 0) return '';
    const title = presetNamed(preset)?.title ?? preset ?? 'an unnamed run';
    return html`<p class="shown small">
      Shown below: <b>${title}</b>, seed ${config.seed}. What is set up above is another run.
    </p>`;
  }

  private renderRun(): unknown {
    const { lab, going, player } = this.runner;
    const { recording, version } = lab;
    const idle = !going && lab.adapter !== null;
    const { at } = player;
    const { layout } = recording?.config ?? this.setup.config;
    return html`<section
      class=${LAYOUTS[layout].masked ? 'run' : 'run dense'}
      aria-label="Run"
      @lab-measure=${(): void => {
        this.runner.measure();
      }}
    >
      ${VIEWS.map(
        (view) =>
          html`<lab-panel
            id=${view.name}
            class=${view.wide ? 'wide' : ''}
            .view=${view}
            .recording=${recording}
            .at=${at}
            .version=${version}
            >${view.render({ recording, at, version, idle })}</lab-panel
          >`,
      )}
      ${
        recording?.report
          ? html`<lab-report class="wide" .report=${recording.report}></lab-report>`
          : ''
      }
    </section>`;
  }

  private renderStories(): unknown {
    const { setup } = this;
    const { lab, going } = this.runner;
    return html`<lab-stories
      .preset=${setup.preset}
      .config=${setup.config}
      .gigaflops=${lab.gigaflops}
      .software=${lab.adapter?.software ?? false}
      .locked=${going}
      .settled=${this.runner.estimate !== null || lab.failure !== null}
      .seedProblem=${this.problems.get('seed') ?? null}
      @lab-preset=${(event: CustomEvent<string>): void => {
        this.choosePreset(event.detail);
      }}
      @lab-field=${(event: HTMLElementEventMap['lab-field']): void => {
        this.setField(event.detail.key, event.detail.text);
      }}
      @lab-open-setup=${(event: HTMLElementEventMap['lab-open-setup']): void => {
        event.stopPropagation();
        this.prepare(event.detail);
      }}
    ></lab-stories>`;
  }

  override render(): unknown {
    const { lab, player, asked } = this.runner;
    return html`
      ${this.renderStories()} ${this.renderSetup()} ${this.renderShown()} ${this.renderRun()}
      <lab-transport
        .lab=${lab}
        .at=${player.at}
        .following=${player.following}
        .playing=${player.playing}
        .asked=${asked}
        .hindrance=${this.hindrance()}
        @lab-command=${(event: HTMLElementEventMap['lab-command']): void => {
          this.runner.command(event.detail);
        }}
        @lab-moment=${(event: HTMLElementEventMap['lab-moment']): void => {
          this.moveTo(event.detail);
        }}
        @lab-skip-tuning=${(): void => {
          this.runner.send({ type: 'skip-tuning' });
        }}
      ></lab-transport>
    `;
  }
}
