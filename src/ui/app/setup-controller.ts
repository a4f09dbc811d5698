/**
 * What is about to run, on behalf of the page: reads the address, takes what visitors choose and type, keeps the
 * address up to date, and says what cannot be used. What a run needs besides a config (an archive, the visitor's own
 * images) is here too.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { ConfigKey } from '../../lab/config/config.ts';
import { STORIES } from '../../lab/presets/stories.ts';
import type { AddedClass, GivenArchive } from '../../lab/protocol.ts';
import type { FieldProblem, readField } from '../parts/config-fields.ts';
import { allPresets, presetNamed } from '../parts/preset-list.ts';
import {
  firstPreset,
  nextRun,
  searchOf,
  setupOf,
  suitedSetup,
  withValues,
  type Setup,
  type SuitedTo,
} from '../parts/setup.ts';
import type { LabEvents } from '../parts/ui-events.ts';
import { RefusalCheck } from './refusal-check.ts';
import type { WantedRun } from './runner.ts';

type ReadField = typeof readField;

export class SetupController implements ReactiveController {
  setup: Setup = setupOf(firstPreset());
  /** Parameters of the address that could not be used. */
  addressProblems: readonly string[] = [];
  /** Values as typed that cannot be used, by key. */
  problems: ReadonlyMap<ConfigKey, FieldProblem> = new Map();
  /** A part of the page that was needed for what was asked last could not be fetched. */
  unfetched = false;
  /** The visitor's own classes; the config says how many of them are learnt. */
  added: readonly AddedClass[] = [];
  /** Done when the address has been read; nothing should be drawn before. */
  readonly read: Promise<void> | null;
  /** Null until it has been fetched. */
  #readField: ReadField | null = null;
  #archive: GivenArchive | null = null;
  /** Nobody has chosen anything yet, so that the setup may still be suited to the device. */
  #untouched = location.search === '';
  readonly #refusals: RefusalCheck;

  constructor(
    private readonly host: ReactiveControllerHost & EventTarget,
    private readonly device: () => SuitedTo,
  ) {
    host.addController(this);
    this.#refusals = new RefusalCheck(() => {
      host.requestUpdate();
    });
    this.read = this.#untouched ? null : this.#fetched(() => this.#readAddress());
  }

  hostConnected(): void {
    this.host.addEventListener('focusin', this.#expectText);
  }

  hostDisconnected(): void {
    this.host.removeEventListener('focusin', this.#expectText);
  }

  /** Whoever comes to a control is about to change it: then it takes effect at once. */
  readonly #expectText = (): void => {
    void this.#fetchReader().catch(() => null);
  };

  /** Fields of the config do not go together. */
  get refused(): boolean {
    return this.#refusals.refuses(this.setup);
  }

  /** The story is about the visitor's own images, or the config asks for them. */
  get wantsOwnImages(): boolean {
    const { preset, config } = this.setup;
    return (
      config.addedClasses > 0 || STORIES.some((story) => story.name === preset && story.ownImages)
    );
  }

  /** Why what is set up cannot run, in a sentence; null where it can. */
  get hindrance(): string | null {
    if (this.setup.config.addedClasses > this.added.length) {
      return 'Give images of your own first: the page does not keep those of an earlier visit.';
    }
    return this.problems.size > 0 || this.refused ? 'Mend the marked setting first.' : null;
  }

  /** What is set up, with what belongs to it, for a run that begins now. */
  take(): WantedRun {
    this.addressProblems = [];
    this.#untouched = false;
    const { added } = this;
    const { preset, config } = this.setup;
    return {
      preset,
      config,
      ...(this.#archive && { archive: this.#archive }),
      ...(added.length > 0 && { added }),
    };
  }

  /** Gives the story that a first visit opens on the size that suits the device. */
  suit(): void {
    if (!this.#untouched) return;
    this.setup = suitedSetup(this.setup.preset, this.device());
    this.host.requestUpdate();
  }

  /** Sets up the next run of a story that has several; false where there is none. */
  goOn(): boolean {
    const next = nextRun(this.setup, this.device());
    if (next) this.#adopt(next);
    return next !== null;
  }

  /** Makes a config the one that is about to run. */
  prepare({ preset, config }: LabEvents['lab-open-setup']): void {
    void this.#fetched(async () => {
      if (!presetNamed(preset)) await allPresets();
      // A recording from elsewhere may name a preset that this page does not have.
      const known = presetNamed(preset)?.name ?? this.setup.preset;
      this.problems = new Map();
      this.#adopt({ ...suitedSetup(known, this.device()), config });
    });
  }

  choosePreset(name: string): void {
    this.problems = new Map();
    this.unfetched = false;
    const { seed } = this.setup.config;
    const own = STORIES.some((story) => story.name === name && story.ownImages);
    const values = { seed, ...(own && { addedClasses: this.added.length }) };
    this.#adopt(withValues(suitedSetup(name, this.device()), values));
  }

  /** Reads a control's text: at once, or when what reads it has been fetched. */
  setField(key: ConfigKey, text: string): void {
    if (this.#readField) this.#setField(this.#readField, key, text);
    else {
      void this.#fetched(async () => {
        this.#setField(await this.#fetchReader(), key, text);
      });
    }
  }

  #setField(readField: ReadField, key: ConfigKey, text: string): void {
    const problems = new Map(this.problems);
    const reading = readField(key, text, this.setup.config);
    if (reading.ok) {
      problems.delete(key);
      this.#adopt(withValues(this.setup, reading.value));
    } else {
      problems.set(key, reading);
    }
    this.problems = problems;
    this.unfetched = false;
    this.host.requestUpdate();
  }

  async #fetchReader(): Promise<ReadField> {
    this.#readField ??= (await import('../parts/config-fields.ts')).readField;
    return this.#readField;
  }

  resetField(key: ConfigKey): void {
    this.setField(key, String(this.setup.base[key]));
  }

  /** An official archive says by its name which set it holds. */
  giveArchive(file: File | null): void {
    this.#archive = file === null ? null : { name: file.name, blob: file };
    const named = /cifar-?(100?)(?!\d)/i.exec(file?.name ?? '')?.[1];
    if (named !== undefined) this.setField('data', `cifar${named}`);
  }

  takeAdded(added: readonly AddedClass[]): void {
    this.added = added;
    this.setField('addedClasses', String(added.length));
  }

  #adopt(setup: Setup): void {
    this.setup = setup;
    this.#untouched = false;
    this.addressProblems = [];
    history.replaceState(null, '', searchOf(setup) + location.hash);
    this.host.requestUpdate();
  }

  async #readAddress(): Promise<void> {
    const { setupFrom } = await import('../parts/address.ts');
    const { setup, problems } = setupFrom(location.search);
    this.setup = setup;
    this.addressProblems = problems;
  }

  /** Does what needs a part of the page that may have to be fetched first, and tells where it cannot be. */
  async #fetched(act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.unfetched = false;
    } catch (error) {
      console.error(error);
      this.unfetched = true;
    }
    this.host.requestUpdate();
  }
}
