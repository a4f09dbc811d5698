/** The page's worker: an engine with what a browser has to lend it. */
import { openGpu } from '../../gpu/device.ts';
import { Engine } from './engine.ts';
import { RunFailure } from './run-failure.ts';
import type { Command } from '../protocol.ts';
import { browserTuneCache } from './assemble/tune-cache.ts';

const engine = new Engine({
  open: async () => {
    const result = await openGpu(navigator.gpu);
    if (!result.ok) throw new RunFailure(result.failure, result.message);
    return result.gpu;
  },
  openSet:
    ({ base, archive }, { data }) =>
    async (limit) => {
      const { openImageSet, openSprites, decodeSheet, browserCache } =
        await import('./browser-data.ts');
      const cache = browserCache();
      return openImageSet(data, {
        prepared: () =>
          openSprites(base, { fetch: (url) => fetch(url), decode: decodeSheet, cache }),
        limit,
        cache,
        ...(archive && { archive }),
      });
    },
  tuneCache: browserTuneCache(),
  send: (message) => {
    postMessage(message);
  },
});

addEventListener('message', ({ data }: MessageEvent<Command>) => {
  engine.take(data);
});
