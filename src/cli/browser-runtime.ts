/**
 * Runs a session in a headless browser: builds the lab, serves it on this machine, opens it with Playwright
 * and asks the page's `window.palimpsest` to run, as any script may.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { build, preview } from 'vite';
import type { Config } from '../lab/config/config.ts';
import { RunFailure } from '../lab/engine/run-failure.ts';
import type { Event, Failure } from '../lab/protocol.ts';
import type { Report } from '../lab/report/report.ts';
import { launchOptions } from './environment/browser.mjs';
import { ensureBrowser } from './environment/ensure.mjs';
import type { RuntimeOptions } from './node-runtime.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What the page answers: errors do not cross from page to script whole. */
type Answer = { readonly report: Report } | { readonly failure: Failure };

/** What this needs of the interface that the page gives to scripts. */
declare const window: {
  readonly palimpsest: {
    run(
      config: Config,
      options: {
        readonly onEvent: (event: Event) => void;
        readonly archive?: 'picked';
        readonly profile: boolean;
      },
    ): Promise<Report>;
  };
};

/** Resolves with the report, or null if stopped. Rejects with what `failureOf` knows. */
export async function runInBrowser(options: RuntimeOptions): Promise<Report | null> {
  const { command, emit, say, signal } = options;
  if (command.data !== undefined && !existsSync(command.data)) {
    throw new RunFailure('data', `${command.data}: there is no such file`);
  }
  const browser = await ensureBrowser(say);
  if (typeof browser === 'string') throw new RunFailure('no-webgpu', browser);
  say('Building the lab for the browser.');
  await build({ root: ROOT, logLevel: 'error' });
  const server = await preview({
    root: ROOT,
    logLevel: 'error',
    preview: { port: 4273, host: '127.0.0.1', open: false },
  });
  try {
    const address = server.resolvedUrls?.local[0];
    if (address === undefined) throw new RunFailure('internal', 'The lab could not be served.');
    const instance = await chromium.launch({ headless: true, ...launchOptions(browser) });
    const stop = () => void instance.close();
    signal.addEventListener('abort', stop);
    try {
      const page = await instance.newPage();
      await page.exposeFunction('palimpsestEvent', (event: Event) => {
        if (event.type !== 'report' && event.type !== 'failure') emit(event);
      });
      await page.goto(address);
      if (command.data !== undefined) await page.setInputFiles('#archive', command.data);
      const answer = await page.evaluate(runInPage, {
        config: command.config,
        picked: command.data !== undefined,
        profile: command.profile,
      });
      if ('failure' in answer) throw new RunFailure(answer.failure.kind, answer.failure.message);
      return answer.report;
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    } finally {
      await instance.close();
    }
  } finally {
    await server.close();
  }
}

interface PageRun {
  readonly config: Config;
  /** Whether an archive lies in the page's file input. */
  readonly picked: boolean;
  readonly profile: boolean;
}

/** Runs inside the page: takes nothing from this module. */
async function runInPage({ config, picked, profile }: PageRun): Promise<Answer> {
  const send = (globalThis as unknown as { palimpsestEvent: (event: Event) => void })
    .palimpsestEvent;
  try {
    const report = await window.palimpsest.run(config, {
      onEvent: send,
      profile,
      ...(picked && { archive: 'picked' as const }),
    });
    return { report };
  } catch (error) {
    const failure = (error as { failure?: Failure }).failure;
    return { failure: failure ?? { kind: 'internal', message: String(error) } };
  }
}
