/** The page's runner with a worker that is written by hand: what it sends, and whose events it takes. */
import type { ReactiveControllerHost } from 'lit';
import { beforeEach, expect, it, vi } from 'vitest';
import { DEFAULTS } from '../../../src/lab/config/config.ts';
import type { Command, Event, Failure, Message } from '../../../src/lab/protocol.ts';
import type { Recording } from '../../../src/lab/recording/recording.ts';
import { Runner } from '../../../src/ui/app/runner.ts';

/** What stands in for a worker: it is told to send, and remembers what it was sent. */
class FakeClient {
  readonly sent: Command[] = [];
  closed = false;

  constructor(readonly onMessage: (message: Message) => void) {
    clients.push(this);
  }

  send(command: Command): void {
    this.sent.push(command);
  }

  close(): void {
    this.closed = true;
  }
}

const clients: FakeClient[] = [];
vi.mock('../../../src/ui/app/run-client.ts', () => ({
  RunClient: vi.fn(function (onMessage: (message: Message) => void) {
    return new FakeClient(onMessage);
  }),
}));
vi.stubGlobal('document', { baseURI: 'https://lab.example/' });

const host = {
  addController: () => undefined,
  requestUpdate: () => undefined,
} as unknown as ReactiveControllerHost;
const adapter = { vendor: 'v', architecture: 'a', description: '', software: true, features: [] };
const plan: Event = {
  type: 'plan',
  tasks: [{ name: 'one', classes: ['a'], heads: [0] }],
  taskEnds: [2],
  steps: 2,
  parameters: 7,
  macsPerStep: 9,
};
const loss = (from: number): Event => ({ type: 'loss', from, loss: [1], accuracy: [0] });
const failure: Failure = { kind: 'memory', message: 'the first run is too large' };

let ended: Recording[] = [];
let runner: Runner;
const client = (): FakeClient => clients.at(-1)!;
const tell = (run: number | null, ...events: readonly Event[]): void => {
  for (const event of events) client().onMessage({ run, event });
};
/** Numbers of the runs that were started, in order. */
const started = (): readonly number[] =>
  client().sent.flatMap((command) => (command.type === 'start' ? [command.run] : []));

beforeEach(() => {
  clients.length = 0;
  ended = [];
  runner = new Runner(host, {
    wanted: () => ({ preset: 'forget', config: DEFAULTS }),
    deviceKnown: () => undefined,
    ended: (recording) => ended.push(recording),
    finished: () => undefined,
  });
  runner.hostConnected();
  tell(null, { type: 'adapter', adapter }, { type: 'speed', gigaflops: 2 });
});

it('gives every run a number of its own', () => {
  runner.start();
  tell(started()[0]!, { type: 'state', state: 'preparing' }, { type: 'state', state: 'stopped' });
  runner.start();
  expect(new Set(started()).size).toBe(2);
});

it('shows no failure of a run that was left while it was prepared', () => {
  runner.start();
  const first = started()[0]!;
  tell(first, { type: 'state', state: 'preparing' });
  runner.command('reset');
  runner.start();
  const second = started()[1]!;
  tell(first, { type: 'state', state: 'failed' }, { type: 'failure', failure });
  expect(runner.lab).toMatchObject({ run: 'preparing', failure: null });
  // The same worker goes on with the second run.
  expect(client().closed).toBe(false);
  expect(clients).toHaveLength(1);
  tell(second, plan, { type: 'state', state: 'training' }, loss(0));
  expect(runner.lab).toMatchObject({ run: 'training', failure: null });
  expect(runner.lab.recording?.loss).toEqual([1]);
});

it('takes nothing of runs that were left, however many there were', () => {
  runner.start();
  runner.command('reset');
  runner.start();
  runner.command('reset');
  runner.start();
  const [first, second, third] = started();
  tell(first!, plan, loss(0), { type: 'state', state: 'stopped' });
  tell(second!, loss(0), { type: 'state', state: 'stopped' });
  expect(runner.lab).toMatchObject({ run: 'preparing', recording: { plan: null, loss: [] } });
  tell(third!, plan, loss(0), loss(1));
  expect(runner.lab.recording?.loss).toEqual([1, 1]);
  expect(ended).toEqual([]);
});

it('tells of the failure of the run that is shown, keeps what it has, and replaces the worker', () => {
  runner.start();
  const run = started()[0]!;
  tell(run, plan, { type: 'state', state: 'training' }, loss(0));
  tell(run, { type: 'state', state: 'failed' }, { type: 'failure', failure });
  expect(runner.lab).toMatchObject({ run: 'failed', failure });
  expect(clients[0]!.closed).toBe(true);
  expect(ended).toHaveLength(1);
  runner.start();
  expect(clients).toHaveLength(2);
});

it('replaces a worker that died, whatever it was doing', () => {
  runner.start();
  runner.command('reset');
  tell(null, { type: 'failure', failure: { kind: 'internal', message: 'it stopped' } });
  expect(clients[0]!.closed).toBe(true);
  expect(runner.lab.failure?.message).toBe('it stopped');
});

it('puts a measurement beside the recording that it was asked for, and beside no other', () => {
  const time = { ms: 1, kinds: null };
  const measured: Event = { type: 'measured', sparse: time, dense: time };
  runner.start();
  tell(started()[0]!, plan, { type: 'state', state: 'stopped' });
  const measure = (): number => {
    runner.measure();
    const command = client().sent.at(-1)!;
    if (command.type !== 'measure') throw new Error(`measure sent ${command.type}`);
    return command.run;
  };
  const abandoned = measure();
  runner.start();
  tell(abandoned, measured);
  expect(runner.lab.recording?.measured).toBeNull();
  tell(started()[1]!, plan, { type: 'state', state: 'stopped' });
  tell(measure(), measured);
  expect(runner.lab.recording?.measured).toMatchObject({ sparse: time, dense: time });
});
