/** The engine with a session written by hand: the numbers of runs on what it sends. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULTS } from '../../../src/lab/config/config.ts';
import { Engine } from '../../../src/lab/engine/engine.ts';
import { RunFailure } from '../../../src/lab/engine/run-failure.ts';
import type { Event, Message } from '../../../src/lab/protocol.ts';
import type { Gpu } from '../../../src/gpu/device.ts';

/** What the next session does: it may emit, wait until it is stopped, and throw. */
type Script = (emit: (event: Event) => void, stopped: Promise<void>) => Promise<void>;
const scripts: Script[] = [];

vi.mock('../../../src/lab/engine/run/session.ts', () => ({
  Session: class {
    readonly #emit: (event: Event) => void;
    stop: () => void = () => undefined;
    readonly #stopped = new Promise<void>((resolve) => {
      this.stop = resolve;
    });

    constructor({ emit }: { readonly emit: (event: Event) => void }) {
      this.#emit = emit;
    }

    async run(): Promise<void> {
      await scripts.shift()!(this.#emit, this.#stopped);
    }
  },
}));

const adapter = { vendor: 'v', architecture: 'a', description: '', software: true, features: [] };
const gpu = {
  adapter,
  device: { lost: new Promise(() => undefined) },
} as unknown as Gpu;

let messages: Message[] = [];
let engine: Engine;

beforeEach(() => {
  scripts.length = 0;
  messages = [];
  engine = new Engine({
    open: () => Promise.resolve(gpu),
    openSet: () => () => Promise.reject(new Error('no images are asked for')),
    send: (message) => messages.push(message),
  });
});

afterEach(() => engine.idle());

const start = (run: number): void => {
  engine.take({ type: 'start', run, config: DEFAULTS, base: '' });
};

describe('the number of a run', () => {
  it('is on everything the run sends, and on nothing that concerns the device', async () => {
    scripts.push((emit) => {
      emit({ type: 'state', state: 'preparing' });
      emit({ type: 'loss', from: 0, loss: [1], accuracy: [0] });
      return Promise.resolve();
    });
    start(7);
    await engine.idle();
    expect(messages.map(({ run, event }) => [run, event.type])).toEqual([
      [null, 'adapter'],
      [7, 'state'],
      [7, 'loss'],
    ]);
  });

  it('stays on the failure of a run that was stopped while it was prepared; the next run goes on', async () => {
    const preparing = new Promise<void>((begun) => {
      scripts.push(async (emit, stopped) => {
        emit({ type: 'state', state: 'preparing' });
        begun();
        await stopped;
        throw new RunFailure('memory', 'too large');
      });
    });
    scripts.push((emit) => {
      emit({ type: 'state', state: 'finished' });
      return Promise.resolve();
    });
    start(1);
    await preparing;
    engine.take({ type: 'stop' });
    start(2);
    await engine.idle();
    const ofRuns = messages.filter(({ run }) => run !== null);
    expect(ofRuns).toEqual([
      { run: 1, event: { type: 'state', state: 'preparing' } },
      { run: 1, event: { type: 'failure', failure: { kind: 'memory', message: 'too large' } } },
      { run: 2, event: { type: 'state', state: 'finished' } },
    ]);
  });

  it('is on the end of a run that was stopped before it began', async () => {
    const running = new Promise<void>((begun) => {
      scripts.push(async (_, stopped) => {
        begun();
        await stopped;
      });
    });
    start(1);
    await running;
    start(2);
    start(3);
    scripts.push(() => Promise.resolve());
    await engine.idle();
    expect(messages.filter(({ run }) => run !== null)).toEqual([
      { run: 2, event: { type: 'state', state: 'stopped' } },
    ]);
  });
});
