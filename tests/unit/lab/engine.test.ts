/** The engine where parts of it cannot be fetched, as on a page whose network has gone. */
import { expect, it, vi } from 'vitest';
import { DEFAULTS } from '../../../src/lab/config/config.ts';
import { Engine } from '../../../src/lab/engine/engine.ts';
import type { Message } from '../../../src/lab/protocol.ts';

vi.mock('../../../src/lab/engine/run/session.ts', () => {
  throw new TypeError('Failed to fetch dynamically imported module');
});
vi.mock('../../../src/lab/engine/failure.ts', () => {
  throw new TypeError('Failed to fetch dynamically imported module');
});

it('tells of what could not be fetched, and does what it is asked next', async () => {
  const messages: Message[] = [];
  const engine = new Engine({
    open: () => Promise.reject(new Error('no device is asked for')),
    openSet: () => () => Promise.reject(new Error('no images are asked for')),
    send: (message) => messages.push(message),
  });
  const told = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  for (let run = 1; run <= 2; run++) {
    engine.take({ type: 'start', run, config: DEFAULTS, base: '' });
    await engine.idle();
    expect(messages).toHaveLength(run);
    expect(messages.at(-1)).toMatchObject({
      run,
      event: {
        type: 'failure',
        failure: { kind: 'internal', message: expect.stringContaining('no network') as string },
      },
    });
  }
  told.mockRestore();
});
