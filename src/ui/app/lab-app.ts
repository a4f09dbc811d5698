/**
 * The page: owns the worker, the state folded from its events, and the setup that is about to run;
 * lays out the parts and does what they ask. The parts own nothing but their looks.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { ConfigKey } from '../../lab/config.ts';
import type { Event as LabEvent, GivenArchive } from '../../lab/protocol.ts';
import { readField } from '../controls/config-fields.ts';
import type { FieldProblem } from '../controls/config-fields.ts';
import { isDeviceFailure } from './failure-advice.ts';
import { RunClient } from './run-client.ts';
import { beginRun, INITIAL, reduce, shareDone, underWay } from './run-state.ts';
import type { LabState } from './run-state.ts';
import { searchOf, setupFrom, setupOf, withValues } from './setup.ts';
import type { Setup } from './setup.ts';
import { sharedStyles } from '../style/shared-styles.ts';
import type { LabCommand } from './ui-events.ts';
import '../views/lab-accuracy.ts';
import '../controls/lab-archive.ts';
import '../controls/lab-controls.ts';
import '../controls/lab-device.ts';
import '../views/lab-loss.ts';
import './lab-notices.ts';
import './lab-progress.ts';
import './lab-report.ts';
import '../controls/lab-settings.ts';

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

      .setup,
      .run {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-6);
      }

      .run {
        gap: var(--space-8);
      }

      lab-report {
        padding-top: var(--space-6);
        border-top: 1px solid var(--rule);
      }

      /*
       * Where both fit, what is learnt and what is remembered stand side by side, with the report
       * under the loss; the matrix of a long stream keeps the whole width.
       */
      @media (min-width: 75rem) {
        .run {
          grid-template-columns: repeat(2, minmax(0, 1fr));
          grid-template-rows: auto auto 1fr;
          align-items: start;
          column-gap: var(--space-12);
        }

        .run.long {
          grid-template-columns: minmax(0, 1fr);
        }

        .run:not(.long) lab-progress {
          grid-column: 1 / -1;
        }

        .run:not(.long) lab-accuracy {
          grid-area: 2 / 2 / span 2;
        }

        .run:not(.long) lab-report {
          grid-area: 3 / 1;
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
  @state() private asked: LabCommand | null = null;
  private archive: GivenArchive | null = null;
  private client: RunClient | null = null;
  /** Step was pressed on an idle page: take one step as soon as the run stands ready. */
  private stepWhenReady = false;

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

  private open(): RunClient {
    this.client ??= new RunClient((event) => {
      this.receive(event);
    });
    return this.client;
  }

  private receive(event: LabEvent): void {
    this.lab = reduce(this.lab, event);
    if (event.type === 'state' || event.type === 'failure') this.asked = null;
    if (event.type === 'failure') {
      // The next run gets a fresh worker: one that lost its device or threw is not to be trusted.
      this.client?.close();
      this.client = null;
    }
    if (event.type !== 'state') return;
    if (event.state === 'paused' && this.stepWhenReady) {
      this.stepWhenReady = false;
      this.command('step');
    }
  }

  private start(paused: boolean): void {
    this.lab = beginRun(this.lab, this.setup.config);
    this.addressProblems = [];
    this.stepWhenReady = paused;
    // Until the worker says that it prepares, there is no run that it could pause or stop.
    this.asked = 'run';
    this.open().send({
      type: 'start',
      config: this.setup.config,
      base: document.baseURI,
      paused,
      ...(this.archive === null ? {} : { archive: this.archive }),
    });
  }

  private command(command: LabCommand): void {
    if (command === 'run') {
      this.start(false);
    } else if (command === 'step' && !underWay(this.lab.run)) {
      this.start(true);
    } else {
      if (command === 'stop') this.stepWhenReady = false;
      this.asked = command;
      this.open().send({ type: command });
    }
  }

  private adopt(setup: Setup): void {
    this.setup = setup;
    this.addressProblems = [];
    history.replaceState(null, '', searchOf(setup));
  }

  private choosePreset(name: string): void {
    this.problems = new Map();
    this.adopt(setupOf(name));
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

  protected override updated(): void {
    const share = Math.floor(100 * shareDone(this.lab));
    document.title = underWay(this.lab.run) ? `${share} % · Palimpsest` : 'Palimpsest';
  }

  override render(): unknown {
    const { lab, setup } = this;
    const going = underWay(lab.run);
    const tasks = lab.plan?.tasks.length ?? setup.config.tasks;
    return html`
      <section class="setup" aria-label="Setup">
        <lab-device .adapter=${lab.adapter} .failure=${lab.failure}></lab-device>
        <lab-controls
          .preset=${setup.preset}
          .config=${setup.config}
          .run=${lab.run}
          .asked=${this.asked}
          .unavailable=${
            lab.adapter === null && lab.failure !== null && isDeviceFailure(lab.failure.kind)
          }
          .seedProblem=${this.problems.get('seed') ?? null}
          .invalid=${this.problems.size > 0}
          @lab-command=${(event: CustomEvent<LabCommand>): void => {
            this.command(event.detail);
          }}
          @lab-preset=${(event: CustomEvent<string>): void => {
            this.choosePreset(event.detail);
          }}
          @lab-field=${(event: HTMLElementEventMap['lab-field']): void => {
            this.setField(event.detail.key, event.detail.text);
          }}
        ></lab-controls>
        <lab-notices
          .problems=${this.addressProblems}
          .notices=${lab.notices}
          .failure=${lab.failure}
        ></lab-notices>
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
      </section>
      <section class=${tasks > 7 ? 'run long' : 'run'} aria-label="Run">
        <lab-progress
          .lab=${lab}
          @lab-skip-tuning=${(): void => {
            this.open().send({ type: 'skip-tuning' });
          }}
        ></lab-progress>
        <lab-loss
          .loss=${lab.loss}
          .steps=${lab.plan?.steps ?? 0}
          .taskEnds=${lab.taskEnds}
          .right=${lab.right}
        ></lab-loss>
        <lab-accuracy .lab=${lab} .next=${setup.config}></lab-accuracy>
        ${lab.report === null ? nothing : html`<lab-report .report=${lab.report}></lab-report>`}
      </section>
    `;
  }
}
