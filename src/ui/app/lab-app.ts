/**
 * The lab: owns the worker, the state folded from its events, the moment that is shown, and the setup that is about
 * to run; lays out the parts and does what they ask. The parts own nothing but their looks.
 */
import { css, html, LitElement } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { refusals } from '../../lab/combinations.ts';
import type { ConfigKey } from '../../lab/config.ts';
import type { AddedClass, Command, Event as LabEvent, GivenArchive } from '../../lab/protocol.ts';
import type { Recording } from '../../lab/recording.ts';
import { STORIES } from '../../lab/presets-stories.ts';
import { readField } from '../controls/config-fields.ts';
import type { FieldProblem } from '../controls/config-fields.ts';
import { sharedStyles } from '../style/shared-styles.ts';
import { VIEWS } from '../views/registry.ts';
import { isDeviceFailure } from './failure-advice.ts';
import { Player } from './player.ts';
import { recordedRun } from './recorded-run.ts';
import { RunClient } from './run-client.ts';
import {
  beginRun,
  INITIAL,
  openRecording,
  reduce,
  shareDone,
  stepsDone,
  underWay,
} from './run-state.ts';
import type { LabState } from './run-state.ts';
import { nextRun, searchOf, setupFrom, suitedSetup, withValues } from './setup.ts';
import type { Setup } from './setup.ts';
import { emit, type LabCommand, type LabEvents } from './ui-events.ts';
import type { EstimateAnswer } from '../controls/lab-estimate.ts';
import '../controls/lab-archive.ts';
import '../controls/lab-device.ts';
import '../controls/lab-estimate.ts';
import '../controls/lab-settings.ts';
import '../controls/lab-share.ts';
import '../controls/lab-stories.ts';
import './lab-notices.ts';
import './lab-panel.ts';
import './lab-report.ts';
import './lab-transport.ts';

@customElement('lab-app')
export class LabApp extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 20rem) minmax(0, 1fr);
        align-items: start;
        gap: var(--space-8) var(--space-12);
      }

      lab-stories {
        grid-column: 1 / -1;
      }

      .own summary {
        display: flex;
        align-items: center;
        min-height: var(--target);
        cursor: pointer;
      }

      .setup,
      .run {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-6);
      }

      .run {
        gap: var(--space-8) var(--space-12);
      }

      @media (min-width: 75rem) {
        .run {
          grid-template-columns: repeat(2, minmax(0, 1fr));
          align-items: start;
        }

        .wide {
          grid-column: 1 / -1;
        }
      }

      @media (max-width: 52rem) {
        :host {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  @state() private lab: LabState = INITIAL;
  @state() private setup: Setup;
  /** Parameters of the address that could not be used. */
  @state() private addressProblems: readonly string[];
  /** Values as typed that cannot be used, by key. */
  @state() private problems: ReadonlyMap<ConfigKey, FieldProblem> = new Map();
  @state() private estimate: EstimateAnswer | null = null;
  @state() private asked: LabCommand | null = null;
  private readonly player = new Player(this);
  private archive: GivenArchive | null = null;
  /** The visitor's own classes; the config says how many of them are learnt. */
  @state() private added: readonly AddedClass[] = [];
  /** Whether the part of the page that reads them has been fetched. */
  @state() private ownImages = false;
  private client: RunClient | null = null;
  /** What was asked of an idle page besides a run: done as soon as the run stands ready. */
  private whenReady: Command | null = null;
  /** Nobody has chosen anything yet, so that the setup may still be suited to the device. */
  private untouched = location.search === '';

  constructor() {
    super();
    const reading = setupFrom(location.search);
    this.setup = reading.setup;
    this.addressProblems = reading.problems;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.open().send({ type: 'probe' });
  }

  override disconnectedCallback(): void {
    this.client?.close();
    this.client = null;
    super.disconnectedCallback();
  }

  /** Shows a recording as if it had just been run. */
  show(recording: Recording): void {
    this.command('stop');
    this.lab = openRecording(this.lab, recording);
    this.player.reach(stepsDone(this.lab));
    this.player.seek(0);
    this.player.play();
  }

  /** Makes a config the one that is about to run. */
  prepare({ preset, config }: LabEvents['lab-open-setup']): void {
    this.problems = new Map();
    this.adopt({ ...suitedSetup(preset ?? this.setup.preset, this.device), config });
  }

  private open(): RunClient {
    this.client ??= new RunClient((event) => {
      this.receive(event);
    });
    return this.client;
  }

  private receive(event: LabEvent): void {
    this.lab = reduce(this.lab, event);
    this.player.reach(stepsDone(this.lab));
    if (event.type === 'estimate') this.estimate = event;
    if (event.type === 'adapter') this.meet();
    if (event.type === 'speed') this.suit();
    if (event.type === 'state' || event.type === 'failure') this.asked = null;
    if (event.type === 'failure') {
      // The next run gets a fresh worker: one that lost its device or threw is not to be trusted.
      this.client?.close();
      this.client = null;
    }
    if (event.type === 'failure' && this.lacksWebGpu()) void this.showRecorded();
    const { recording } = this.lab;
    if (event.type === 'report' && recording) {
      emit(this, 'lab-run-ended', recording);
      this.goOn();
    }
    if (event.type !== 'state') return;
    if (event.state === 'stopped' && recording?.plan) emit(this, 'lab-run-ended', recording);
    if (event.state === 'paused' && this.whenReady !== null) {
      const command = this.whenReady;
      this.whenReady = null;
      this.open().send(command);
    }
  }

  /** A device is known: how fast it is will be in half a second. */
  private meet(): void {
    this.suit();
    if (this.lab.gigaflops === null) this.open().send({ type: 'speed' });
  }

  private get device(): { readonly gigaflops: number | null; readonly software: boolean } {
    return { gigaflops: this.lab.gigaflops, software: this.lab.adapter?.software ?? false };
  }

  /** The story that a first visit opens on, in the size that suits the device. */
  private suit(): void {
    if (!this.untouched || underWay(this.lab.run)) return;
    this.setup = suitedSetup(this.setup.preset, this.device);
  }

  /** Starts the next run of a story that has several. */
  private goOn(): void {
    const next = nextRun(this.setup, this.device);
    if (!next) return;
    this.adopt(next);
    this.start();
  }

  /** No run can be made in this browser. */
  private lacksWebGpu(): boolean {
    const { adapter, failure } = this.lab;
    return adapter === null && failure !== null && isDeviceFailure(failure.kind);
  }

  /** What a visitor without a GPU can look at; the device's line says what to do about it. */
  private async showRecorded(): Promise<void> {
    if (this.lab.recording) return;
    const recording = await recordedRun().catch(() => null);
    if (!recording) return;
    this.lab = { ...openRecording(this.lab, recording), failure: this.lab.failure };
    this.player.reach(stepsDone(this.lab));
    this.player.seek(0);
    this.player.play();
  }

  private start(then: Command | null = null): void {
    this.lab = beginRun(this.lab, this.setup.config, this.setup.preset);
    this.player.reach(0);
    this.player.follow();
    this.addressProblems = [];
    this.untouched = false;
    this.whenReady = then;
    // Until the worker says that it prepares, there is no run that it could pause or stop.
    this.asked = 'run';
    this.open().send({
      type: 'start',
      config: this.setup.config,
      base: document.baseURI,
      paused: then !== null,
      watched: true,
      ...(this.archive === null ? {} : { archive: this.archive }),
      ...(this.added.length === 0 ? {} : { added: this.added }),
    });
  }

  private command(command: LabCommand): void {
    const going = underWay(this.lab.run);
    switch (command) {
      case 'run':
        this.start();
        return;
      case 'step':
      case 'finish-task':
        if (!going) {
          this.start({ type: command });
          return;
        }
        break;
      case 'reset':
        if (going) this.open().send({ type: 'stop' });
        this.whenReady = null;
        this.lab = { ...INITIAL, adapter: this.lab.adapter, gigaflops: this.lab.gigaflops };
        this.player.reach(0);
        this.player.follow();
        return;
      case 'stop':
        this.whenReady = null;
        if (!going) return;
        break;
      case 'pause':
      case 'resume':
        break;
    }
    this.asked = command;
    this.open().send({ type: command });
  }

  private moveTo(moment: LabEvents['lab-moment']): void {
    if (typeof moment === 'number') this.player.seek(moment);
    else this.player[moment]();
  }

  private adopt(setup: Setup): void {
    this.setup = setup;
    this.untouched = false;
    this.addressProblems = [];
    history.replaceState(null, '', searchOf(setup) + location.hash);
  }

  private choosePreset(name: string): void {
    this.problems = new Map();
    const { seed } = this.setup.config;
    this.adopt(withValues(suitedSetup(name, this.device), { seed }));
  }

  private setField(key: ConfigKey, text: string): void {
    const problems = new Map(this.problems);
    const reading = readField(key, text, this.setup.config);
    if (reading.ok) {
      problems.delete(key);
      this.adopt(withValues(this.setup, reading.value));
    } else {
      problems.set(key, reading);
    }
    this.problems = problems;
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
    if (this.lacksWebGpu()) {
      return this.lab.recording
        ? 'There is no GPU to run on; this is a recorded run.'
        : 'There is no GPU to run on.';
    }
    if (this.setup.config.addedClasses > this.added.length) {
      return 'Give images of your own first: the page does not keep those of an earlier visit.';
    }
    const refused = refusals(this.setup.config).length > 0;
    return this.problems.size > 0 || refused ? 'Mend the marked setting first.' : null;
  }

  protected override updated(): void {
    const share = Math.floor(100 * shareDone(this.lab));
    document.title = underWay(this.lab.run) ? `${share} % · Palimpsest` : 'Palimpsest';
  }

  private renderSetup(): unknown {
    const { lab, setup } = this;
    const going = underWay(lab.run);
    return html`<section class="setup" aria-label="Setup">
      <lab-device
        .adapter=${lab.adapter}
        .failure=${lab.failure}
        .gigaflops=${lab.gigaflops}
      ></lab-device>
      <lab-estimate
        .config=${setup.config}
        .gigaflops=${lab.gigaflops}
        .waiting=${lab.gigaflops === null && !this.lacksWebGpu()}
        .answer=${this.estimate}
        @lab-estimate=${(event: HTMLElementEventMap['lab-estimate']): void => {
          this.open().send({ type: 'estimate', ...event.detail });
        }}
        .refused=${refusals(setup.config).length > 0}
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

  private renderRun(): unknown {
    const { recording, version, run } = this.lab;
    const idle = !underWay(run) && this.lab.adapter !== null;
    const { at } = this.player;
    return html`<section
      class="run"
      aria-label="Run"
      @lab-measure=${(): void => {
        if (recording && idle) this.open().send({ type: 'measure', config: recording.config });
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
    const { lab, setup } = this;
    return html`<lab-stories
      .preset=${setup.preset}
      .config=${setup.config}
      .gigaflops=${lab.gigaflops}
      .software=${lab.adapter?.software ?? false}
      .locked=${underWay(lab.run)}
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
    return html`
      ${this.renderStories()} ${this.renderSetup()} ${this.renderRun()}
      <lab-transport
        .lab=${this.lab}
        .at=${this.player.at}
        .following=${this.player.following}
        .playing=${this.player.playing}
        .asked=${this.asked}
        .hindrance=${this.hindrance()}
        @lab-command=${(event: HTMLElementEventMap['lab-command']): void => {
          this.command(event.detail);
        }}
        @lab-moment=${(event: HTMLElementEventMap['lab-moment']): void => {
          this.moveTo(event.detail);
        }}
        @lab-skip-tuning=${(): void => {
          this.open().send({ type: 'skip-tuning' });
        }}
      ></lab-transport>
    `;
  }
}
