/**
 * The page's worker: owns the GPU and the session, takes commands, sends events. A lost device ends the run
 * with a failure; the next command opens another one.
 */
import { browserCache } from '../data/cache.ts';
import { openImageSet } from '../data/registry.ts';
import { decodeSheet, openSprites } from '../data/sprites.ts';
import { openGpu, type Gpu } from '../gpu/device.ts';
import { parseConfig } from './config.ts';
import { failureOf, RunFailure } from './failure.ts';
import type { Command, Event } from './protocol.ts';
import { Session } from './session.ts';
import { browserTuneCache } from './tune-cache.ts';

const cache = browserCache();
const tuneCache = browserTuneCache();

let opened: Promise<Gpu> | undefined;
let session: Session | undefined;
/** Counts starts and stops, so that a start still waiting for its device knows whether it is wanted. */
let request = 0;
let running: Promise<void> = Promise.resolve();

const send = (event: Event): void => {
  postMessage(event);
};

async function device(): Promise<Gpu> {
  opened ??= open();
  try {
    return await opened;
  } catch (error) {
    opened = undefined;
    throw error;
  }
}

async function open(): Promise<Gpu> {
  const result = await openGpu(navigator.gpu);
  if (!result.ok) throw new RunFailure(result.failure, result.message);
  void result.gpu.device.lost.then(() => {
    opened = undefined;
  });
  send({ type: 'adapter', adapter: result.gpu.adapter });
  return result.gpu;
}

async function start(command: Extract<Command, { type: 'start' }>, before: Promise<void>) {
  const mine = ++request;
  await before;
  const config = parseConfig(command.config);
  const gpu = await device();
  if (mine !== request) {
    send({ type: 'state', state: 'stopped' });
    return;
  }
  session = new Session({
    gpu,
    config,
    tuneCache,
    paused: command.paused ?? false,
    profile: command.profile ?? false,
    openSet: (limit) =>
      openImageSet(config.data, {
        prepared: () =>
          openSprites(command.base, { fetch: (url) => fetch(url), decode: decodeSheet, cache }),
        limit,
        cache,
        ...(command.archive && { archive: command.archive }),
      }),
    emit: send,
  });
  await session.run();
}

async function reported(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === 'internal') console.error(error);
    send({ type: 'failure', failure });
  }
}

addEventListener('message', ({ data: command }: MessageEvent<Command>) => {
  if (command.type === 'probe') {
    void reported(device());
  } else if (command.type === 'start') {
    session?.stop();
    running = reported(start(command, running));
  } else if (command.type === 'skip-tuning') {
    session?.skipTuning();
  } else {
    if (command.type === 'stop') request++;
    session?.[command.type]();
  }
});
