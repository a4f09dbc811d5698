/** The engine where parts of it cannot be fetched, as on a page whose network has gone. */
import { expect, it, vi } from 'vitest';
import { DEFAULTS } from '../../../src/lab/config/config.ts';
import { Engine } from '../../../src/lab/engine/engine.ts';
import type { Event } from '../../../src/lab/protocol.ts';

vi.mock('../../../src/lab/engine/run/session.ts', () => {
  throw new TypeError('Failed to fetch dynamically imported module');
});
vi.mock('../../../src/lab/engine/failure.ts', () => {
  throw new TypeError('Failed to fetch dynamically imported module');
});

it('tells of what could not be fetched, and does what it is asked next', async () => {
  const events: Event[] = [];
  const engine = new Engine({
    open: () => Promise.reject(new Error('no device is asked for')),
    openSet: () => () => Promise.reject(new Error('no images are asked for')),
    send: (event) => events.push(event),
  });
  const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  for (let time = 1; time <= 2; time++) {
    engine.take({ type: 'start', config: DEFAULTS, base: '' });
    await engine.idle();
    expect(events).toHaveLength(time);
    expect(events.at(-1)).toMatchObject({
      type: 'failure',
      failure: { kind: 'internal', message: expect.stringContaining('no network') as string },
    });
  }
  told.mockRestore();
});
