/**
 * The page of kept runs: a list to sort, rename, pin, open, repeat, export and delete from, a bin to take deleted ones
 * back from, files to bring others in, and below it the chosen ones side by side.
 */
import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Recording } from '../../lab/recording/recording.ts';
import { emit } from '../parts/ui-events.ts';
import { formatCount } from '../style/format.ts';
import { sharedStyles } from '../style/shared-styles.ts';
import { MOST_COMPARED, type ComparedRun } from './compared-run.ts';
import './lab-compare.ts';
import './lab-run-list.ts';
import type { RunAct } from './run-acts.ts';
import { formatMoment, pressed, sorted, type Sorting } from './run-columns.ts';
import { downloadRun, readRun } from './run-files.ts';
import { MOST_UNPINNED, runStore, type RunList, type RunStore, type Stored } from './run-store.ts';
import type { RunSummary } from './run-summary.ts';
import { runsStyles } from './runs-styles.ts';

@customElement('lab-runs')
export class LabRuns extends LitElement {
  static override styles = [sharedStyles, runsStyles];

  /** Where the runs are kept. */
  @property({ attribute: false }) store: RunStore = runStore();
  @state() private list: RunList | null = null;
  @state() private sorting: Sorting = { key: 'startedAt', descending: true };
  /** Ids, in the order in which they were chosen. */
  @state() private chosen: readonly string[] = [];
  @state() private compared: readonly ComparedRun[] = [];
  /** What has just been done, and the run that Undo would bring back. */
  @state() private said: { readonly text: string; readonly undo: string | null } | null = null;
  @state() private problems: readonly string[] = [];
  /** Files are held over the page. */
  @state() private offered = false;
  private readonly recordings = new Map<string, Recording>();

  override connectedCallback(): void {
    super.connectedCallback();
    this.store.addEventListener('change', this.refresh);
    this.addEventListener('dragover', this.hover);
    this.addEventListener('dragleave', this.unhover);
    this.addEventListener('drop', this.drop);
    this.refresh();
  }

  override disconnectedCallback(): void {
    this.store.removeEventListener('change', this.refresh);
    this.removeEventListener('dragover', this.hover);
    this.removeEventListener('dragleave', this.unhover);
    this.removeEventListener('drop', this.drop);
    super.disconnectedCallback();
  }

  private readonly refresh = (): void => {
    void this.read();
  };

  private async read(): Promise<void> {
    const list = this.taken(await this.store.list());
    if (list === null) return;
    this.list = list;
    const kept = new Set(list.kept.map(({ id }) => id));
    this.chosen = this.chosen.filter((id) => kept.has(id));
    // A run that goes on elsewhere may have grown since.
    this.recordings.clear();
    await this.compare();
  }

  /** The value of a result; null where there is none, which is then told. */
  private taken<Value>(stored: Stored<Value>): Value | null {
    if (stored.ok) return stored.value;
    this.problems = [...new Set([...this.problems, stored.failure.message])];
    return null;
  }

  private async recordingOf(id: string): Promise<Recording | null> {
    const known = this.recordings.get(id);
    if (known) return known;
    const recording = this.taken(await this.store.load(id));
    if (recording) this.recordings.set(id, recording);
    return recording;
  }

  private async compare(): Promise<void> {
    const { chosen } = this;
    for (const id of this.recordings.keys()) {
      if (!chosen.includes(id)) this.recordings.delete(id);
    }
    const found = await Promise.all(
      (chosen.length < 2 ? [] : chosen).map(async (id): Promise<ComparedRun | null> => {
        const recording = await this.recordingOf(id);
        const summary = this.summary(id);
        return recording && summary ? { summary, recording } : null;
      }),
    );
    // Another choice may have been made in the meantime.
    if (chosen === this.chosen) this.compared = found.filter((run) => run !== null);
  }

  private summary(id: string): RunSummary | undefined {
    return this.list?.kept.find((run) => run.id === id);
  }

  private readonly acted = (event: CustomEvent<RunAct>): void => {
    this.problems = [];
    void this.do(event.detail);
  };

  private async do(act: RunAct): Promise<void> {
    switch (act.act) {
      case 'sort':
        this.sorting = pressed(this.sorting, act.key);
        return;
      case 'choose':
        this.chosen = act.on ? [...this.chosen, act.id] : this.chosen.filter((id) => id !== act.id);
        return this.compare();
      case 'rename':
        this.taken(await this.store.rename(act.id, act.name));
        return;
      case 'pin':
        this.taken(await this.store.pin(act.id, act.on));
        return;
      case 'delete': {
        const run = this.taken(await this.store.remove(act.id));
        if (run) await this.say(`“${run.name}” is in the bin.`, run.id);
        return;
      }
      case 'restore': {
        const run = this.taken(await this.store.restore(act.id));
        if (run) await this.say(`“${run.name}” is back.`);
        return;
      }
      case 'empty-bin':
        if (this.taken(await this.store.empty()) !== null) await this.say('The bin is empty.');
        return;
      case 'export': {
        const recording = await this.recordingOf(act.id);
        if (recording) downloadRun(this.summary(act.id)?.name ?? '', recording);
        return;
      }
      case 'open': {
        const recording = await this.recordingOf(act.id);
        if (recording) emit(this, 'lab-open-recording', recording);
        return;
      }
      case 'again': {
        const run = this.summary(act.id);
        if (run) emit(this, 'lab-open-setup', { preset: run.preset, config: run.config });
        return;
      }
    }
  }

  /** Tells what was done; where that took a button away, the way back gets the focus. */
  private async say(text: string, undo: string | null = null): Promise<void> {
    this.said = { text, undo };
    await this.updateComplete;
    if (undo !== null) this.renderRoot.querySelector<HTMLElement>('#undo')?.focus();
  }

  private readonly hover = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    this.offered = true;
  };

  private readonly unhover = (event: DragEvent): void => {
    if (event.relatedTarget instanceof Node && this.contains(event.relatedTarget)) return;
    this.offered = false;
  };

  private readonly drop = (event: DragEvent): void => {
    event.preventDefault();
    this.offered = false;
    void this.bring([...(event.dataTransfer?.files ?? [])]);
  };

  private readonly picked = (event: InputEvent): void => {
    const field = event.target as HTMLInputElement;
    const files = [...(field.files ?? [])];
    // So that the same file can be picked again.
    field.value = '';
    void this.bring(files);
  };

  /** Keeps the runs of files, one after another, so that one bad file costs no other. */
  private async bring(files: readonly File[]): Promise<void> {
    if (files.length === 0) return;
    this.problems = [];
    const fresh: string[] = [];
    const known: string[] = [];
    let madeRoom = 0;
    const problems: string[] = [];
    for (const file of files) {
      const read = await readRun(file);
      if (!read.ok) {
        problems.push(read.message);
        continue;
      }
      const saved = await this.store.save(read.recording);
      if (!saved.ok) {
        problems.push(`${read.file}: ${saved.failure.message}`);
        continue;
      }
      (saved.value.known ? known : fresh).push(`“${saved.value.summary.name}”`);
      madeRoom += saved.value.madeRoom.length;
    }
    this.problems = problems;
    const parts = [
      ...(fresh.length > 0 ? [`${fresh.join(', ')} ${fresh.length > 1 ? 'are' : 'is'} here.`] : []),
      ...(known.length > 0
        ? [`${known.join(', ')} ${known.length > 1 ? 'were' : 'was'} here already.`]
        : []),
      ...(madeRoom > 0 ? [`${formatCount(madeRoom)} older went to the bin to make room.`] : []),
    ];
    if (parts.length > 0) await this.say(parts.join(' '));
  }

  private importer(primary: boolean): unknown {
    return html`<label class=${primary ? 'file primary' : 'file'}>
      <input
        type="file"
        class="visually-hidden"
        multiple
        accept=".json,application/json"
        @change=${this.picked}
      />
      Import runs…
    </label>`;
  }

  private empty(): unknown {
    return html`<div class="empty">
      <p class="lead">Nothing is kept here yet.</p>
      <p>
        Every run that ends in the lab, or that you stop, comes here by itself, so that it can be
        looked at again, laid beside others and passed on. Train two that differ in one setting, and
        see what the setting does.
      </p>
      <p class="buttons"><a class="primary" href="#">Start a run</a>${this.importer(false)}</p>
      <p class="small soft">Files of runs that others made can also be dropped on this page.</p>
    </div>`;
  }

  private notices(): unknown {
    const { said, problems } = this;
    return html`
      <div role="status" class=${said ? 'said' : ''}>
        ${
          said === null
            ? nothing
            : html`<span>${said.text}</span> ${
                  said.undo === null
                    ? nothing
                    : html`<button
                        type="button"
                        id="undo"
                        @click=${(): void => {
                          void this.do({ act: 'restore', id: said.undo! });
                        }}
                      >
                        Undo
                      </button>`
                }`
        }
      </div>
      ${
        problems.length === 0
          ? nothing
          : html`<ul class="problems" role="alert">
              ${problems.map((problem) => html`<li>${problem}</li>`)}
            </ul>`
      }
    `;
  }

  private bin(bin: readonly RunSummary[]): unknown {
    if (bin.length === 0) return nothing;
    return html`<details class="bin">
      <summary>Bin (${bin.length})</summary>
      <p class="small soft">
        What is deleted, or had to make room, stays here for a day and can be taken back.
      </p>
      <ul>
        ${bin.map(
          (run) =>
            html`<li>
              <span
                >${run.name}
                <span class="small soft"
                  >${formatMoment(run.startedAt)}${run.madeRoom ? ', made room for newer ones' : ''}</span
                ></span
              >
              <button
                type="button"
                @click=${(): void => {
                  void this.do({ act: 'restore', id: run.id });
                }}
              >
                Take back<span class="visually-hidden"> ${run.name}</span>
              </button>
            </li>`,
        )}
      </ul>
      <button
        type="button"
        @click=${(): void => {
          void this.do({ act: 'empty-bin' });
        }}
      >
        Empty the bin for good
      </button>
    </details>`;
  }

  private comparison(kept: readonly RunSummary[]): unknown {
    const { chosen, compared } = this;
    return html`<section aria-labelledby="compare">
      <div class="head">
        <h2 id="compare">Side by side</h2>
        ${
          chosen.length === 0
            ? nothing
            : html`<button
                type="button"
                @click=${(): void => {
                  this.chosen = [];
                  void this.compare();
                }}
              >
                Clear
              </button>`
        }
      </div>
      ${
        compared.length >= 2
          ? html`<lab-compare .runs=${compared}></lab-compare>`
          : html`<p class="soft">
              ${
                kept.length < 2
                  ? 'With a second run here, the two can be laid over each other: their curves, their masks, their figures.'
                  : chosen.length === 1
                    ? 'One is chosen. Tick another to lay the two over each other.'
                    : `Tick two runs or more, up to ${String(MOST_COMPARED)}, to lay their curves over each other and see their masks and figures side by side.`
              }
            </p>`
      }
    </section>`;
  }

  override render(): unknown {
    const { list } = this;
    const kept = list?.kept ?? [];
    return html`<div class=${this.offered ? 'page offered' : 'page'} @lab-run-act=${this.acted}>
      <section aria-labelledby="runs">
        <div class="head">
          <h2 id="runs">Runs</h2>
          ${kept.length === 0 ? nothing : this.importer(false)}
        </div>
        ${this.notices()}
        ${
          list === null
            ? nothing
            : kept.length === 0
              ? this.empty()
              : html`<lab-run-list
                    .runs=${sorted(kept, this.sorting)}
                    .sorting=${this.sorting}
                    .chosen=${this.chosen}
                    .full=${this.chosen.length >= MOST_COMPARED}
                  ></lab-run-list>
                  <p class="small soft bound">
                    Kept in this browser only: the latest ${formatCount(MOST_UNPINNED)} runs, and
                    all that are pinned. Drop files of runs here to bring in others.
                  </p>`
        }
        ${this.bin(list?.bin ?? [])}
      </section>
      ${kept.length === 0 ? nothing : this.comparison(kept)}
    </div>`;
  }
}
