/**
 * The benchmarks' command: reads the command line, runs in Node or in a browser, prints. Progress goes to stderr,
 * the result to stdout, and the exit code tells what went wrong.
 */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import * as v from 'valibot';
import { BenchReportSchema, reportText, type BenchReport } from '../bench/report.ts';
import type { Outcome } from '../bench/registry.ts';
import { Unsupported } from '../bench/stacks/stack.ts';
import { UsageError } from './arguments.ts';
import { benchHelp, parseBenchArguments, type BenchCommand } from './bench-arguments.ts';

const EXIT = { done: 0, internal: 1, usage: 2, unsupported: 3 } as const;

/** Whose version a reader wants to know. */
const PACKAGES = ['@jax-js/jax', '@tensorflow/tfjs-core', 'webgpu'];

/** Runs one command line and resolves with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  try {
    const command = parseBenchArguments(argv);
    if (command.command === 'help') process.stdout.write(benchHelp());
    else await deliver(await run(command, say), command.json);
    return EXIT.done;
  } catch (error) {
    if (error instanceof UsageError || error instanceof RangeError) {
      say(error.message);
      return EXIT.usage;
    }
    if (error instanceof Unsupported) {
      say(error.message);
      return EXIT.unsupported;
    }
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return EXIT.internal;
  }
}

async function run(command: BenchCommand, say: (line: string) => void): Promise<BenchReport> {
  const { benchmark, runtime, options } = command;
  const begun = new Date();
  // Loaded when asked for: Playwright is slow to load and not needed in Node.
  const outcome: Outcome & { readonly version?: string } =
    runtime === 'node'
      ? await (await import('./bench-node.ts')).benchInNode(command, say)
      : await (await import('./bench-browser.ts')).benchInBrowser(command, say);
  return v.parse(BenchReportSchema, {
    schema: 'palimpsest-benchmark/1',
    benchmark,
    date: begun.toISOString(),
    machine: {
      platform: `${platform()} ${release()} ${arch()}`,
      processor: cpus()[0]?.model.trim() ?? 'unknown',
      cores: cpus().length,
      memoryBytes: totalmem(),
    },
    runtime: { name: runtime, version: outcome.version ?? process.versions.node },
    adapter: outcome.adapter,
    versions: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
    options,
    seconds: (Date.now() - begun.getTime()) / 1000,
    rows: outcome.rows,
  });
}

function versionOf(name: string): string {
  const manifest = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return version;
}

async function deliver(report: BenchReport, json: string | undefined): Promise<void> {
  const text = `${JSON.stringify(report, null, 2)}\n`;
  if (json === '-') {
    process.stdout.write(text);
    return;
  }
  if (json !== undefined) await writeFile(json, text);
  process.stdout.write(reportText(report));
}
