/**
 * Takes commands one after another and sends what comes of them: it owns the device, the session, and the order in
 * which work is done, of which there is one piece at a time. A lost device ends the run with a failure; the next
 * command opens another one.
 */
import type { Gpu } from '../../gpu/device.ts';
import type { Config } from '../config/config.ts';
import type { Command, Event, Failure, Message, RunNumber } from '../protocol.ts';
import type { Session, SessionOptions } from './run/session.ts';
import type { TuneCache } from './assemble/tuning.ts';

type Start = Extract<Command, { type: 'start' }>;
type Estimating = Extract<Command, { type: 'estimate' }>;
type Measuring = Extract<Command, { type: 'measure' }>;
/** Commands to a run. */
type Control = Exclude<
  Command,
  { type: 'probe' | 'start' | 'speed' | 'estimate' | 'measure' | 'stop' }
>;

/** What differs between the places in which an engine runs. */
export interface EngineOptions {
  /** Opens a device. Rejects with what `failureOf` knows. */
  readonly open: () => Promise<Gpu>;
  readonly openSet: (command: Start, config: Config) => SessionOptions['openSet'];
  readonly tuneCache?: TuneCache;
  readonly send: (message: Message) => void;
}

const UNFETCHED: Failure = {
  kind: 'internal',
  message: 'Part of the page could not be fetched: there may be no network.',
};

export class Engine {
  readonly #options: EngineOptions;
  #opened: Promise<Gpu> | undefined;
  #session: Session | null = null;
  /** What a run that has no session yet has been told. */
  #told: Control[] = [];
  /** Counts what was started and stopped, so that work still waiting knows whether it is wanted. */
  #request = 0;
  /** Ends what is neither prepared nor trained by a session. */
  #abort = new AbortController();
  #running: Promise<void> = Promise.resolve();
  /** Pieces of work that wait or are under way. */
  #busy = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  take(command: Command): void {
    switch (command.type) {
      case 'probe':
        void this.#reported(null, this.#device());
        break;
      case 'start':
        this.#end();
        this.#queue(command.run, (wanted) => this.#start(command, wanted));
        break;
      case 'speed':
        if (this.#busy === 0) this.#queue(null, () => this.#speed());
        break;
      case 'estimate':
        void this.#estimate(command);
        break;
      case 'measure':
        this.#end();
        this.#queue(command.run, (wanted) => this.#measure(command, wanted));
        break;
      case 'stop':
        this.#end();
        break;
      default:
        if (this.#session) control(this.#session, command);
        else if (this.#busy > 0) this.#told.push(command);
    }
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#busy > 0) await this.#running;
  }

  /** Ends what is under way, and what waits. */
  #end(): void {
    this.#request++;
    this.#session?.stop();
    this.#session = null;
    this.#told = [];
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  /** Does `work` of a run, of a measurement, or of neither (null), after everything before it. */
  #queue(run: RunNumber | null, work: (wanted: () => boolean) => Promise<void>): void {
    const mine = this.#request;
    this.#busy++;
    this.#running = this.#running
      .then(() =>
        this.#reported(
          run,
          work(() => mine === this.#request),
        ),
      )
      .finally(() => {
        this.#busy--;
      });
  }

  async #start(command: Start, wanted: () => boolean): Promise<void> {
    const { openSet, tuneCache } = this.#options;
    const emit = (event: Event) => {
      this.#send(command.run, event);
    };
    // A page that only shows its device need not fetch what trains.
    const [{ parseConfig }, { Session }] = await Promise.all([
      import('../config/config.ts'),
      import('./run/session.ts'),
    ]);
    const config = parseConfig(command.config);
    const gpu = wanted() ? await this.#device() : null;
    if (!gpu || !wanted()) {
      emit({ type: 'state', state: 'stopped' });
      return;
    }
    const session = new Session({
      gpu,
      config,
      ...(tuneCache && { tuneCache }),
      paused: command.paused ?? false,
      profile: command.profile ?? false,
      watched: command.watched ?? false,
      openSet: openSet(command, config),
      ...(command.added && { added: command.added }),
      emit,
    });
    this.#session = session;
    for (const told of this.#told.splice(0)) control(session, told);
    try {
      await session.run();
    } finally {
      if (this.#session === session) this.#session = null;
    }
  }

  async #speed(): Promise<void> {
    const { signal } = this.#abort;
    const gpu = await this.#device();
    const { testSpeed } = await import('./measure/speed-test.ts');
    if (signal.aborted) return;
    this.#send(null, { type: 'speed', gigaflops: await testSpeed(gpu, signal) });
  }

  /** Needs no device, and does not wait for what is under way. */
  async #estimate({ id, config, gigaflops }: Estimating): Promise<void> {
    try {
      const { estimateRun } = await import('./measure/estimate.ts');
      const gpu = await this.#opened?.catch(() => null);
      const adapter = gpu?.adapter ?? null;
      const estimate = await estimateRun(config, { adapter, gigaflops });
      this.#send(null, { type: 'estimate', id, estimate, problem: null });
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.#send(null, { type: 'estimate', id, estimate: null, problem });
    }
  }

  async #measure({ run, config: asked }: Measuring, wanted: () => boolean): Promise<void> {
    if (!wanted()) return;
    const { signal } = this.#abort;
    const { tuneCache } = this.#options;
    const [{ parseConfig }, { measureStep }] = await Promise.all([
      import('../config/config.ts'),
      import('./measure/measure-step.ts'),
    ]);
    const config = parseConfig(asked);
    const gpu = await this.#device();
    const times = await measureStep({ gpu, config, signal, ...(tuneCache && { tuneCache }) });
    if (times) this.#send(run, { type: 'measured', ...times });
  }

  async #device(): Promise<Gpu> {
    this.#opened ??= this.#open();
    try {
      return await this.#opened;
    } catch (error) {
      this.#opened = undefined;
      throw error;
    }
  }

  async #open(): Promise<Gpu> {
    const gpu = await this.#options.open();
    void gpu.device.lost.then(() => {
      this.#opened = undefined;
    });
    this.#send(null, { type: 'adapter', adapter: gpu.adapter });
    return gpu;
  }

  async #reported(run: RunNumber | null, work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      // What cannot be fetched without a network is told without fetching anything.
      const failure = await import('./failure.ts').then(
        ({ failureOf }) => failureOf(error),
        () => UNFETCHED,
      );
      if (failure.kind === 'internal') console.error(error);
      this.#send(run, { type: 'failure', failure });
    }
  }

  #send(run: RunNumber | null, event: Event): void {
    this.#options.send({ run, event });
  }
}

function control(session: Session, { type }: Control): void {
  switch (type) {
    case 'pause':
      session.pause();
      break;
    case 'resume':
      session.resume();
      break;
    case 'step':
      session.step();
      break;
    case 'finish-task':
      session.finishTask();
      break;
    case 'skip-tuning':
      session.skipTuning();
      break;
  }
}
