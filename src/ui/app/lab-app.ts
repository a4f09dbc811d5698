/**
 * The lab: lays out the parts and does what they ask. Its `SetupController` owns what is about to run, its `Runner` the
 * run that is shown. The parts own nothing but their looks.
 */
import { html, LitElement } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { Recording } from '../../lab/recording/recording.ts';
import { LAYOUTS } from '../../sparse/layouts/registry.ts';
import { disclosure } from '../style/disclosure.ts';
import { sharedStyles } from '../style/shared-styles.ts';
import { VIEWS } from './views.ts';
import { labAppStyles } from './lab-app-styles.ts';
import { shareDone } from './run-state.ts';
import { Runner } from './runner.ts';
import { SetupController } from './setup-controller.ts';
import { presetNamed } from '../parts/preset-list.ts';
import { changedKeys, searchOf } from '../parts/setup.ts';
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

  /** Whether the part of the page that reads the visitor's own images has been fetched. */
  @state() private ownImages = false;
  private readonly runner: Runner = new Runner(this, {
    wanted: () => this.setting.take(),
    deviceKnown: () => {
      if (!this.runner.going) this.setting.suit();
    },
    ended: (recording) => {
      emit(this, 'lab-run-ended', recording);
    },
    finished: () => {
      this.goOn();
    },
  });
  private readonly setting: SetupController = new SetupController(this, () => this.runner.device);

  protected override async scheduleUpdate(): Promise<void> {
    await this.setting.read;
    await super.scheduleUpdate();
  }

  /** Shows a recording as if it had just been run. */
  show(recording: Recording): void {
    this.runner.show(recording);
  }

  /** Makes a config the one that is about to run. */
  prepare(setup: LabEvents['lab-open-setup']): void {
    this.setting.prepare(setup);
  }

  /** Starts the next run of a story that has several. */
  private goOn(): void {
    // What was made ready meanwhile waits for its own Run.
    if (this.runner.lab.recording?.config !== this.setting.setup.config) return;
    if (this.setting.goOn()) this.runner.start();
  }

  private moveTo(moment: LabEvents['lab-moment']): void {
    const { player } = this.runner;
    if (typeof moment === 'number') player.seek(moment);
    else player[moment]();
  }

  private async openOwnImages(event: ToggleEvent): Promise<void> {
    if (event.newState !== 'open' || this.ownImages) return;
    await import('../own-images/lab-own-images.ts');
    this.ownImages = true;
  }

  private hindrance(): string | null {
    if (this.runner.lacksWebGpu) {
      return this.runner.lab.recording
        ? 'There is no GPU to run on; this is a recorded run.'
        : 'There is no GPU to run on.';
    }
    return this.setting.hindrance;
  }

  protected override updated(): void {
    const { lab, going } = this.runner;
    if (lab.recording?.report) void import('./lab-report.ts');
    const share = Math.floor(100 * shareDone(lab));
    document.title = going ? `${share} % · Palimpsest` : 'Palimpsest';
  }

  private renderSetup(): unknown {
    const { setting } = this;
    const { setup, refused } = setting;
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
        .refused=${refused}
      ></lab-estimate>
      <lab-share
        .preset=${setup.preset}
        .config=${setup.config}
        .search=${searchOf(setup)}
        .locked=${going}
        @lab-open-setup=${(event: HTMLElementEventMap['lab-open-setup']): void => {
          event.stopPropagation();
          setting.prepare(event.detail);
        }}
      ></lab-share>
      <lab-notices
        .problems=${setting.addressProblems}
        .unfetched=${setting.unfetched}
        .notices=${lab.recording?.notices ?? []}
        .failure=${lab.failure}
      ></lab-notices>
      <details class="own" ?open=${setting.wantsOwnImages} @toggle=${this.openOwnImages}>
        <summary>Your own images</summary>
        ${
          this.ownImages
            ? html`<lab-own-images
                .locked=${going}
                @lab-added-classes=${(event: HTMLElementEventMap['lab-added-classes']): void => {
                  setting.takeAdded(event.detail);
                }}
              ></lab-own-images>`
            : ''
        }
      </details>
      <lab-settings
        .config=${setup.config}
        .base=${setup.base}
        .problems=${setting.problems}
        .refused=${refused}
        .locked=${going}
        @lab-field=${(event: HTMLElementEventMap['lab-field']): void => {
          setting.setField(event.detail.key, event.detail.text);
        }}
        @lab-reset=${(event: HTMLElementEventMap['lab-reset']): void => {
          setting.resetField(event.detail);
        }}
      >
        <lab-archive
          .locked=${going}
          @lab-archive=${(event: HTMLElementEventMap['lab-archive']): void => {
            setting.giveArchive(event.detail);
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
    if (changedKeys({ ...this.setting.setup, base: config }).length === 0) return '';
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
    const { layout } = recording?.config ?? this.setting.setup.config;
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
    const { setting } = this;
    const { setup } = setting;
    const { lab, going } = this.runner;
    return html`<lab-stories
      .preset=${setup.preset}
      .config=${setup.config}
      .gigaflops=${lab.gigaflops}
      .software=${lab.adapter?.software ?? false}
      .locked=${going}
      .settled=${this.runner.estimate !== null || lab.failure !== null}
      .seedProblem=${setting.problems.get('seed') ?? null}
      @lab-preset=${(event: CustomEvent<string>): void => {
        setting.choosePreset(event.detail);
      }}
      @lab-field=${(event: HTMLElementEventMap['lab-field']): void => {
        setting.setField(event.detail.key, event.detail.text);
      }}
      @lab-open-setup=${(event: HTMLElementEventMap['lab-open-setup']): void => {
        event.stopPropagation();
        setting.prepare(event.detail);
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
