/**
 * Runs a benchmark in a headless browser: serves the benchmark page on this machine, opens it with Playwright and
 * asks its `window.palimpsestBench` to run. The lab's own build is not involved.
 */
import { chromium } from 'playwright';
import { createServer } from 'vite';
import type { BenchOptions } from '../bench/benchmark.ts';
import type { BenchPage } from '../bench/page.ts';
import type { Outcome } from '../bench/registry.ts';
import { Unsupported } from '../bench/stacks/stack.ts';
import type { BenchCommand } from './bench-arguments.ts';
import { pageConfig, WASM_FOLDER } from './bench-vite.mjs';
import { launchOptions } from './environment/browser.mjs';
import { ensureBrowser } from './environment/ensure.mjs';

/** What this needs of the page. */
declare const window: { readonly palimpsestBench: BenchPage };

/** What the page answers: errors do not cross from page to script whole. */
type Answer = { readonly outcome: Outcome } | { readonly message: string; readonly name: string };

/**
 * A step of a slow stack can hold the GPU process of a software adapter for longer than its watchdog waits. With
 * the watchdog on, that process would end and take every stack's device with it.
 */
const PATIENCE = ['--disable-gpu-watchdog'];

/** Libraries are bundled when the page first asks for them. */
const LOADING_MS = 120_000;

/** Resolves with the outcome and the browser's version. Throws `Unsupported` without browser or adapter. */
export async function benchInBrowser(
  { benchmark, options }: BenchCommand,
  say: (line: string) => void,
): Promise<Outcome & { readonly version: string }> {
  const browser = await ensureBrowser(say);
  if (typeof browser === 'string') throw new Unsupported(browser);
  const server = await createServer(pageConfig());
  try {
    await server.listen();
    const address = server.resolvedUrls?.local[0];
    if (address === undefined) throw new Error('The benchmark page could not be served.');
    const { executablePath, args } = launchOptions(browser);
    const instance = await chromium.launch({
      headless: true,
      executablePath,
      args: [...args, ...PATIENCE],
    });
    try {
      const page = await instance.newPage();
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(error.message));
      await page.exposeFunction('palimpsestBenchSay', say);
      await page.goto(new URL('src/bench/page.html', address).href);
      const ready = 'palimpsestBench' satisfies keyof typeof window;
      await page
        .waitForFunction((name) => name in globalThis, ready, { timeout: LOADING_MS })
        .catch((error: unknown) => {
          throw new Error(problems[0] ?? String(error));
        });
      const request: Request = { benchmark, options, wasmFolder: `/${WASM_FOLDER}` };
      const answer = await page.evaluate(runInPage, request);
      if ('outcome' in answer) return { ...answer.outcome, version: instance.version() };
      const { name, message } = answer;
      throw name === 'Unsupported' ? new Unsupported(message) : new Error(message);
    } finally {
      await instance.close();
    }
  } finally {
    await server.close();
  }
}

interface Request {
  readonly benchmark: string;
  readonly options: BenchOptions;
  readonly wasmFolder: string;
}

/** Runs inside the page: takes nothing from this module. */
async function runInPage({ benchmark, options, wasmFolder }: Request): Promise<Answer> {
  const say = (globalThis as unknown as { palimpsestBenchSay: (line: string) => void })
    .palimpsestBenchSay;
  try {
    return { outcome: await window.palimpsestBench.run(benchmark, options, wasmFolder, say) };
  } catch (error) {
    const { name, message, stack } = error as Error;
    return { name, message: name === 'Unsupported' ? message : (stack ?? message) };
  }
}
