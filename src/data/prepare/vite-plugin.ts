/**
 * Puts the prepared CIFAR-10 where a page finds it: served under `data/` in development, copied to
 * `data/` of the output in a build, sprites and manifest only. PALIMPSEST_IMAGES=all prepares all
 * 60,000 images (about 100 MB) in place of the first 1000 + 200 of a class (about 20 MB). Without the
 * data package, or where preparing fails, it says so in one sentence and the build goes on: the page
 * then finds no manifest and offers the procedural set.
 */
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Plugin, ResolvedConfig } from 'vite';
import { CIFAR10 } from '../cifar.ts';
import { type Prepared, prepareData } from './prepare-data.ts';

const TYPES: Readonly<Record<string, string>> = {
  json: 'application/json',
  webp: 'image/webp',
};
/** What a page may read of the prepared folder; the decoded images stay where they are. */
const PUBLISHED = /^(?:manifest\.json|(?:train|test)-\d+\.webp)$/;

export function dataPlugin(): Plugin {
  let config: ResolvedConfig;
  let prepared: Promise<Prepared> | undefined;
  const prepare = (): Promise<Prepared> =>
    (prepared ??= prepareData({
      root: config.root,
      images: process.env['PALIMPSEST_IMAGES'] === 'all' ? 'all' : 'default',
      log: (message) => {
        config.logger.info(`data: ${message}`);
      },
    }));

  return {
    name: 'palimpsest-data',
    configResolved(resolved) {
      config = resolved;
    },
    async buildStart() {
      await prepare();
    },
    configureServer(server) {
      const prefix = `${server.config.base}data/${CIFAR10.name}/`;
      server.middlewares.use((request, response, next) => {
        const path = (request.url ?? '').split('?', 1)[0]!;
        if (!path.startsWith(prefix)) {
          next();
          return;
        }
        const name = path.slice(prefix.length);
        prepare().then((result) => {
          if (!result.ready || !PUBLISHED.test(name)) {
            response.statusCode = 404;
            response.end();
            return;
          }
          response.setHeader('Content-Type', TYPES[name.slice(name.lastIndexOf('.') + 1)]!);
          createReadStream(join(result.folder, name))
            .on('error', () => {
              response.statusCode = 404;
              response.end();
            })
            .pipe(response);
        }, next);
      });
    },
    async writeBundle() {
      const result = await prepare();
      if (!result.ready) return;
      const target = join(resolve(config.root, config.build.outDir), 'data', CIFAR10.name);
      try {
        await publish(result.folder, target);
      } catch (error) {
        // Half a set would fail in the middle of a run; without a manifest the page offers another one.
        await rm(target, { recursive: true, force: true }).catch(() => undefined);
        const reason = error instanceof Error ? error.message : String(error);
        config.logger.warn(`data: CIFAR-10 could not be copied into the build (${reason})`);
      }
    },
  };
}

async function publish(folder: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  const names = await readdir(folder);
  for (const name of names.filter((file) => PUBLISHED.test(file))) {
    await copyFile(join(folder, name), join(target, name));
  }
}
