/** What comes late of a run that was left, beside what comes of the one that is shown. */
import { describe, expect, it } from 'vitest';
import type { Event, RunState } from '../../../src/lab/protocol.ts';
import type { Report } from '../../../src/lab/report/report.ts';
import { LeftRuns } from '../../../src/ui/app/left-runs.ts';

const state = (now: RunState): Event => ({ type: 'state', state: now });
const loss = (from: number): Event => ({ type: 'loss', from, loss: [1], accuracy: [0] });
const speed: Event = { type: 'speed', gigaflops: 3 };
const report: Event = { type: 'report', report: {} as Report };
const failure: Event = { type: 'failure', failure: { kind: 'device-lost', message: 'gone' } };

describe('the events of runs that were left', () => {
  it('are all the page’s own where none was left', () => {
    const runs = new LeftRuns();
    expect([state('stopped'), loss(4), report].map((event) => runs.own(event))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('are passed over until the run has stopped; what comes behind is of the next', () => {
    const runs = new LeftRuns();
    runs.leave();
    const events = [loss(7), speed, state('training'), state('stopped'), state('preparing')];
    expect(events.map((event) => runs.own(event))).toEqual([false, true, false, false, true]);
    expect(runs.own(loss(0))).toBe(true);
  });

  it('end with a report where the run came to its end first', () => {
    const runs = new LeftRuns();
    runs.leave();
    const events = [state('finished'), report, state('preparing'), loss(0)];
    expect(events.map((event) => runs.own(event))).toEqual([false, false, true, true]);
  });

  it('are told apart where several runs were left', () => {
    const runs = new LeftRuns();
    runs.leave();
    runs.leave();
    const events = [state('stopped'), loss(9), state('stopped'), loss(0)];
    expect(events.map((event) => runs.own(event))).toEqual([false, false, false, true]);
  });

  it('end where the worker fails, which is told', () => {
    const runs = new LeftRuns();
    runs.leave();
    runs.leave();
    expect([state('failed'), failure, loss(0)].map((event) => runs.own(event))).toEqual([
      false,
      true,
      true,
    ]);
  });
});
